"""The guide: what is made from the code is up to date, and the site builds, whole and without another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest
from lxml import html

from scripts.guide.made import DOCS, ROOT, made
from service.cli.main import main
from service.settings import PREFIX, Settings

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""Elements that make a browser fetch something -> the attribute with its address."""


@pytest.mark.parametrize("path", made(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_made_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == made()[path], "`make reference` makes it anew"


def test_every_setting_and_command_is_told() -> None:
    settings, commands = ((DOCS / "reference" / name).read_text("utf-8") for name in ("settings.md", "commands.md"))
    assert set(re.findall(rf"^\| `{PREFIX}(\w+)`", settings, re.MULTILINE)) == {name.upper() for name in Settings.__struct_fields__}
    all_commands = dict(nested("rebut", main))
    assert {"rebut keys new", "rebut people add"} <= set(all_commands)
    assert set(re.findall(r"^##+ (rebut .+)", commands, re.MULTILINE)) == set(all_commands)
    for name, command in all_commands.items():
        section = commands.partition(f"# {name}\n")[2].partition("\n##")[0]
        assert f"```text\n{name} " in section
        assert set(re.findall(r"^\| `(--[\w-]+)`", section, re.MULTILINE)) == {
            option for one in command.params for option in one.opts if option.startswith("--")
        }


def nested(name: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """All commands of a group, and of those in it, by how they are called."""
    for own, command in group.commands.items():
        yield f"{name} {own}", command
        if isinstance(command, click.Group):
            yield from nested(f"{name} {own}", command)


def test_every_field_of_the_api_is_told() -> None:
    page = (DOCS / "reference" / "routes.md").read_text("utf-8")
    api = msgspec.json.decode((DOCS / "reference" / "openapi.json").read_bytes())
    for path, methods in api["paths"].items():
        assert all(f"## {method.upper()} {path}" in page for method in methods)
    for name, schema in api["components"]["schemas"].items():
        section = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        told = {*schema.get("properties", {}), *schema.get("enum", [])}
        assert told == set(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE))


def test_the_picture_of_the_rooms_shows_them_all() -> None:
    picture = (DOCS / "assets" / "rooms.svg").read_text("utf-8")
    rooms = re.findall(r"^([a-z/]+) +-> ", (DOCS / "why" / "design.md").read_text("utf-8"), re.MULTILINE)
    shown = set(re.findall(r"\w+", " ".join(re.findall(r'class="(?:name|house)"[^>]*>([^<]+)<', picture))))
    assert {room.rpartition("/")[2] for room in rooms} <= shown


def build(folder: Path) -> None:
    """Build the site as `make docs` does."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    told = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, env=environment)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide")
    build(folder)
    return folder


def test_every_page_is_built(site: Path) -> None:
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS).with_suffix(".html")).exists(), page


def test_nothing_is_fetched_from_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert pages
    for page in pages:
        for element in html.fromstring(page.read_text("utf-8")).iter(*LOADED):
            address = element.get(LOADED[element.tag], "")
            assert not re.match(r"(\w+:)?//", address), f"{page.name}: {address}"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", sheet.read_text("utf-8")), sheet


def test_pages_lead_to_files_that_are_there(site: Path) -> None:
    for page in site.rglob("*.html"):
        if page.name == "404.html":  # made for the root of a host; the service has a page of its own
            continue
        for address in html.fromstring(page.read_text("utf-8")).xpath("//a/@href | //link/@href | //script/@src | //img/@src"):
            file = address.partition("#")[0].partition("?")[0]
            if file and not re.match(r"\w+:", file):
                assert (page.parent / file).exists(), f"{page.relative_to(site)}: {address}"
