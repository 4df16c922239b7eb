"""Shows what would move, before any score is made."""

from rich.console import Console
from rich.table import Table

from services.scoring.application.impact_preview import ImpactPreview


def as_json(outlook: ImpactPreview) -> dict[str, object]:
    """The outlook as JSON."""
    bands = [{"was": was, "now": now, "scores": number} for (was, now), number in _by_number(outlook)]
    most = [delta._asdict() for delta in outlook.most]
    return {"seen": outlook.seen, "moved": outlook.moved, "bands": bands, "most": most}


def show(console: Console, outlook: ImpactPreview) -> None:
    """The outlook as tables: between which bands, and the scores that would move the most."""
    console.print(f"{outlook.moved} of {outlook.seen} scores would move", highlight=False)
    if outlook.bands:
        bands = Table("from", "to", "scores")
        for (was, now), number in _by_number(outlook):
            bands.add_row(was, now, str(number))
        console.print(bands)
    if outlook.most:
        most = Table("moved the most", "evaluation", "risk %")
        for delta in outlook.most:
            most.add_row(delta.solution, f"{delta.evaluation:+.1f}", f"{delta.risk:+.1f}")
        console.print(most)


def _by_number(outlook: ImpactPreview) -> list[tuple[tuple[str, str], int]]:
    return sorted(outlook.bands.items(), key=lambda each: (-each[1], each[0]))
