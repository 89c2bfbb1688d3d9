"""The Python client of a Rebut service: `Client` and `AsyncClient`, typed, with nothing but httpx and msgspec behind them.

from rebut import Client

with Client("http://127.0.0.1:8000") as rebut:
    answer = rebut.check("Minsk joined the SCO")
    print(answer.verdict.sentence)
"""

from rebut.answers import Answer, Finding, Match, TextAnswer
from rebut.awaited import AsyncClient
from rebut.client import Client
from rebut.errors import ClientError, InvalidRequest, NotAllowed, NotFound, ProblemError, Unavailable, Unreachable
from rebut.imports import ImportReport
from rebut.kept import KeptAnswerView, KeptText, MadeAnswer
from rebut.records import StatementDetail, StatementPage
from rebut.states import Problem

__all__ = [
    "Answer",
    "AsyncClient",
    "Client",
    "ClientError",
    "Finding",
    "ImportReport",
    "InvalidRequest",
    "KeptAnswerView",
    "KeptText",
    "MadeAnswer",
    "Match",
    "NotAllowed",
    "NotFound",
    "Problem",
    "ProblemError",
    "StatementDetail",
    "StatementPage",
    "TextAnswer",
    "Unavailable",
    "Unreachable",
]
