from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import IndexInvalid
from index.search.folders import CURRENT, FORMAT, LOCK, MANIFEST, Manifest, current, publish, read_manifest, verify, writing
from tests.conftest import ROOT

DESCRIBED = Manifest(FORMAT, "words", "f" * 16, 8, 3, "c" * 64, "store-1", {})


def write(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "one").write_text("1")
    (folder / "two").write_text("2")


def home_of(folder: Path) -> Path:
    home = current(folder)
    assert home is not None
    return home


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_published_is_verified_and_versioned(tmp_path: Path) -> None:
    manifest = publish(tmp_path, write, DESCRIBED)
    assert verify(tmp_path, "f" * 16) == (tmp_path / f"{'c' * 12}.1", manifest)
    assert read_manifest(tmp_path) == manifest
    assert set(manifest.files) == {"deep/one", "two"}
    assert manifest.version == "c" * 12, "of the content, whatever the bits of the files"


def test_the_one_before_stays_for_who_is_reading_it_and_all_else_goes(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")  # where earlier versions had it
    (tmp_path / "vectors").mkdir()
    (tmp_path / ".building-killed").mkdir()
    with writing(tmp_path, wait=False):
        homes = [(publish(tmp_path, write, DESCRIBED), home_of(tmp_path))[1] for _ in range(3)]
    assert len(set(homes)) == 3, "no folder is written twice"
    assert names(tmp_path) == {homes[1].name, homes[2].name, CURRENT, LOCK}
    assert home_of(tmp_path) == homes[2]


def test_a_version_is_whole_before_it_is_named(tmp_path: Path) -> None:
    publish(tmp_path, write, DESCRIBED)
    before = home_of(tmp_path)

    def look(ready: Path) -> None:
        write(ready)
        assert home_of(tmp_path) == before
        assert verify(tmp_path, "f" * 16)

    publish(tmp_path, look, DESCRIBED)
    assert home_of(tmp_path) != before


def test_a_failed_build_leaves_the_old_index(tmp_path: Path) -> None:
    manifest = publish(tmp_path, write, DESCRIBED)
    before = names(tmp_path)

    def fail(folder: Path) -> None:
        (folder / "half").write_text("")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path, fail, DESCRIBED)
    assert verify(tmp_path, "f" * 16)[1] == manifest
    assert names(tmp_path) == before


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    code = "import sys, pathlib; from index.search.folders import writing\n"
    code += "with writing(pathlib.Path(sys.argv[1]), wait=False) as free: print(free)"

    def asked() -> str:
        return subprocess.check_output([sys.executable, "-c", code, str(tmp_path)], text=True, cwd=ROOT).strip()

    with writing(tmp_path, wait=False) as free:
        assert free
        assert asked() == "False"
    assert asked() == "True"


def test_damage_is_found(tmp_path: Path) -> None:
    with pytest.raises(IndexInvalid, match="there is none"):
        verify(tmp_path / "nothing", "f" * 16)
    publish(tmp_path, write, DESCRIBED)
    home = home_of(tmp_path)
    with pytest.raises(IndexInvalid, match="another encoder"):
        verify(tmp_path, "e" * 16)
    (home / "two").write_text("")
    with pytest.raises(IndexInvalid, match="damaged: two"):
        verify(tmp_path, "f" * 16)
    (home / "two").unlink()
    with pytest.raises(IndexInvalid, match="missing"):
        verify(tmp_path, "f" * 16)
    for damaged in (b"{", b'{"encoder": "\xff"}', b"\xff"):
        (home / MANIFEST).write_bytes(damaged)
        with pytest.raises(IndexInvalid, match="cannot be read"):
            verify(tmp_path, "f" * 16)
    assert read_manifest(tmp_path) is None
    publish(tmp_path, write, Manifest(FORMAT + 1, "words", "f" * 16, 8, 3, "c" * 64, "store-1", {}))
    with pytest.raises(IndexInvalid, match="format"):
        verify(tmp_path, "f" * 16)


@pytest.mark.parametrize("pointer", [b"", b"\xff", b"../elsewhere", b"cccccccccccc", b"cccccccccccc.1\n", b"cccccccccccc.9"])
def test_a_name_that_is_none_is_as_if_there_were_no_index(tmp_path: Path, pointer: bytes) -> None:
    publish(tmp_path, write, DESCRIBED)
    (tmp_path / CURRENT).write_bytes(pointer)
    with pytest.raises(IndexInvalid):
        verify(tmp_path, "f" * 16)
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize(
    ("version", "shown"), [("store-1", True), ("store-0", True), ("store-2", False), ("another-1", False), ("store-", False)]
)
def test_a_version_shows_its_store_as_it_was_then_and_before(version: str, shown: bool) -> None:
    other = Manifest(FORMAT, "words", "f" * 16, 8, 3, "d" * 64, version, {})
    assert DESCRIBED.shows(other) is shown
    assert not DESCRIBED.shows(Manifest(FORMAT, "words", "e" * 16, 8, 3, "c" * 64, "store-1", {}))
