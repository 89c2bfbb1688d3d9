"""All that is made, by the path of its file."""

from __future__ import annotations

from pathlib import Path

from scripts.guide import commands, measured, routes, settings, tables

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"


def made() -> dict[Path, str]:
    """Path -> what its file holds."""
    reference, pictures = DOCS / "reference", DOCS / "measured"
    return {
        reference / "settings.md": settings.page(),
        reference / "commands.md": commands.page(),
        reference / "routes.md": routes.page(reference / "openapi.json"),
        reference / "tables.md": tables.page(),
        DOCS / "measured.md": measured.filled((DOCS / "measured.md").read_text("utf-8")),
        **{pictures / name: picture for name, picture in measured.pictures().items()},
    }
