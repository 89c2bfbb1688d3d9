"""What one row of a table says, field by field."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from index.readers import reasons
from index.readers.claimreview import BARE_ADDRESS, Unusable
from index.readers.columns import Field
from index.rules import LONGEST_TEXT, is_address

BETWEEN = {
    Field.WORDINGS: re.compile(r"\s*[|\n]\s*"),
    Field.TOPIC: re.compile(r"\s*[,;|\n]\s*"),
    Field.PLACE: re.compile(r"\s*[,;|\n]\s*"),
}
"""What stands between several in one cell."""
BETWEEN_ADDRESSES = re.compile(r"[\s|]+|[,;](?=https?:)")
ENCODED = (Field.CLAIM, Field.WORDINGS, Field.TITLE)
"""What is searched for by its meaning, so that it has to be as short as in other records."""
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
