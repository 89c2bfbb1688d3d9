"""Draw plots as SVG: few words, readable on a phone, light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH = 440
LEFT, RIGHT = 8, 72
ROW, TOP = 46, 16
STYLE = (
    "text{font:15px system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif;fill:#1b1f24}.quiet{font-size:13px;fill:#57606a}"
    ".value{font-weight:600}.grid{stroke:#d0d7de}.track{fill:#e7ebef}.bar{fill:#0b57a4}.bar.other{fill:#8a94a0}"
    ".dot{fill:#0b57a4;fill-opacity:.55}.mean{stroke:#b3261e;stroke-width:3}.ring{fill:none;stroke:#b3261e;stroke-width:2.5}"
    ".right{fill:#0b57a4}.wrong{fill:#b3261e}.on{fill:#fff;font-weight:600}"
    "@media(prefers-color-scheme:dark){text{fill:#e6e9ed}.quiet{fill:#a3adb8}.grid{stroke:#3a434d}.track{fill:#2a323b}"
    ".bar,.dot,.right{fill:#82b8f5}.bar.other{fill:#77818c}.mean,.ring{stroke:#ff8f8f}.wrong{fill:#ff8f8f}.on{fill:#0d1117}}"
)


class Bar(NamedTuple):
    """A bar: its words, how long it is (0..1), the figure as it is told, and whether it is only there to compare with."""

    label: str
    length: float
    told: str
    other: bool = False


class Spread(NamedTuple):
    """A line of dots: its words, each figure (0..1), and one that is marked by a ring, if there is one."""

    label: str
    figures: Sequence[float]
    ring: float | None = None


def percent(share: float) -> str:
    """A share as it is told."""
    return f"{100 * share:.1f}%"


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Bars below one another, each with its words above it and its figure behind it."""
    span = WIDTH - LEFT - RIGHT
    parts = []
    for number, row in enumerate(rows):
        y = TOP + number * ROW
        parts += [
            f'<text x="{LEFT}" y="{y + 6}">{escape(row.label)}</text>',
            f'<rect class="track" x="{LEFT}" y="{y + 13}" width="{span}" height="12" rx="3"/>',
            f'<rect class="bar{" other" * row.other}" x="{LEFT}" y="{y + 13}" width="{span * row.length:.1f}" height="12" rx="3"/>',
            f'<text class="value" x="{WIDTH}" y="{y + 24}" text-anchor="end">{escape(row.told)}</text>',
        ]
    return svg(title, TOP + len(rows) * ROW - 10, parts)


def dots(title: str, rows: Sequence[Spread], low: float) -> str:
    """Dots on lines that reach from `low` to 1; a stroke at their mean, and its figure behind the line."""
    span = WIDTH - LEFT - RIGHT - 12

    def place(share: float) -> float:
        return round(LEFT + 6 + span * (max(share, low) - low) / (1 - low), 1)

    parts = []
    for number, row in enumerate(rows):
        y, mean = TOP + number * ROW, sum(row.figures) / len(row.figures)
        parts += [
            f'<text x="{LEFT}" y="{y + 6}">{escape(row.label)}</text>',
            f'<line class="grid" x1="{place(low)}" x2="{place(1)}" y1="{y + 21}" y2="{y + 21}"/>',
            *(f'<circle class="dot" cx="{place(one)}" cy="{y + 21}" r="6"/>' for one in row.figures),
            f'<line class="mean" x1="{place(mean)}" x2="{place(mean)}" y1="{y + 12}" y2="{y + 30}"/>',
            f'<text class="value" x="{WIDTH}" y="{y + 26}" text-anchor="end">{percent(mean)}</text>',
        ]
        if row.ring is not None:
            parts.append(f'<circle class="ring" cx="{place(row.ring)}" cy="{y + 21}" r="8"/>')
    bottom = TOP + len(rows) * ROW
    ends = ((low, "start"), (1.0, "end"))
    parts += [f'<text class="quiet" x="{place(x)}" y="{bottom + 4}" text-anchor="{at}">{x:.0%}</text>' for x, at in ends]
    return svg(title, bottom + 12, parts)


def matrix(title: str, rows: dict[str, dict[str, int]], across: Sequence[str]) -> str:
    """Counts in squares, the fuller the more of their row; what is right lies on the diagonal, or where `rows` says so."""
    left, head, size = 70, 66, 56
    height = 40
    parts = [
        f'<text class="quiet" transform="translate({left + size * x + 24} {head - 8}) rotate(-35)">{escape(name)}</text>'
        for x, name in enumerate(across)
    ]
    for y, (name, counts) in enumerate(rows.items()):
        top, total = head + y * height, sum(counts.values())
        parts.append(f'<text class="quiet" x="{left - 8}" y="{top + 25}" text-anchor="end">{escape(name)}</text>')
        for x, column in enumerate(across):
            share, right = counts[column] / total, column == (name if name != "related" else "not found")
            shade, full = "right" if right else "wrong", share > 0.5
            parts += [
                f'<rect class="track" x="{left + x * size}" y="{top}" width="{size - 4}" height="{height - 4}" rx="4"/>',
                f'<rect class="{shade}" fill-opacity="{share:.2f}" x="{left + x * size}" y="{top}" '
                f'width="{size - 4}" height="{height - 4}" rx="4"/>',
                f'<text{" class=" + chr(34) + "on" + chr(34) if full else ""} x="{left + x * size + size / 2 - 2}" y="{top + 24}" '
                f'text-anchor="middle">{counts[column]}</text>',
            ]
    return svg(title, head + len(rows) * height, parts)


def svg(title: str, height: int, parts: Sequence[str]) -> str:
    """The picture around its parts."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *parts, "</svg>", ""])
