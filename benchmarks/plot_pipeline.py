"""Draw the pipeline and its baseline ("floor") as SVG from the last line of ``benchmarks.pipeline``.

    python -m benchmarks.pipeline | tail -1 > pipeline.json
    python -m benchmarks.plot_pipeline --input pipeline.json --output docs/pipeline.svg

Blue is the system at one scale, grey the baseline that ran right after it: messages per second with all
published at once, and milliseconds from publishing to the relay's reply "250" for one letter at a time.
"""

import json
from html import escape
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

WIDTH, LABEL, BAR, STEP, GAP = 300, 120, 20, 30, 60
COLOURS = {"floor": "#767676"}


class Bar(NamedTuple):
    """Name and value of a bar."""

    what: str
    value: float


def panels(pairs: list[dict[str, dict[str, object]]]) -> list[tuple[str, list[Bar]]]:
    """Return the two measures, each with one bar for the system and one for its baseline."""
    rows = [pair[which] for pair in pairs for which in ("system", "floor")]
    rates = [Bar(str(row["what"]), _number(row, "flow", "per_second")) for row in rows]
    waits = [Bar(str(row["what"]), _number(row, "wait", "letter_p50")) for row in rows]
    return [("messages/s, all at once", rates), ("ms to the letter, one at a time (p50)", waits)]


def drawing(measures: list[tuple[str, list[Bar]]]) -> str:
    """Return the picture as SVG, with the panels side by side."""
    height = 2 * GAP // 3 + STEP * len(measures[0][1]) + 10
    width = len(measures) * (LABEL + WIDTH + GAP)
    parts = [
        f'<g transform="translate({place * (LABEL + WIDTH + GAP)} 0)">{_panel(title, bars)}</g>'
        for place, (title, bars) in enumerate(measures)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
    background = '<rect width="100%" height="100%" fill="#fff"/>'
    title = "<title>The pipeline beside its floor</title>"
    return f'{head} font-size="12">{title}{background}{"".join(parts)}</svg>\n'


def _panel(title: str, bars: list[Bar]) -> str:
    most = max(bar.value for bar in bars)
    lines = [f'<text x="{LABEL}" y="20" font-weight="bold">{escape(title)}</text>']
    for place, bar in enumerate(bars):
        top, length = 30 + place * STEP, round(WIDTH * bar.value / most, 1)
        colour = COLOURS.get(bar.what, "#0b5fa5")
        lines.append(
            f'<text x="{LABEL - 8}" y="{top + 15}" text-anchor="end">{escape(bar.what)}</text>'
            f'<rect x="{LABEL}" y="{top}" width="{length}" height="{BAR}" fill="{colour}"/>'
            f'<text x="{LABEL + length + 6}" y="{top + 15}">{bar.value:.0f}</text>'
        )
    return "".join(lines)


def _number(row: dict[str, object], part: str, name: str) -> float:
    measured = row[part]
    assert isinstance(measured, dict)
    return float(measured[name])


def main(
    source: Annotated[
        Path, typer.Option("--input", exists=True, help="Last line of the output of pipeline.py")
    ],
    target: Annotated[Path, typer.Option("--output", help="The SVG to write")],
) -> None:
    """Draw the bars."""
    target.write_text(drawing(panels(json.loads(source.read_text("utf-8"))["pairs"])), "utf-8")


if __name__ == "__main__":
    typer.run(main)
