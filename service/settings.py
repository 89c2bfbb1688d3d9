"""Settings: read from the environment once, checked, frozen. `make reference` makes their page."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from index.errors import RebutError

PREFIX = "REBUT_"
PerMinute = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
HOST = r"[A-Za-z0-9._:\[\]-]+"
ORIGIN = r"https?://[A-Za-z0-9._:\[\]-]+"
BUNDLED_SEEDS = Path(__file__).resolve().parent.parent / "seeds"
BUILT_GUIDE = Path(__file__).resolve().parent / "pages" / "site"
"""Where `make docs` puts the guide."""


class SettingsInvalid(RebutError):
    """A setting has no usable value; the message names it and says what is allowed."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field a setting; the environment variable is `REBUT_` and the field's name in capitals.

    Attributes:
        data_dir: where the store, the index and prepared encoders live.
        encoders_dir: where prepared encoders live instead (an image can carry them apart from its data).
        ledger_key_file: the private key that signs the ledger, which all processes of a store share; empty for `ledger.key` in the
            data folder, where one is made.
        database_url: SQLAlchemy URL of the store; empty for SQLite in the data folder.
        milvus_url: `http://user:password@host:19530/database` of the Milvus that keeps the indexes; empty for none.
        milvus_writes: `on`: this process writes to Milvus; `off`: it waits for what another one writes.
        seeds: folder of seed files loaded at the start (unchanged ones cost nothing); it must exist; empty for none.
        tiers: the desk's own list of whom to believe (TOML), which goes before the packaged one; empty for none.
        unknown_publishers: `apart`: what publishers say whom nobody named is shown apart, in no verdict; `count`: it counts.
        encoder: `rebut-e5-small`, `all-MiniLM-L6-v2` (English only), a sentence-transformers folder, or a hub model's name.
        english_encoder: a second encoder for English claims and statements; empty for none.
        relation: `off`: how a claim relates to what it matches is not judged, nothing gets a second look, and an answer takes a
            third of the time.
        threads: batches of texts that are encoded or judged at once, each on one thread; 0 for as many as there are cores.
        host: address to listen on.
        port: port to listen on; 0 for any free one.
        service_url: the running service that `rebut check` asks; empty for the one at `host` and `port`, if it has these records.
        key: the API key with which `rebut check` asks a service; empty for none.
        public_url: the service's own address in what it publishes, such as `https://facts.example`; empty to take it from
            requests for `hosts`, or from the address that they came in at.
        max_claim_characters: longer claims are refused.
        max_body_bytes: larger request bodies are refused.
        max_batch_claims: larger batches are refused.
        max_text_characters: longer documents are refused.
        queue_claims: claims that may wait in requests of few claims (16 at most); further requests are refused with 429.
        queue_batch_claims: the same in larger requests: batches and documents.
        deadline_seconds: a request that has no answer after it is given up with 504.
        max_connections: more connections at a time are closed, those that wait for a request first.
        read_seconds: the longest that a request may take to arrive, or a client to take its answer.
        shutdown_seconds: how long the requests in progress may take when the service is told to stop.
        guide: folder of the built documentation, served at `/guide`; empty for none.
        mcp_hosts: host names, separated by commas, under which assistants reach `/mcp`; others are refused.
        access: `open`: anybody may read and check; `keyed`: that, too, needs an API key. Changes always do.
        key_requests_per_minute: requests that one key may make in a minute; 0 for any number.
        key_claims_per_minute: claims that one key may ask in a minute; 0 for any number.
        address_requests_per_minute: requests that one address without a key may make in a minute; 0 for any number.
        address_claims_per_minute: claims that one address without a key may ask in a minute; 0 for any number.
        sign_ins_per_minute: attempts to sign in on the pages that may be made in a minute under one name, and from one address.
        session_hours: hours after which somebody who signed in has to do so again.
        two_people: `on`: what one person wrote is published by another one, who may review; sources are one person's.
        hosts: the service's own host names, separated by commas; requests for others are refused; empty to answer all.
        proxies: addresses or networks, separated by commas, of proxies that are believed who the client is (X-Forwarded-For).
        open_links: `on`: a link alone in the page's box is opened, if it leads to a public web page; `off`: none is.
        cors_origins: web pages' origins, separated by commas, whose scripts may read answers; `*` for all; empty for none.
        kept_answers: answers that are kept under an address at a time, for those who ask for it; 0 to keep none.
        max_kept_answer_bytes: larger answers, as JSON, are not kept: those to documents with very many known statements.
        hsts_seconds: how long browsers are to come by HTTPS only, told where they did; 0 to say nothing.
        log_format: `json`, `pretty`, or `auto` (pretty on a terminal).
        traces_to: OpenTelemetry collector that gets a trace of each request by OTLP over HTTP, such as `http://collector:4318`;
            empty for none.
    """

    data_dir: Path = Path("data")
    encoders_dir: str = ""
    ledger_key_file: str = ""
    database_url: str = ""
    milvus_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/\w+)?)?$")] = ""
    milvus_writes: Annotated[str, msgspec.Meta(pattern="^(on|off)$")] = "on"
    seeds: str = str(BUNDLED_SEEDS)
    tiers: str = ""
    unknown_publishers: Annotated[str, msgspec.Meta(pattern="^(apart|count)$")] = "apart"
    encoder: Annotated[str, msgspec.Meta(min_length=1)] = "rebut-e5-small"
    english_encoder: str = "all-MiniLM-L6-v2"
    relation: Annotated[str, msgspec.Meta(pattern="^(on|off)$")] = "on"
    threads: Annotated[int, msgspec.Meta(ge=0, le=1024)] = 0
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    service_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s/]+)*/?)?$", description="an address")] = ""
    key: Annotated[str, msgspec.Meta(pattern=r"^[!-~]*$", description="ASCII without spaces")] = ""
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s/]+)*)?$")] = ""
    max_claim_characters: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 5_000
    max_body_bytes: Annotated[int, msgspec.Meta(ge=1_000)] = 10_000_000
    max_batch_claims: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1_000
    max_text_characters: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 200_000
    queue_claims: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 64
    queue_batch_claims: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 2_000
    deadline_seconds: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 120
    max_connections: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1_000
    read_seconds: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 30.0
    shutdown_seconds: Annotated[int, msgspec.Meta(ge=1, le=3_600)] = 8
    guide: str = str(BUILT_GUIDE)
    mcp_hosts: str = "127.0.0.1,localhost,[::1]"
    access: Annotated[str, msgspec.Meta(pattern="^(open|keyed)$")] = "open"
    key_requests_per_minute: PerMinute = 0
    key_claims_per_minute: PerMinute = 0
    address_requests_per_minute: PerMinute = 0
    address_claims_per_minute: PerMinute = 0
    sign_ins_per_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10
    session_hours: Annotated[float, msgspec.Meta(gt=0, le=8_760)] = 12.0
    two_people: Annotated[str, msgspec.Meta(pattern="^(on|off)$")] = "off"
    hosts: Annotated[str, msgspec.Meta(pattern=rf"^({HOST}( *, *{HOST})*)?$", description="host names")] = ""
    proxies: str = ""
    open_links: Annotated[str, msgspec.Meta(pattern="^(on|off)$")] = "on"
    cors_origins: Annotated[str, msgspec.Meta(pattern=rf"^(\*|{ORIGIN}( *, *{ORIGIN})*)?$", description="origins, or `*`")] = ""
    kept_answers: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 10_000
    max_kept_answer_bytes: Annotated[int, msgspec.Meta(ge=1_000)] = 1_000_000
    hsts_seconds: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] = 0
    log_format: Annotated[str, msgspec.Meta(pattern="^(auto|json|pretty)$")] = "auto"
    traces_to: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s/]+)*)?$")] = ""

    @property
    def store_url(self) -> str:
        """The store's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'rebut.sqlite'}"

    @property
    def index_dir(self) -> Path:
        """The folder of the index as it was last written: what Milvus keeps is not in it, and so it has one of its own."""
        return self.data_dir / ("index-milvus" if self.milvus_url else "index")

    def shown(self) -> dict[str, str]:
        """Each setting's value for people to read, by its name: passwords and the key are not among them."""
        values = {field: _without_password(str(getattr(self, field))) for field in self.__struct_fields__}
        return values | {"key": "***" if self.key else ""}

    @property
    def ledger_key(self) -> Path:
        """The private key that signs the ledger."""
        return Path(self.ledger_key_file) if self.ledger_key_file else self.data_dir / "ledger.key"

    @property
    def encoder_cache(self) -> Path:
        """The folder of prepared encoders."""
        return Path(self.encoders_dir) if self.encoders_dir else self.data_dir / "encoders"

    @property
    def guide_folder(self) -> Path | None:
        """The folder of the built documentation; None if it has not been built."""
        folder = Path(self.guide)
        return folder if self.guide and (folder / "index.html").is_file() else None

    def seed_files(self) -> list[Path]:
        """The seed files to load at the start, by name."""
        return sorted(Path(self.seeds).glob("[!.]*.toml")) if self.seeds else []

    def seed_versions(self) -> dict[str, str]:
        """Seed file -> SHA-256 of it."""
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in self.seed_files()}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        SettingsInvalid: for a value out of range, a folder of seed files or a list of tiers that is missing, a proxy that is no
            address or network, and an unknown `REBUT_` variable (most often a typo).
    """
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    known = {field.name for field in msgspec.structs.fields(Settings)}
    for name in given.keys() - known:
        raise SettingsInvalid(f"{PREFIX}{name.upper()} is not a setting; the settings are {_names(known)}")
    settings = _convert(given)
    if settings.seeds and not Path(settings.seeds).is_dir():
        raise SettingsInvalid(f"{PREFIX}SEEDS={settings.seeds!r}: there is no such folder; an empty value loads no seed files")
    if settings.tiers and not Path(settings.tiers).is_file():
        raise SettingsInvalid(
            f"{PREFIX}TIERS={settings.tiers!r}: there is no such file; an empty value takes the packaged list alone"
        )
    if given.get("guide") and not settings.guide_folder:
        raise SettingsInvalid(f"{PREFIX}GUIDE={settings.guide!r}: holds no index.html; an empty value serves no guide")
    _check_proxies(settings.proxies)
    return settings


def _convert(given: Mapping[str, str]) -> Settings:
    try:
        return msgspec.convert(given, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at ")
        name = field.strip("`").removeprefix("$.")
        value = "***" if name == "key" else _without_password(given.get(name, ""))
        raise SettingsInvalid(f"{PREFIX}{name.upper()}={value!r}: {reason}") from None


def _without_password(value: str) -> str:
    return re.sub(r"://([^:/@]*):.*@", r"://\1:***@", value)


def names_in(listed: str) -> list[str]:
    """The names in a setting that lists them, with commas between."""
    return [name.strip() for name in listed.split(",") if name.strip()]


def _check_proxies(proxies: str) -> None:
    for proxy in names_in(proxies):
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise SettingsInvalid(f"{PREFIX}PROXIES={proxies!r}: {error}") from error


def _names(fields: set[str]) -> str:
    return ", ".join(sorted(PREFIX + name.upper() for name in fields))
