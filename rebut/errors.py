"""What can go wrong with a request, as one tree.

ClientError
├── Unreachable       nothing answers at the address, or not in time, or not as a Rebut service does
└── ProblemError      the service answered with an RFC 9457 problem
    ├── InvalidRequest    400, 413, 414, 415, 431: the request has to change
    ├── NotAllowed        401, 403: a key is missing, of no use, or may not do this
    ├── NotFound          404: no such record
    └── Unavailable       408, 429, 5xx: the same request may be answered later
"""

from __future__ import annotations

from rebut.states import Problem

WRONG = frozenset({400, 413, 414, 415, 422, 431})
DENIED = frozenset({401, 403})
LATER = frozenset({408, 429})


class ClientError(Exception):
    """The root: catch this to catch every error of the client's."""


class Unreachable(ClientError):
    """Nothing answers at the address, or not in time, or not as a Rebut service does."""


class ProblemError(ClientError):
    """The service answered with a problem.

    Attributes:
        problem: the problem: `problem.errors` names each field that is wrong, and the reason.
        retry_after: seconds after which to ask again, where the service tells.
    """

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(problem.detail or problem.title)


class InvalidRequest(ProblemError):
    """The request cannot be used as it is."""


class NotAllowed(ProblemError):
    """A key is missing, is of no use, or may not do this."""


class NotFound(ProblemError):
    """There is no such record."""


class Unavailable(ProblemError):
    """The service cannot answer now."""


def error_of(problem: Problem, retry_after: float | None) -> ProblemError:
    """The error that a problem is raised as."""
    if problem.status in WRONG:
        return InvalidRequest(problem)
    if problem.status in DENIED:
        return NotAllowed(problem)
    if problem.status == 404:
        return NotFound(problem)
    if problem.status in LATER or problem.status >= 500:
        return Unavailable(problem, retry_after)
    return ProblemError(problem)
