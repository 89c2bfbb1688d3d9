"""Signing in: tried so often a minute at most, and one password compared at a time, so that a flood of attempts takes no memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from litestar.concurrency import sync_to_thread

from service.access.clocks import Clocks
from service.access.errors import SignInRefused
from service.access.limits import SignInAttempts
from service.access.people import LONGEST_NAME, People
from service.access.tally import Tally
from service.settings import Settings

T = TypeVar("T")

log = structlog.get_logger(__name__)


class SignIns:
    """The way in for people; used by the event loop alone."""

    def __init__(self, people: People, settings: Settings, clocks: Clocks, tally: Tally) -> None:
        self.people = people
        self._attempts = SignInAttempts(settings, clocks.seconds, tally)
        self._one_at_a_time = asyncio.Lock()

    async def sign_in(self, name: str, password: str, address: str) -> str:
        """See `People.sign_in`.

        Raises:
            LimitReached: if it was tried too often under this name, or from this address.
            SignInRefused: if the name or the password is wrong.
        """
        return await self._compared(name, address, lambda: self.people.sign_in(name, password))

    async def change_password(self, name: str, old: str, new: str, address: str) -> None:
        """See `People.change_password`; who guesses the old one is stopped as who guesses at the door is."""
        await self._compared(name, address, lambda: self.people.change_password(self.people.get(name), old, new))

    async def _compared(self, name: str, address: str, compare: Callable[[], T]) -> T:
        self._attempts.count(name[:LONGEST_NAME].strip().casefold(), address)
        try:
            async with self._one_at_a_time:
                return await sync_to_thread(compare)
        except SignInRefused:
            log.warning("sign-in refused")  # without the name: people type their passwords there
            raise
