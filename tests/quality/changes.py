"""Measure how often a change that leaves a claim's meaning alone changes the verdict.

    python -m tests.quality.changes [SHARE]

Every so many claims (each eighth by default) of the bases in `bases/` are asked as they are, and changed in each of the ways below.
A verdict counts as changed if it is of another kind.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable

import msgspec

from service.check.matcher import Matcher
from service.check.values import Reader
from service.evaluation.selftest.letters import mistyped, shouted, with_invisible, with_look_alikes
from tests.quality.bases import BASES, Labelled, Reviewed, ask, filled, read

SHARE = 8
Change = Callable[[str, random.Random], str | None]
READER = Reader()
CHANGES: dict[str, Change] = {
    "a link behind it": lambda text, _: f"{text} https://example.org/2024/03/news?id=17",
    "a stamp of a chat": lambda text, _: f"[12.03.24, 18:04:31] Anna: {text}",
    "a byline": lambda text, _: f"LONDON, 7 July (Reuters) - {text}",
    "a sign-off": lambda text, _: f"{text} - Reuters, 7 July",
    "BREAKING": lambda text, _: f"BREAKING: {text}",
    "capitals": lambda text, _: shouted(text),
    "small letters": lambda text, _: text.lower() if text.lower() != text else None,
    "invisible letters": with_invisible,
    "look-alike letters": with_look_alikes,
    "fake?": lambda text, _: f"fake? {text}",
    "is it true": lambda text, _: f"Is it true that {text.rstrip('.!')}?",
    "emoji": lambda text, _: f"😱😱 {text} 🔥",
    "quotation marks": lambda text, _: f"“{text}”",
    "exclamation marks": lambda text, _: f"{text.rstrip('.!?')}!!!",
    "forwarded": lambda text, _: f">> {text}",
    "typing errors": lambda text, dice: mistyped(text, "en", READER, dice),
    "a hashtag behind it": lambda text, _: f"{text} #news",
    "no full stop": lambda text, _: text.rstrip(".") if text.endswith(".") else None,
}


def verdicts(matcher: Matcher, claims: list[Labelled]) -> list[str]:
    """The kind of each claim's verdict."""
    return [answer.verdict.kind.value for answer in ask(matcher, claims)]


def main() -> None:
    """Ask, and print a line for each way."""
    share = int(sys.argv[1]) if len(sys.argv) > 1 else SHARE
    tried, changed = Counter[str](), Counter[str]()
    for folder in sorted(path for path in BASES.iterdir() if path.is_dir()):
        claims = read(folder / "claims.jsonl", Labelled)[::share]
        with filled(read(folder / "statements.jsonl", Reviewed)) as matcher:
            plain = verdicts(matcher, claims)
            for name, change in CHANGES.items():
                texts = [change(claim.text, random.Random(claim.id)) for claim in claims]
                some = [(one, text, verdict) for one, text, verdict in zip(claims, texts, plain, strict=True) if text]
                found = verdicts(matcher, [msgspec.structs.replace(one, text=text) for one, text, _ in some])
                tried[name] += len(some)
                changed[name] += sum(verdict != now for (_, _, verdict), now in zip(some, found, strict=True))
    for name, times in tried.items():
        print(f"{name:20} {changed[name]:4} of {times}")
    print(f"{'all':20} {changed.total():4} of {tried.total()} ({changed.total() / tried.total():.1%})")


if __name__ == "__main__":
    main()
