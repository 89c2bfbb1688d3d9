"""The sentences of a verdict, in the languages of `service.languages`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.kinds import Rated, RelationKind, StatementKind
from index.records import UNKNOWN, Party, Rating
from service.languages import catalogue
from service.languages.spoken import P_

MOST_RATINGS = 3
"""Ratings named in one sentence; the others are counted."""

KINDS = {
    StatementKind.ACCUSATION: P_("kind", "accusation"),
    StatementKind.STATEMENT: P_("kind", "official statement"),
    StatementKind.EVENT: P_("kind", "event"),
    StatementKind.CONTEXT: P_("kind", "background fact"),
    StatementKind.ASSESSMENT: P_("kind", "assessment"),
    StatementKind.CLAIM: P_("kind", "claim"),
}
RATED = {
    Rated.FALSE: P_("rating", "false"),
    Rated.MOSTLY_FALSE: P_("rating", "mostly false"),
    Rated.MISLEADING: P_("rating", "misleading"),
    Rated.MIXED: P_("rating", "half true"),
    Rated.MOSTLY_TRUE: P_("rating", "mostly true"),
    Rated.TRUE: P_("rating", "true"),
    Rated.UNCLEAR: P_("rating", "unclear"),
}


class Said(Protocol):
    """What a sentence tells of a statement."""

    @property
    def kind(self) -> StatementKind:
        """What sort of statement it is."""

    @property
    def claimant(self) -> Party:
        """Who makes it."""


class Reviewed(Protocol):
    """What a sentence tells of a review."""

    @property
    def rating(self) -> Rating:
        """What was found."""

    @property
    def reviewer(self) -> Party:
        """Who found it."""


class Wordings:
    """What a verdict says, in one language."""

    def __init__(self, language: str) -> None:
        texts = catalogue(language)
        self.gettext, self.pgettext, self.ngettext = texts.gettext, texts.pgettext, texts.ngettext

    def several(self, count: int) -> str:
        """The message makes several claims on which something is known."""
        return self.gettext("This message makes several known claims: %(count)d.") % {"count": count}

    def nothing(self) -> str:
        """No statement fits."""
        return self.gettext("No known statement fits the claim.")

    def filtered_out(self) -> str:
        """No statement passes the filter, so that none was compared."""
        return self.gettext("No known statement passes the filter, so the claim was compared with none.")

    def on_the_topic(self, statement: Said) -> str:
        """Those that fit say something else."""
        known = self._known(statement)
        return self.gettext("No known statement says this. On the same topic: %(known)s.") % {"known": known}

    def not_judged(self, statement: Said, record: str) -> str:
        """How the claim relates to the closest one is not judged."""
        text = self.gettext(
            "Closest to the claim: %(known)s. On record: %(record)s. Whether the claim repeats, denies or changes it is not judged."
        )
        return text % {"known": self._known(statement), "record": record}

    def repeats(self, statement: Said, record: str) -> str:
        """The claim surely repeats a statement."""
        text = self.gettext("The claim repeats a known statement: %(known)s. On record: %(record)s.")
        return text % {"known": self._known(statement), "record": record}

    def seems(self, statement: Said, record: str) -> str:
        """The claim repeats it, but less surely."""
        text = self.gettext(
            "The claim seems to repeat a known statement: %(known)s. On record: %(record)s. "
            "It is not sure that this is said of the claim, too: compare the two."
        )
        return text % {"known": self._known(statement), "record": record}

    def does(self, kind: RelationKind, statement: Said, *, shown: bool) -> str:
        """The claim denies a statement, turns it round or changes a detail of it.

        Args:
            shown: whether words show that; else it only seems so.
        """
        if not shown:
            return self._seems_to(kind) % {"known": self._known(statement)}
        texts = {
            RelationKind.DENIES: self.gettext(
                "The claim denies a known statement: %(known)s. That alone makes neither of them true or false."
            ),
            RelationKind.REVERSES: self.gettext(
                "The claim turns a known statement round: %(known)s. Who does it, and to whom, is exchanged. "
                "That alone makes neither of them true or false."
            ),
            RelationKind.DIFFERS: self.gettext(
                "The claim changes a detail of a known statement: %(known)s. What is on record was not said of this version."
            ),
        }
        return texts[kind] % {"known": self._known(statement)}

    def _seems_to(self, kind: RelationKind) -> str:
        texts = {
            RelationKind.DENIES: self.gettext(
                "The claim seems to deny a known statement: %(known)s. That alone makes neither of them true or false: "
                "compare the two."
            ),
            RelationKind.REVERSES: self.gettext(
                "The claim seems to turn a known statement round: %(known)s. That alone makes neither of them true or false: "
                "compare the two."
            ),
            RelationKind.DIFFERS: self.gettext(
                "The claim seems to change a detail of a known statement: %(known)s. "
                "What is on record may not apply to this version: compare the two."
            ),
        }
        return texts[kind]

    def record(self, denials: int, counters: int, reviews: Sequence[Reviewed]) -> str:
        """What stands against a statement: official denials, counter-statements and fact-checkers' ratings, each apart."""
        parts = []
        if denials:
            parts.append(self.ngettext("%(count)d official denial", "%(count)d official denials", denials) % {"count": denials})
        if counters:
            text = self.ngettext("%(count)d counter-statement", "%(count)d counter-statements", counters)
            parts.append(text % {"count": counters})
        by_rating: dict[str, list[str]] = {}
        for review in reviews:
            names = by_rating.setdefault(review.rating.original or self.pgettext(*RATED[review.rating.rated]), [])
            names += [review.reviewer.name] if review.reviewer.name not in names else []
        rated = [(rating, name) for rating, names in by_rating.items() for name in names]
        for rating, name in rated[:MOST_RATINGS]:
            parts.append(self.gettext('rated "%(rating)s" by %(reviewer)s') % {"rating": rating, "reviewer": name})
        if len(rated) > MOST_RATINGS:
            more = len(rated) - MOST_RATINGS
            parts.append(self.ngettext("%(count)d more fact-check", "%(count)d more fact-checks", more) % {"count": more})
        return self.pgettext("list", ", ").join(parts) or self.gettext("no official refutation in this source")

    def _known(self, statement: Said) -> str:
        """What sort of statement, and whose."""
        text = self.pgettext("statement", "%(kind)s by %(claimant)s")
        return text % {"kind": self.pgettext(*KINDS[statement.kind]), "claimant": self.name(statement.claimant)}

    def name(self, party: Party) -> str:
        """What a party is called; where nobody is named, that."""
        return self.gettext("unknown") if party.name == UNKNOWN.name else party.name
