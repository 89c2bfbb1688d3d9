from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from service.settings import BUNDLED_SEEDS, PREFIX, Settings, SettingsInvalid, read_settings
from tests.conftest import ROOT


def test_defaults() -> None:
    settings = read_settings({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.store_url == "sqlite:///data/rebut.sqlite"
    assert settings.encoder_cache == Path("data/encoders")
    assert settings.seed_files() == sorted(BUNDLED_SEEDS.glob("*.toml"))
    assert settings.seed_files()


def test_every_setting_is_read() -> None:
    settings = read_settings(
        {
            "REBUT_DATA_DIR": "/somewhere",
            "REBUT_ENCODERS_DIR": "/encoders",
            "REBUT_PORT": "0",
            "REBUT_SEEDS": "",
            "REBUT_MAX_BODY_BYTES": "2000",
            "REBUT_LOG_FORMAT": "json",
        }
    )
    assert settings.data_dir == Path("/somewhere")
    assert settings.encoder_cache == Path("/encoders")
    assert settings.seed_files() == []
    assert (settings.port, settings.max_body_bytes, settings.log_format) == (0, 2000, "json")
    assert settings.ledger_key == Path("/somewhere/ledger.key")
    assert read_settings({"REBUT_LEDGER_KEY_FILE": "/secrets/key"}).ledger_key == Path("/secrets/key")
    assert read_settings({"REBUT_DATABASE_URL": "sqlite:///x"}).store_url == "sqlite:///x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REBUT_PORT", "70000"),
        ("REBUT_PORT", "http"),
        ("REBUT_THREADS", "-1"),
        ("REBUT_ENCODER", ""),
        ("REBUT_MAX_CLAIM_CHARACTERS", "0"),
        ("REBUT_LOG_FORMAT", "xml"),
        ("REBUT_PUBLIC_URL", "facts.example"),
        ("REBUT_PUBLIC_URL", "https://facts.example/"),
        ("REBUT_PROT", "8000"),
        ("REBUT_SEEDS", "no-such-folder"),
        ("REBUT_MILVUS_URL", "milvus:19530"),
        ("REBUT_MILVUS_WRITES", "yes"),
        ("REBUT_TRACES_TO", "collector:4318"),
        ("REBUT_TRACES_TO", "http://collector:4318/"),
        ("REBUT_SEEDS", "README.md"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        read_settings({name: value})


def test_a_folder_of_seed_files_may_be_empty_or_left_out_but_not_missing(tmp_path: Path) -> None:
    assert read_settings({"REBUT_SEEDS": str(tmp_path)}).seed_files() == []
    assert read_settings({"REBUT_SEEDS": ""}).seed_files() == []
    with pytest.raises(SettingsInvalid, match="no such folder"):
        read_settings({"REBUT_SEEDS": str(tmp_path / "sedes")})


def test_the_table_lists_every_setting_with_its_default() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith(f"| `{PREFIX}")]
    table = {cells[1].strip().strip("`"): cells[2].strip().strip("`") for cells in rows}
    defaults = {PREFIX + field.name.upper(): str(field.default) for field in msgspec.structs.fields(Settings)}
    defaults |= {"REBUT_SEEDS": "the bundled ones", "REBUT_GUIDE": "the built one"}
    assert table == {name: default or "empty" for name, default in defaults.items()}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@host/facts", "postgresql://me:***@host/facts"),
        ("postgresql://me:s@cr:et@host/facts", "postgresql://me:***@host/facts"),
        ("sqlite:///data/rebut.sqlite", "sqlite:///data/rebut.sqlite"),
        ("", ""),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    settings = Settings(database_url=url, milvus_url=url, traces_to=url)
    assert {settings.shown()[name] for name in ("database_url", "milvus_url", "traces_to")} == {shown}


def test_no_password_stands_in_what_is_wrong() -> None:
    with pytest.raises(SettingsInvalid, match=r"REBUT_MILVUS_URL='http://me:\*\*\*@host/a/b'"):
        read_settings({"REBUT_MILVUS_URL": "http://me:secret@host/a/b"})


def test_the_key_is_not_shown() -> None:
    assert (Settings(key="rebut_1").shown()["key"], Settings().shown()["key"]) == ("***", "")
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({"REBUT_KEY": "my rebut_1"})
    assert str(caught.value).startswith("REBUT_KEY='***': ")
