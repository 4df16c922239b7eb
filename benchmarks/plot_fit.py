"""Draw the reliability curve of fit as SVG from the output of ``matching_quality.py``.

    python -m benchmarks.plot_fit --input quality.jsonl --output docs/matching-fit.svg

Each point is a twentieth of the maximum of ``rel``, over all seeds and settings: x is the predicted ``fit``,
y the observed share of pairs with the same CPV division.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from services.scoring.domain.inverted_index.relevance import MAXIMUM, fit

SIDE, EDGE = 360, 46
Point = tuple[float, float, int]


def points(lines: list[str]) -> list[Point]:
    """Return predicted share, observed share and number of pairs, in ascending order of ``rel``."""
    pairs: dict[float, int] = defaultdict(int)
    agree: dict[float, float] = defaultdict(float)
    for line in lines:
        for name, bins in json.loads(line).items():
            if name.startswith("reliability"):
                for row in bins:
                    pairs[row["rel"]] += row["pairs"]
                    agree[row["rel"]] += row["pairs"] * row["division"]
    return [(fit(round(rel * MAXIMUM)), agree[rel] / pairs[rel], pairs[rel]) for rel in sorted(pairs)]


def drawing(curve: list[Point]) -> str:
    """Return the picture as SVG."""
    size = SIDE + 2 * EDGE
    marks = [
        f'<circle cx="{_x(promised)}" cy="{_y(seen)}" r="4" fill="#0b5fa5">'
        f"<title>{promised:.2f} promised, {seen:.2f} seen, {many:,} pairs</title></circle>"
        for promised, seen, many in curve
    ]
    ticks = [
        f'<text x="{_x(t)}" y="{size - EDGE + 18}" text-anchor="middle">{t:g}</text>'
        f'<text x="{EDGE - 8}" y="{_y(t) + 4}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    line = f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#767676" stroke-dasharray="4 4"/>'
    frame = f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#767676"/>'
    words = (
        f'<text x="{size / 2}" y="{size - 6}" text-anchor="middle">fit promised</text>'
        f'<text x="14" y="{size / 2}" text-anchor="middle" transform="rotate(-90 14 {size / 2})">'
        "pairs of one CPV division</text>"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif"'
    title = "<title>Reliability of fit: points near the dashed line keep their promise</title>"
    background = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'{head} font-size="12">{title}{background}{frame}{line}{words}{"".join(ticks + marks)}</svg>\n'


def _x(value: float) -> float:
    return round(EDGE + SIDE * value, 1)


def _y(value: float) -> float:
    return round(EDGE + SIDE * (1 - value), 1)


def main(
    source: Annotated[Path, typer.Option("--input", exists=True, help="Output of matching_quality.py")],
    target: Annotated[Path, typer.Option("--output", help="The SVG to write")],
) -> None:
    """Draw the curve, and print its points."""
    curve = points(source.read_text("utf-8").splitlines())
    target.write_text(drawing(curve), "utf-8")
    for promised, seen, many in curve:
        print(f"{promised:.2f} {seen:.2f} {many}")


if __name__ == "__main__":
    typer.run(main)
