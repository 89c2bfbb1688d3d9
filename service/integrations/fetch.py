"""Fetch the addresses given to `rebut load`. They come from the operator, so any host may be asked, within limits."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from index.errors import InvalidRecord
from index.progress import Progress
from index.readers.loading import BY_ENDING
from service import VERSION

MOST_BYTES = 1_000_000_000
MOST_SECONDS = 900
MOST_REDIRECTS = 5
PATIENCE = 30.0
"""Seconds to wait for a connection, and for each next piece."""

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    "text/html": ".html",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    WORKBOOK: ".xlsx",
}


class File(NamedTuple):
    """A file to load.

    Attributes:
        site: the host that it came from in the end, without "www."; None if it was not fetched.
    """

    path: Path
    site: str | None = None


@contextmanager
def fetched(
    places: Iterable[Path | str], progress: Progress, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS
) -> Iterator[dict[str, File]]:
    """Path or address -> its file. Fetched files exist as long as the context lasts.

    Raises:
        InvalidRecord: for an address that does not give a file.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for number, name in enumerate(places):
            fetch = _Fetch(str(name), Path(folder) / str(number), progress, most_bytes, time.monotonic() + most_seconds)
            found[str(name)] = File(name) if isinstance(name, Path) else fetch.run()
        yield found


class _Fetch(NamedTuple):
    """The fetching of one address: where its content goes, and how large it may be."""

    url: str
    path: Path
    progress: Progress
    most_bytes: int
    until: float

    def run(self) -> File:
        """Fetch it; returns the file, with an ending that tells its format."""
        headers = {"user-agent": f"rebut/{VERSION}", "accept": "application/json, text/html, text/csv, */*"}
        try:
            with (
                httpx.Client(follow_redirects=True, max_redirects=MOST_REDIRECTS, timeout=PATIENCE, headers=headers) as client,
                client.stream("GET", self.url) as response,
            ):
                response.raise_for_status()
                path = self.path.with_suffix(_ending(self.url, response.headers.get("content-type", "")))
                self._save(response, path)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._failed(f"cannot be fetched: {error or type(error).__name__}") from error
        return File(path, response.url.host.removeprefix("www."))

    def _save(self, response: httpx.Response, path: Path) -> None:
        total = int(response.headers.get("content-length") or 0)
        done = 0
        with path.open("wb") as file:
            for piece in response.iter_bytes():
                done += file.write(piece)
                if done > self.most_bytes:
                    raise self._failed(f"is larger than {self.most_bytes:,} bytes")
                if time.monotonic() > self.until:
                    raise self._failed("takes too long")
                self.progress(f"fetching {self.url}", done, max(total, done))

    def _failed(self, reason: str) -> InvalidRecord:
        return InvalidRecord([f"{self.url}: {reason}"])


def _ending(url: str, media_type: str) -> str:
    """The ending that tells the format; empty where neither address nor media type does."""
    ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    return ending if ending in BY_ENDING else ENDINGS.get(media_type.partition(";")[0].strip().lower(), "")
