"""Why a request that was in order is not answered."""

from __future__ import annotations

from index.errors import RebutError


class QueueFull(RebutError):
    """There is no room for more claims to wait.

    Attributes:
        limit: the most claims that may wait.
        room: how many more may wait now.
        retry_after: seconds until there will be room, at the rate at which claims were matched lately.
    """

    def __init__(self, limit: int, room: int, retry_after: int) -> None:
        self.limit, self.room, self.retry_after = limit, room, retry_after
        super().__init__(f"{limit - room} claims wait already, of the {limit} that may; try again in {retry_after} s")

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers that tell a client when to come again; RateLimit as draft-ietf-httpapi-ratelimit-headers-11 has it."""
        return {
            "Retry-After": str(self.retry_after),
            "RateLimit-Policy": f'"claims";q={self.limit};qu="claims"',
            "RateLimit": f'"claims";r={self.room};t={self.retry_after}',
        }


class DeadlinePassed(RebutError):
    """A request was not answered in the time that the settings allow."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"there was no answer within {seconds:g} s; what was not begun has been dropped")


class HungUp(RebutError):
    """The client went away before there was an answer."""

    def __init__(self) -> None:
        super().__init__("the client hung up")


class ShuttingDown(RebutError):
    """The service ends and takes no more work."""

    def __init__(self) -> None:
        super().__init__("the service is shutting down")
