"""Draw the risk-coverage curve of `answers.py` as an SVG picture."""

from __future__ import annotations

from collections.abc import Sequence

from service.evaluation.metrics import CurvePoint

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 360, 60, 50
STYLE = (
    "text{font:13px sans-serif;fill:#333}.axis{stroke:#888;fill:none}.grid{stroke:#ddd}"
    ".curve{stroke:#0b5cad;stroke-width:2.5;fill:none}.point{fill:#b3261e}rect{fill:#fff}"
)


def picture(curve: Sequence[CurvePoint], marked: Sequence[tuple[str, CurvePoint]]) -> str:
    """Draw risk over coverage.

    Args:
        marked: points to name in the picture.
    """
    highest = max(0.05, *(point.risk for point in curve)) * 1.1

    def place(point: CurvePoint) -> tuple[float, float]:
        across = LEFT + point.coverage * (WIDTH - LEFT - 20)
        return round(across, 1), round(HEIGHT - BOTTOM - point.risk / highest * (HEIGHT - BOTTOM - 20), 1)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">']
    parts += ["<title>Risk over coverage</title>", f"<style>{STYLE}</style>", f'<rect width="{WIDTH}" height="{HEIGHT}"/>']
    for tenth in range(0, 11, 2):
        x, _ = place(CurvePoint(0, tenth / 10, 0))
        parts.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{tenth * 10}%</text>')
    for step in range(5):
        risk = highest * step / 4
        _, y = place(CurvePoint(0, 0, risk))
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 20}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{risk:.1%}</text>')
    parts.append(f'<path class="axis" d="M{LEFT} 20V{HEIGHT - BOTTOM}H{WIDTH - 20}"/>')
    parts.append(f'<text x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">coverage: claims answered</text>')
    parts.append(f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">risk: wrong answers</text>')
    parts.append(f'<polyline class="curve" points="{" ".join("{},{}".format(*place(point)) for point in curve)}"/>')
    for number, (name, point) in enumerate(marked):
        x, y = place(point)
        parts.append(f'<circle class="point" cx="{x}" cy="{y}" r="5"/>')
        parts.append(f'<text x="{x}" y="{y - 12 - 20 * number}" text-anchor="end">{name}, from {point.threshold:.2f}</text>')
    return "\n".join([*parts, "</svg>", ""])
