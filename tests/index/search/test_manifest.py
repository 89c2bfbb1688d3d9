from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import IndexInvalid
from index.search.manifest import BUILDING, FORMAT, MANIFEST, Manifest, publish, read_manifest, verify


def describe(files: dict[str, str]) -> Manifest:
    return Manifest(FORMAT, "words", "f" * 16, 8, 3, "c" * 64, "store-1", files)


def write(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "one").write_text("1")
    (folder / "two").write_text("2")


def test_published_is_verified_and_versioned(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "index", write, describe)
    assert verify(tmp_path / "index", "f" * 16, "store-1") == manifest == read_manifest(tmp_path / "index")
    assert set(manifest.files) == {"deep/one", "two"}
    assert manifest.version == "c" * 12, "of the content, whatever the bits of the files"


def test_a_new_index_replaces_the_old_one_whole(tmp_path: Path) -> None:
    publish(tmp_path / "index", write, describe)
    publish(tmp_path / "index", lambda folder: (folder / "three").write_text("3"), describe)  # type: ignore[arg-type, return-value]
    assert {path.name for path in (tmp_path / "index").iterdir()} == {"three", MANIFEST}
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_failed_build_leaves_the_old_index(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "index", write, describe)

    def fail(folder: Path) -> None:
        (folder / "half").write_text("")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path / "index", fail, describe)
    assert verify(tmp_path / "index", "f" * 16, "store-1") == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_damage_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with pytest.raises(IndexInvalid, match="missing"):
        verify(folder, "f" * 16, "store-1")
    publish(folder, write, describe)
    with pytest.raises(IndexInvalid, match="another encoder"):
        verify(folder, "e" * 16, "store-1")
    with pytest.raises(IndexInvalid, match="records have changed"):
        verify(folder, "f" * 16, "store-2")
    (folder / "two").write_text("")
    with pytest.raises(IndexInvalid, match="damaged: two"):
        verify(folder, "f" * 16, "store-1")
    (folder / "two").unlink()
    with pytest.raises(IndexInvalid, match="missing"):
        verify(folder, "f" * 16, "store-1")
    (folder / MANIFEST).write_text("{")
    with pytest.raises(IndexInvalid, match="cannot be read"):
        verify(folder, "f" * 16, "store-1")
    assert read_manifest(folder) is None
    publish(folder, write, lambda files: Manifest(FORMAT + 1, "words", "f" * 16, 8, 3, "c" * 64, "store-1", files))
    with pytest.raises(IndexInvalid, match="format"):
        verify(folder, "f" * 16, "store-1")


def test_bytes_that_are_no_text_are_damage(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    publish(folder, write, describe)
    damaged = (folder / MANIFEST).read_bytes().replace(b"words", b"w\xffrds")
    (folder / MANIFEST).write_bytes(damaged)
    with pytest.raises(IndexInvalid, match="cannot be read"):
        verify(folder, "f" * 16, "store-1")
    assert read_manifest(folder) is None


KILLED = """
import os, signal, sys
import signal
import subprocess
import sys
from pathlib import Path
from index.search.manifest import publish
def write(folder):
    (folder / "half").write_text("")
    os.kill(os.getpid(), signal.SIGKILL)
publish(Path(sys.argv[1]), write, None)
"""


def test_what_a_killed_build_left_is_removed_and_what_is_being_built_is_not(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "index")], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.glob(f"{BUILDING}*")

    def meanwhile(folder: Path) -> None:
        assert not left.exists()
        publish(tmp_path / "another", write, describe)
        write(folder)

    publish(tmp_path / "index", meanwhile, describe)
    assert {path.name for path in tmp_path.iterdir()} == {"index", "another"}
