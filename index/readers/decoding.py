"""Which encoding a file's bytes are in. What cannot be told for certain is refused: a text read wrongly is worse than none.

charset-normalizer proposes; a proposal is believed if each line's letters are those of the language that the line is in.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress
from typing import NamedTuple

import charset_normalizer

from index.errors import Reason, RebutError
from index.readers import reasons
from index.text.language import detect_language

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Marks at a file's beginning, the longer ones first."""

PROPOSED = [
    "cp1251", "cp1252", "cp1250", "koi8_u", "koi8_r", "cp866", "cp1125", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "iso8859_1", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_9", "iso8859_15", "cp850", "cp852", "mac_roman",
    "mac_cyrillic", "gb18030", "big5", "cp932", "euc_jp", "cp949",
]  # fmt: skip

SAMPLE = 200_000
"""Bytes that are looked at; what stands there decides for the whole file."""
LINES = 60
"""Lines with other than ASCII letters that are looked at."""
SURE = 0.97
"""Share of such letters that have to be letters of their line's language: a name from another one may stand among them."""
FEW = 8
"""Where fewer letters of another script stand, they may be anything."""
MIXED = re.compile(r"[A-Za-z]{2,}[^\W\d_\x00-\x7f]|[^\W\d_\x00-\x7f][A-Za-z]{2,}")
"""A word of ASCII letters and others: the others have to be Latin."""
DAMAGED = 0.05
"""Where fewer of the other than ASCII characters than this are no UTF-8, the file is UTF-8 and damaged."""

ZEROS = 0.02
"""Share of zero bytes from which on a file is UTF-16: it has them for spaces and digits, no other encoding has any."""
BEFORE_WINDOWS = ("mac_roman", "cp850", "cp852")
CHAOS, COHERENT = 0.05, 0.8
"""A reading rivals another if it has no more disorder than this above it, and at least this share of its coherence."""

ALPHABETS = {
    "en": "éèêëïçñöüáíóúâàæœ", "de": "äöüßéèáàâêçñ", "fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíóúüñ¿¡ªºç", "pt": "áâãàçéêíóôõúüªº",
    "it": "àèéìíîòóùú", "ca": "àçèéíïòóúü·", "gl": "áéíóúüñ¿¡", "nl": "áéëíïóöúüèêç", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšžćđ", "hr": "čćđšž", "bs": "čćđšž", "sr": "ђѓжзијљњћџшčćđšž", "hu": "áéíóöőúüű",
    "ro": "ăâîșțşţ", "tr": "çğıİöşüâîû", "az": "çəğıİöşü", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūžōŗ", "et": "äöõüšž", "fi": "äöåšž",
    "sv": "åäöéàü", "no": "æøåéòôêü", "da": "æøåéöäü", "is": "áðéíóúýþæö", "ga": "áéíóú",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя'", "bg": "абвгдежзийклмнопрстуфхцчшщъьюя", "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
}  # fmt: skip
"""Language -> its letters beyond ASCII, in lower case."""
ALPHABETS["sr"] += "абвгдђежзијклљмнњопрстћуфхцчџш"

SCRIPTS = {
    "el": "GREEK", "he": "HEBREW", "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "ckb": "ARABIC", "zh": "CJK",
    "ja": "CJK HIRAGANA KATAKANA", "ko": "HANGUL CJK", "th": "THAI",
}  # fmt: skip
"""Language -> the scripts of its letters, as their Unicode names begin."""

EVERYWHERE = set("„“”‚‘’–—…«»‹›№°§€£©®™•\u00a0\u2009\u202f。、，：；！？（）「」『』【】《》؟،؛")
"""Signs that stand in texts of any language."""


class Undecodable(RebutError):
    """It cannot be told for certain which characters the bytes are."""

    def __init__(self, said: Reason) -> None:
        self.said = said
        super().__init__(str(said))


NO_FILES = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf_7"}
"""What Python calls encodings of texts, too: no file is in them; they take hours, or give lone surrogates, if it is hostile."""


class Decoded(NamedTuple):
    """A text with the name of the encoding in which it was written, as Python calls it."""

    text: str
    encoding: str


def encoding_named(name: str) -> str:
    """Python's name of the encoding that somebody calls so.

    Raises:
        Undecodable: if there is no such encoding of texts.
    """
    try:
        found = codecs.lookup(name).name
        with suppress(UnicodeDecodeError):
            b" ".decode(found)  # refuses those that make bytes of bytes
    except (LookupError, ValueError) as error:
        raise Undecodable(reasons.NO_ENCODING.of(name=repr(name))) from error
    if found.replace("-", "_") in NO_FILES:
        raise Undecodable(reasons.NONE_OF_FILES.of(name=repr(name)))
    return found


def decode(raw: bytes, encoding: str | None = None) -> Decoded:
    """The text of a whole file, without a byte order mark.

    Args:
        encoding: what it is said to be; found out if None.

    Raises:
        Undecodable: if it is not in that encoding, or none is certain.
    """
    found = encoding_named(encoding) if encoding else encoding_of(raw)
    try:
        text = raw.decode(found).removeprefix("\ufeff")
    except UnicodeError as error:
        said = reasons.NOT_DECODED.of(encoding=found, why=str(error))
        if isinstance(error, UnicodeDecodeError):
            said = reasons.LINE_NOT_DECODED.of(number=_line(raw, error.start), **said.values)
        raise Undecodable(said) from error
    if not found.startswith("utf-8") and (control := next((one for one in text if _is_control(one)), None)):
        line = str(text[: text.index(control)].count("\n") + 1)
        raise Undecodable(reasons.CONTROLS.of(encoding=found, number=line, character=repr(control)))
    return Decoded(text, found)


def encoding_of(raw: bytes) -> str:
    """The encoding of a file's bytes, or of its first ones.

    Raises:
        Undecodable: if none is certain.
    """
    for mark, encoding in BOMS.items():
        if raw.startswith(mark):
            return encoding
    if raw.count(0) > ZEROS * len(raw):
        return _sixteen_bits(raw)
    try:
        raw.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.end == len(raw) and error.reason == "unexpected end of data" and error.start > SAMPLE // 2:
            return "utf-8"  # a character cut off where the sample ends
        return _eight_bits(raw[:SAMPLE], error.start)


def _sixteen_bits(raw: bytes) -> str:
    """UTF-16 without a mark: every other byte of what is ASCII in it is zero."""
    sample = raw[: SAMPLE // 2 * 2]
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _eight_bits(sample: bytes, wrong: int) -> str:
    line = _line(sample, wrong)
    lenient = sample.decode("utf-8", "replace")
    strange = sum(not character.isascii() for character in lenient)
    if lenient.count("\ufffd") < DAMAGED * strange:
        raise Undecodable(reasons.DAMAGED.of(number=line))
    proposals = charset_normalizer.from_bytes(sample, cp_isolation=PROPOSED)
    certain = sorted(((one, plausibility(str(one))) for one in proposals), key=lambda item: -item[1])
    if not certain or certain[0][1] < SURE:
        raise Undecodable(reasons.UNCERTAIN.of(number=line))
    best, share = certain[0]
    if best.encoding in BEFORE_WINDOWS and strange < FEW // 2:
        raise Undecodable(reasons.TOO_LITTLE.of(number=line, encoding=best.encoding))
    rivals = [one.encoding for one, other in certain[1:] if other == share and _is_rival(one, best)]
    if rivals:
        several: object = best.encoding
        for other in rivals[:2]:
            several = reasons.BOTH.of(one=several, other=other)
        raise Undecodable(reasons.RIVALS.of(number=line, encodings=several))
    return best.encoding


def _line(raw: bytes, place: int) -> str:
    """The number of the line in which a byte stands."""
    return str(raw[:place].count(10) + 1)


def _is_rival(other: charset_normalizer.CharsetMatch, best: charset_normalizer.CharsetMatch) -> bool:
    """Whether another reading is as likely and says something else. Of DOS and Windows, files are Windows'."""
    if str(other) == str(best) or (other.encoding in BEFORE_WINDOWS and best.encoding not in BEFORE_WINDOWS):
        return False
    return other.chaos <= best.chaos + CHAOS and other.coherence >= COHERENT * best.coherence


def plausibility(text: str) -> float:
    """Share of a text's characters beyond ASCII that belong to the language of their line, 0 to 1."""
    lines = [line for line in text.splitlines() if not line.isascii()][:LINES]
    whole = detect_language(" ".join(lines))
    beyond = detect_language(" ".join(word for line in lines for word in line.split() if not word.isascii()))
    fitting = total = foreign = 0
    for line in lines:
        languages = {whole, beyond, detect_language(line)}
        strange = [character for character in line if not character.isascii() and character not in EVERYWHERE]
        total += len(strange)
        foreign += len([found for found in MIXED.finditer(line) if not _is_latin(found[0])])
        fitting += sum(any(_belongs(character, one) for one in languages) for character in strange)
    fitting -= foreign
    if total < FEW and not all(map(_is_latin, "".join(lines))):
        return 0.0
    return fitting / total if total else 1.0 if not any(map(_is_control, text)) else 0.0


def _belongs(character: str, language: str) -> bool:
    if language in SCRIPTS:
        name = unicodedata.name(character, "")
        return any(name.startswith(script) for script in SCRIPTS[language].split())
    return character.lower() in ALPHABETS.get(language, "") or character in ALPHABETS.get(language, "")


def _is_latin(text: str) -> bool:
    """Whether all letters in it are Latin."""
    return all("LATIN" in unicodedata.name(character, "LATIN") for character in text if character.isalpha())


def _is_control(character: str) -> bool:
    return character == "\ufffd" or (unicodedata.category(character) == "Cc" and character not in "\t\n\r\x0b\x0c\x1a\x85")
