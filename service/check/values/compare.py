"""Whether the figures of a claim agree with those of a statement.

Measured with one changed number in sentences of FLORES and NTREX: a conflict is found in 88 % of 4,346 pairs (93 % of the pairs in
one language where the number is read). Between 35,878 translations of FLORES, NTREX, TICO-19 and Tatoeba it is found in 0.3 %
(1.3 % of the 9,512 where both have figures), most of them converted units.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from itertools import product

import msgspec

from service.check.sounds import sound
from service.check.values.agreement import agrees, excludes, opposable
from service.check.values.model import Clock, Figures, Label, Ordinal, Period, Quantity, Unit, Value

MOST_COMPARED = 30
"""Figures of each text: each is compared with each, and a text with more is a table."""
# Twos come and go in translation (both, a pair); a number up to it conflicts only beside a word that both texts have.
FEW = 2.0
# Words of two languages are taken for one by as many first letters of what they sound like.
COGNATE = 4
KINDS = {
    **dict.fromkeys(("person", "soldier", "refugee", "migrant", "child", "student"), "people"),
    **{
        thing: thing
        for thing in ("dead", "wounded", "tank", "aircraft", "missile", "drone", "ship", "reactor", "country", "company")
    },
}
"""What the nouns count that the lexicon knows in every language: two numbers of other things are no conflict."""


class Outcome(enum.Enum):
    """What a statement says to one figure of a claim."""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    ALONE = "alone"


class Ground(enum.Enum):
    """Why two figures are held against each other; `LAST` is the weakest: nothing else of the kind is left in either text."""

    VALUE = "value"
    UNIT = "unit"
    NOUN = "noun"
    LAST = "last"


class Finding(msgspec.Struct, frozen=True):
    """One figure of the claim, and the statement's that agrees or conflicts with it; null where it stands alone."""

    outcome: Outcome
    claim: Value
    statement: Value | None = None
    ground: Ground | None = None


def compare(claim: Figures, statement: Figures) -> list[Finding]:
    """What the statement says to each figure of the claim, in the claim's order; of the first `MOST_COMPARED` of both.

    Equal figures are paired first, wherever they stand; then those that can be told apart by unit or noun, and last the only ones
    left of their kind. A figure that just one of the texts has, or that could be compared with several, stands alone.
    """
    asked, known = claim.values[:MOST_COMPARED], statement.values[:MOST_COMPARED]
    pairs = _equal(asked, known)
    ours = [value for value in asked if id(value) not in pairs]
    taken = {id(other) for other, _ in pairs.values()}
    theirs = [value for value in known if id(value) not in taken]
    same_language = claim.language == statement.language
    conflicts = _conflicts(ours, theirs, same_language=same_language)
    for value in ours:
        if id(value) not in conflicts:
            again = next((other for other in known if agrees(value, other)), None)
            if again:
                pairs[id(value)] = (again, Ground.VALUE)
    return [_finding(value, pairs, conflicts) for value in asked]


Pairs = dict[int, tuple[Value, Ground]]


def _finding(value: Value, pairs: Pairs, conflicts: Pairs) -> Finding:
    if id(value) in pairs:
        return Finding(Outcome.AGREES, value, *pairs[id(value)])
    if id(value) in conflicts:
        return Finding(Outcome.CONFLICTS, value, *conflicts[id(value)])
    return Finding(Outcome.ALONE, value)


def _equal(ours: Sequence[Value], theirs: Sequence[Value]) -> Pairs:
    """Figures that agree, each used once: the closest first."""
    ranked = sorted(
        (
            (_distance(one, other), a, b)
            for (a, one), (b, other) in product(enumerate(ours), enumerate(theirs))
            if agrees(one, other)
        ),
    )
    pairs: Pairs = {}
    taken: set[int] = set()
    for _, a, b in ranked:
        if id(ours[a]) not in pairs and b not in taken:
            pairs[id(ours[a])] = (theirs[b], Ground.VALUE)
            taken.add(b)
    return pairs


def _distance(one: Value, other: Value) -> tuple[int, int, int]:
    """How far two agreeing figures are: the very same first, then those whose nouns are the same."""
    same = _essence(one) != _essence(other)
    return int(same), int(not _shared(one, other)), 0


def _essence(value: Value) -> tuple[object, ...]:
    match value:
        case Quantity():
            return value.low, value.high, value.unit
        case Period():
            return value.first, value.last
        case Ordinal():
            return (value.place,)
        case Label():
            return (value.number,)
        case Clock():
            return (value.minutes,)


def _conflicts(ours: Sequence[Value], theirs: Sequence[Value], *, same_language: bool) -> Pairs:
    found: Pairs = {}
    taken: set[int] = set()
    grounds = (
        (Ground.NOUN, lambda one, other: _same_kind(one, other) and _shared(one, other)),
        (Ground.UNIT, lambda one, other: _same_kind(one, other) and _has_unit(one, same_language=same_language)),
        (Ground.LAST, lambda one, other: _same_kind(one, other) and _may_be_same(one, other, same_language=same_language)),
    )
    for ground, fits in grounds:
        _pair(ours, theirs, ground, fits, found, taken)
    return found


def _pair(
    ours: Sequence[Value],
    theirs: Sequence[Value],
    ground: Ground,
    fits: Callable[[Value, Value], bool],
    found: Pairs,
    taken: set[int],
) -> None:
    """Pairs what fits only one figure that is left in the other text, and the other way round."""
    left = [value for value in ours if id(value) not in found]
    right = [value for value in theirs if id(value) not in taken]
    for one in left:
        fitting = [other for other in right if fits(one, other)]
        if len(fitting) == 1 and sum(fits(rival, fitting[0]) for rival in left) == 1 and excludes(one, fitting[0]):
            found[id(one)] = (fitting[0], ground)
            taken.add(id(fitting[0]))


def _has_unit(value: Value, *, same_language: bool) -> bool:
    """Whether a unit tells what is measured; bare degrees may be other ones in another language."""
    return isinstance(value, Quantity) and value.unit is not None and (same_language or value.unit is not Unit.DEGREE)


def _same_kind(one: Value, other: Value) -> bool:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return opposable(one, other)
    return type(one) is type(other)


def _shared(one: Value, other: Value) -> bool:
    """Whether the words beside two figures have one in common, across alphabets by its first letters."""
    if not isinstance(one, Quantity | Ordinal | Label) or not isinstance(other, Quantity | Ordinal | Label):
        return False
    return not {sound(noun)[:COGNATE] for noun in one.nouns}.isdisjoint(sound(noun)[:COGNATE] for noun in other.nouns)


def _of_others(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers surely count other things: drones and missiles."""
    ours, theirs = ({KINDS[noun] for noun in value.nouns if noun in KINDS} for value in (one, other))
    return bool(ours and theirs and ours.isdisjoint(theirs))


def _may_be_same(one: Value, other: Value, *, same_language: bool) -> bool:
    """Whether two figures without a shared word may speak of the same: dates do; counts where no words tell them apart."""
    if isinstance(one, Period | Clock):
        return True
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        telling = min(one.high, other.high) > FEW and (one.unit is None or other.unit is None) and not _of_others(one, other)
        return telling and (not same_language or not (one.nouns and other.nouns))
    return not same_language and isinstance(one, Label)
