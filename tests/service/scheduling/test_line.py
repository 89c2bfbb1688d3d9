from __future__ import annotations

from service.check.answers import Claim
from service.scheduling.line import AT_ONCE, KEPT_FOR_LARGE, LONG, SMALL, Ask, Line


def ask(name: str, count: int, length: int = 0) -> Ask:
    return Ask([Claim(text=f"{name}{number}".ljust(length)) for number in range(count)], small=count <= SMALL)


def taken(line: Line) -> list[str]:
    return [claim.text.strip() for piece in line.take() for claim in piece.claims]


def lined(*asks: Ask) -> Line:
    line = Line()
    for one in asks:
        line.add(one)
    return line


def test_what_waits_is_taken_together_in_its_order() -> None:
    line = lined(ask("a", 1), ask("b", 2), ask("c", 1))
    assert taken(line) == ["a0", "b0", "b1", "c0"]
    assert line.empty


def test_a_batch_has_an_end_and_the_rest_comes_next() -> None:
    line = lined(ask("a", SMALL - 1), ask("b", 3))
    assert taken(line)[-1] == "b0"
    assert taken(line) == ["b1", "b2"]


def test_small_requests_pass_large_ones_and_cannot_stop_them() -> None:
    line = lined(ask("l", 1000), *(ask(f"s{number}.", 1) for number in range(2 * AT_ONCE)))
    first = taken(line)
    assert [text[0] for text in first] == ["s"] * (AT_ONCE - KEPT_FOR_LARGE) + ["l"] * KEPT_FOR_LARGE
    assert taken(line)[-1] == f"l{2 * KEPT_FOR_LARGE - 1}"


def test_a_large_request_alone_gets_whole_batches() -> None:
    large = ask("l", 40)
    line = lined(large)
    assert [len(taken(line)) for _ in range(3)] == [AT_ONCE, AT_ONCE, 8]
    assert (large.all_taken, line.empty) == (True, True)


def test_large_requests_take_turns() -> None:
    line = lined(ask("a", 20), ask("b", 20))
    assert [taken(line)[0] for _ in range(3)] == ["a0", "b0", "a16"]


def test_long_claims_make_small_batches_and_one_is_always_taken() -> None:
    line = lined(ask("l", 20, length=4 * LONG), ask("h", 1, length=100 * LONG))
    assert taken(line) == ["h0", "l0"]
    assert taken(line) == ["l1", "l2", "l3", "l4"]


def test_nothing_asked_is_answered_too() -> None:
    line = lined(ask("n", 0), ask("a", 1))
    assert [len(piece.claims) for piece in line.take()] == [0, 1]
    assert line.empty


def test_what_is_removed_is_not_taken() -> None:
    small, large = ask("s", 1), ask("l", 100)
    line = lined(small, large)
    line.remove(small)
    line.remove(large)
    assert (line.empty, line.take()) == (True, [])
