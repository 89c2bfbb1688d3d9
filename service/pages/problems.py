"""What went wrong, in words for people and in their language; programs are told in English, by `service.api.problems`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.errors import InvalidInput, Reason
from service.api.problems import problem_of
from service.api.wire.states import Problem
from service.editing.errors import Conflict, RecordRefused
from service.languages.spoken import N_, gettext
from service.pages.complaints import Complaint, complaint, in_words, is_known

TRY_AGAIN = N_("Your text is not lost: try again in a moment.")
KINDS = {
    "invalid-request": (N_("The request cannot be used"), ""),
    "key-in-address": (N_("A key does not belong in an address"), ""),
    "key-missing": (N_("A key is required"), N_("This service is not open to everybody. Ask those who run it for a key.")),
    "key-refused": (N_("The key is of no use"), N_("It may be mistyped, have expired, or have been revoked.")),
    "scope-missing": (N_("The key may not do this"), ""),
    "not-signed-in": (
        N_("Sign in first"),
        N_("Nothing was changed. Sign in in another tab, then go back here: your browser still has what you wrote."),
    ),
    "sign-in-refused": (N_("You are not signed in"), N_("The name or the password is wrong.")),
    "person-may-not": (N_("You may not do this"), N_("Those who run this service say who may.")),
    "form-refused": (
        N_("Nothing was changed"),
        N_("The page was opened before you signed in, or elsewhere. Look it over, and send it again."),
    ),
    "not-kept": (N_("The answer is not kept"), N_("This service keeps no answers, or already keeps as many as it may.")),
    "unknown-record": (N_("No such record"), N_("It may have expired, have been taken back, or never have been here.")),
    "unknown-path": (
        N_("There is no such page"),
        N_("Nothing is at this address. It may be mistyped, or what was here was taken back."),
    ),
    "method-not-allowed": (
        N_("The page cannot be asked in this way"),
        N_("There is nothing to read at this address: it only takes what a form or a program sends."),
    ),
    "conflict": (N_("The change does not fit what is there"), ""),
    "retired": (N_("The record was retired"), N_("It is no longer published.")),
    "changed": (N_("Somebody else changed the record"), N_("Look at it anew, then make your change again.")),
    "key-spent": (N_("The key cannot be replaced"), ""),
    "body-too-large": (N_("This is too large"), N_("Send less at once, or a part of it.")),
    "unsupported-media-type": (N_("This sort of content is not taken"), ""),
    "key-reused": (N_("This was sent before with other content"), ""),
    "revision-wanted": (N_("A change must name the revision that it is of"), ""),
    "unknown-host": (N_("The service has another name"), N_("Use the address that those who run it told you.")),
    "limit-reached": (
        N_("Too much was asked for"),
        N_("You asked more than is allowed in a minute. Wait a little, then try again."),
    ),
    "queue-full": (N_("Too many claims wait already"), TRY_AGAIN),
    "hung-up": (N_("The connection broke off"), TRY_AGAIN),
    "shutting-down": (N_("The service is shutting down"), TRY_AGAIN),
    "encoder-failed": (N_("The search failed"), TRY_AGAIN),
    "relation-model-failed": (N_("The comparison failed"), TRY_AGAIN),
    "index-unavailable": (N_("The search is not available"), TRY_AGAIN),
    "store-unavailable": (N_("The records are not available"), TRY_AGAIN),
    "deadline-passed": (N_("There was no answer in time"), TRY_AGAIN),
    "unexpected": (N_("Something went wrong in the service"), N_("It was noted. Try again, or tell those who run the service.")),
}
"""By the kinds of the API's problems: a title, and what to do; without the latter, what the API says stands there, in English."""


class Told(Problem, frozen=True):
    """A problem for pages, with what is wrong as the domain says it: pages tell that in the reader's language.

    Attributes:
        said: of each of the errors; None of what others say.
        whole: of all of it, where no field is named.
    """

    said: Sequence[Reason | None] = ()
    whole: Reason | None = None

    @property
    def complaints(self) -> list[Complaint]:
        """What is wrong with each field, in words."""
        return [complaint(error, said) for error, said in zip(self.errors, self.said, strict=True)]


class Wrong(NamedTuple):
    """What a page tells of a problem.

    Attributes:
        reasons: what is wrong, or what to do.
        technical: what only the API's words tell, in English.
    """

    title: str
    reasons: list[str]
    technical: list[str]


def told_of(error: Exception) -> Told:
    """The problem that tells people about an error."""
    problem = problem_of(error)
    said: list[Reason | None] = [None] * len(problem.errors)
    if isinstance(error, RecordRefused):
        said = [one.said for one in error.broken]
    elif isinstance(error, InvalidInput):
        said = [error.said]
    whole = error.said if isinstance(error, Conflict) else None
    return Told(problem.type, problem.title, problem.status, problem.detail, problem.errors, said, whole)


def wrong(problem: Told) -> Wrong:
    """A problem in words."""
    title, advice = KINDS[problem.type.rpartition(":")[2]]
    reasons = [one.told() for one in problem.complaints if not one.english]
    technical = [f"{one.field} {one.words}" for one in problem.complaints if one.english]
    if problem.whole and is_known(problem.whole):
        reasons = [in_words(problem.whole)]
    elif advice and not problem.errors:
        reasons = [gettext(advice)]
    return Wrong(gettext(title), reasons, technical if reasons or technical else [problem.detail])
