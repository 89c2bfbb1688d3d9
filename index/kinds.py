"""What sorts of records, passages, ratings and relations there are."""

from __future__ import annotations

import enum


class StatementKind(enum.Enum):
    """What sort of statement it is."""

    ACCUSATION = "accusation"
    """One side accuses another."""
    STATEMENT = "statement"
    """An official says or announces something."""
    EVENT = "event"
    """Something that happened."""
    CONTEXT = "context"
    """A background fact."""
    ASSESSMENT = "assessment"
    """An analyst's reading."""
    CLAIM = "claim"
    """What somebody claims, as recorded by a fact-checker."""


class RefutationKind(enum.Enum):
    """What sort of answer a refutation is."""

    DENIAL = "denial"
    COUNTER_STATEMENT = "counter-statement"
    FACT = "fact"
    REVIEW = "review"
    """A fact-checker's review that rates the statement as false; made of a `Review`, never written in a seed file."""


class Stance(enum.Enum):
    """How a refutation answers a statement."""

    DENIES = "denies"
    """An official denial of exactly this statement."""
    COUNTERS = "counters"
    """It stands against the statement without naming it."""


class Rated(enum.Enum):
    """What a rating means, whatever its words, language and scale."""

    FALSE = "false"
    MOSTLY_FALSE = "mostly-false"
    MISLEADING = "misleading"
    """It misleads, whether true or false: out of context, manipulated, exaggerated."""
    MIXED = "mixed"
    MOSTLY_TRUE = "mostly-true"
    TRUE = "true"
    UNCLEAR = "unclear"
    """Not proven, satire, or a rating whose meaning is not known."""


class Tier(enum.Enum):
    """How far a source or a reviewer is to be believed, the furthest first. What an unknown one says does not count."""

    OWN = "own"
    """The desk itself: its own tables may change its reviews."""
    OFFICIAL = "official"
    """A state, one of its offices, or an international body, on its own site."""
    SIGNATORY = "signatory"
    """A fact-checker that was verified by the code of a network, such as IFCN or EFCSN."""
    KNOWN = "known"
    """Known to the desk."""
    UNKNOWN = "unknown"


TABLE = "file-"
"""How the ids of sources begin that are tables."""
PUBLISHER = "publisher-"
"""How the ids of sources begin that stand for the site of a review's address: somebody else said what they publish."""


class RelationKind(enum.Enum):
    """What a claim does with a known statement."""

    REPEATS = "repeats"
    """It says the same, perhaps with less detail."""
    DENIES = "denies"
    """It says that it is not so, or repeats the denial."""
    REVERSES = "reverses"
    """It says it with the parts exchanged: who does it, and to whom."""
    DIFFERS = "differs"
    """The same event, but another number, date, place, party, or plans instead of deeds."""
    RELATED = "related"
    """Another claim on the same topic, or on another one."""


class PassageKind(enum.Enum):
    """Which part of a record a searchable text is."""

    TEXT = "text"
    WORDING = "wording"
    REFUTATION = "refutation"


class RecordKind(enum.Enum):
    """What sort of record it is."""

    SOURCE = "source"
    STATEMENT = "statement"
    REFUTATION = "refutation"
    REVIEW = "review"


class State(enum.Enum):
    """How far a record is. Only published ones are answered."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"
    RETIRED = "retired"
    ERASED = "erased"
    """Its content was taken out of the store for good; only hashes are left."""


class Action(enum.Enum):
    """How a change of records came about."""

    ADOPT = "adopt"
    """The record was in the store before there was a ledger."""
    IMPORT = "import"
    EDIT = "edit"
    UNDO = "undo"
    EXPIRE = "expire"
    """Its day came."""
    ERASE = "erase"


class Scope(enum.Enum):
    """What an API key may do."""

    READ = "read"
    """Read statements, refutations, reviews and sources."""
    CHECK = "check"
    """Check claims and texts."""
    EDIT = "edit"
    """Change records."""
    REVIEW = "review"
    """Decide about changes that others made."""
    ADMIN = "admin"
    """Everything, and the keys themselves."""
