"""Read JSON with the small mistakes that pages embed: commas too many or missing, quotation marks and backslashes not escaped.

What is cut off, or wrong in another way, is not guessed at.
"""

from __future__ import annotations

import html
import json
import re

DEEPEST = 50
LITERAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b")
BLANK = re.compile(r"(?:\s|\ufeff|/\*.*?\*/|(?<![:\w])//[^\n]*\n)*", re.DOTALL)
ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
CODES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
KEY_ENDS = re.compile(r'"\s*:')
VALUE_ENDS = re.compile(r'"\s*(?:$|[}\]]|,\s*(?:["{\[}\]]|/[*/]|-?\d|true\b|false\b|null\b)|\n\s*"[^"\n]+"\s*:)')
WRAPPED = re.compile(r"^\s*(?:<!--|/\*|//)?\s*(?:<!\[CDATA\[)?\s*(?:\*/)?|\s*(?:/\*|//)?\s*(?:\]\]>)?\s*(?:\*/|-->)?[\s;]*$")


def read_lenient(script: str) -> object:
    """The parsed JSON; several values one after another are a list. None if it is not JSON, nor nearly so."""
    text = WRAPPED.sub("", script)
    text = html.unescape(text) if text.startswith(("{&quot;", "[{&quot;", "{&#34;")) else text
    try:
        parsed: object = json.loads(text, strict=False)
    except RecursionError:
        return None
    except ValueError:
        return _Repair(text).document()
    return parsed


class _Repair:
    """One pass over a text that is nearly JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def document(self) -> object:
        """All of it, or None."""
        values = []
        try:
            while self._next() in ("{", "["):
                values.append(self._value(0))
                self._skip(",;")
        except ValueError:
            return None
        if self._at < len(self._text) or not values:
            return None
        return values[0] if len(values) == 1 else values

    def _next(self) -> str:
        """The next character that is not blank; empty at the end."""
        found = BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _skip(self, characters: str) -> None:
        while (found := self._next()) and found in characters:
            self._at += 1

    def _value(self, depth: int) -> object:
        begins = self._next()
        if depth > DEEPEST:
            raise ValueError(self._at)
        if begins == "{":
            return self._object(depth)
        if begins == "[":
            return self._array(depth)
        if begins == '"':
            return self._string(VALUE_ENDS)
        literal = LITERAL.match(self._text, self._at)
        if literal is None:
            raise ValueError(self._at)
        self._at = literal.end()
        return json.loads(literal[0])

    def _object(self, depth: int) -> dict[str, object]:
        self._at += 1
        found: dict[str, object] = {}
        while (begins := self._opened("}")) == '"':
            key = self._string(KEY_ENDS)
            if self._next() != ":":
                raise ValueError(self._at)
            self._at += 1
            found[key] = self._value(depth + 1)
        if begins != "}":
            raise ValueError(self._at)
        self._at += 1
        return found

    def _array(self, depth: int) -> list[object]:
        self._at += 1
        found: list[object] = []
        while (begins := self._opened("]")) and begins != "]":
            found.append(self._value(depth + 1))
        if begins != "]":
            raise ValueError(self._at)
        self._at += 1
        return found

    def _opened(self, closing: str) -> str:
        """The next character after commas, whether they are too many or none."""
        self._skip(",")
        return closing if self._next() == closing else self._next()

    def _string(self, ends: re.Pattern[str]) -> str:
        self._at += 1
        said: list[str] = []
        while self._at < len(self._text):
            character = self._text[self._at]
            escape = ESCAPE.match(self._text, self._at) if character == "\\" else None
            if escape:
                said.append(chr(int(escape[1], 16)) if escape[1] else CODES.get(escape[2], escape[2]))
                self._at = escape.end()
            elif character == '"' and ends.match(self._text, self._at):
                self._at += 1
                return "".join(said).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            else:
                said.append(character)
                self._at += 1
        raise ValueError(self._at)
