from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexInvalid
from index.kinds import PassageKind
from index.records import Passage
from index.search.passages import HELD, Passages, save

SOME = [Passage(f"s-{number}", PassageKind.WORDING, "ru", f'Слово {number}, "и" ещё') for number in range(4)]


@pytest.mark.parametrize("held", [1, HELD])
def test_what_is_saved_is_read_and_goes_on(tmp_path: Path, held: int) -> None:
    save(SOME[:3], tmp_path / "saved")
    stored = Passages.load(tmp_path / "saved", held)
    assert [*stored] == SOME[:3]
    assert [*stored.with_more(SOME[3:])] == SOME
    save([], tmp_path / "none")
    assert [*Passages.load(tmp_path / "none")] == []


def test_those_with_more_leave_the_others_as_they_are() -> None:
    one = Passages().with_more(SOME[:2])
    longer, other = one.with_more(SOME[2:]), one.with_more(SOME[3:])
    assert [*one] == SOME[:2]
    assert [*longer] == SOME
    assert [*other] == [*SOME[:2], SOME[3]]


@pytest.mark.parametrize("held", [1, HELD])
def test_what_cannot_be_read_is_invalid(tmp_path: Path, held: int) -> None:
    with pytest.raises(IndexInvalid, match="cannot be read"):
        Passages.load(tmp_path)
    save(SOME, tmp_path / "saved")
    np.save(tmp_path / "saved" / "starts.npy", np.array([0, 3, 9]))
    with pytest.raises(IndexInvalid, match=r"passage [01] cannot be read"):
        Passages.load(tmp_path / "saved", held)[1]
