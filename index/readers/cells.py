"""What one row of a table says, field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import NamedTuple

from index.readers import reasons
from index.readers.claimreview import BARE_ADDRESS, NOBODY, Unusable
from index.readers.columns import Field
from index.rules import LONGEST_TEXT, is_address

BETWEEN = {
    Field.WORDINGS: re.compile(r"\s*[|\n]\s*"),
    Field.TOPIC: re.compile(r"\s*[,;|\n،؛、，；]\s*"),
    Field.PLACE: re.compile(r"\s*[,;|\n،؛、，；]\s*"),
}
"""What stands between several in one cell."""
BETWEEN_ADDRESSES = re.compile(r"[\s|]+|[,;](?=https?:)")
ENCODED = (Field.CLAIM, Field.WORDINGS, Field.TITLE)
"""What is searched for by its meaning, so that it has to be as short as in other records."""
ERRORS = {
    *("#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#error!", "#spill!", "#nv", "#bezug!", "#wert!"),
    *("#н/д", "#ссылка!", "#знач!", "#имя?", "#n/d", "#adr!", "#arg!", "#nazwa?", "#ref", "#valor!", "#valeur!", "#nom?", "#brak"),
}
"""What spreadsheets write where a formula failed."""
NOTHING = frozenset(NOBODY | ERRORS | {"nan", "na", "nat", "nil", "?", "–", "—", "n.a."})
"""What tables write for nothing, in lower case."""
JOINED = {Field.RATING: ", ", Field.CLAIMANT: ", ", Field.REVIEWER: ", ", Field.EXPLANATION: "\n"}
"""Fields of which a list is one text, and what stands between its items then: no verdict of several may be lost."""
NONE = frozenset[str]()
NUMBERED = re.compile(r"\s*\(?1[.)]\s.+?(?:[.!?;…]\s+|\n\s*)\(?2[.)]\s", re.DOTALL)
BULLET = re.compile(r"^[ \t]*[-–—•*·][ \t]+\S", re.MULTILINE)
CALLED = {Field.CLAIM: "text", Field.LANGUAGE: "lang"}


class Cells(NamedTuple):
    """What one row says."""

    held: dict[Field, list[str]]

    def first(self, field: Field) -> str:
        """The first text, or an empty one."""
        return next(iter(self.held.get(field, [])), "")

    def all(self, field: Field) -> list[str]:
        """All that stands there, each once."""
        return list(dict.fromkeys(part for text in self.held.get(field, []) for part in BETWEEN[field].split(text) if part.strip()))

    def addresses(self, field: Field) -> list[str]:
        """The addresses. Raises `Unusable` if something stands there and none is an address of the web."""
        written = [part.strip(" ,;") for text in self.held.get(field, []) for part in BETWEEN_ADDRESSES.split(text)]
        found = [f"https://{part}" if BARE_ADDRESS.fullmatch(part) else part for part in written]
        good = list(dict.fromkeys(part for part in found if is_address(part)))
        if self.held.get(field) and not good:
            raise Unusable(reasons.NO_ADDRESS.of(field=field.value))
        return good

    def address(self, field: Field) -> str:
        """The first address, or an empty text."""
        return next(iter(self.addresses(field)), "")

    def check(self) -> None:
        """Raises `Unusable` if a text is too long, or holds characters that none should: its decoding went wrong."""
        for field, texts in self.held.items():
            name = CALLED.get(field, field.value)
            longest = max(map(len, self.all(field) if field in BETWEEN else texts), default=0)
            if field in ENCODED and longest > LONGEST_TEXT:
                raise Unusable(reasons.LONG.of(field=name, number=longest, most=LONGEST_TEXT))
            for character in "".join(texts):
                if character == "\ufffd":
                    raise Unusable(reasons.LOST.of(field=name))
                if unicodedata.category(character) in ("Cc", "Cs") and not character.isspace():
                    raise Unusable(reasons.CONTROL.of(field=name))


def is_list(text: str) -> bool:
    """Whether a text is a list of several, with numbers or other marks before each."""
    return bool(NUMBERED.match(text)) or len(BULLET.findall(text)) > 1


def nothing(field: Field) -> frozenset[str]:
    """What stands in a column of this field for nothing."""
    return NONE if field in (Field.CLAIM, Field.ID) else NOTHING if field is Field.RATING else NOTHING | {"false", "true"}


def joined(held: Mapping[Field, list[str]], always: Collection[Field]) -> dict[Field, list[str]]:
    """What a row says several times in a field that has one text.

    Args:
        always: fields of which an export says what every row is.
    """
    several = {field: without_addresses(held.get(field, [])) for field in JOINED.keys() - always}
    return {field: [JOINED[field].join(texts)] for field, texts in several.items() if len(texts) > 1}


def without_addresses(texts: list[str]) -> list[str]:
    """Each text once, without the addresses that a cell leads to."""
    return list(dict.fromkeys(text for text in texts if not is_address(text)))
