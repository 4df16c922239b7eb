"""Shows an assessment to people: the advice, the three numbers, what they were made from, every sentence."""

from rich.console import Console
from rich.table import Table

from services.scoring.domain.framework import Framework
from shared.events import AreaPrior, Assessment


def speak(assessed: Assessment, framework: Framework, *, made_from_values: bool = False) -> None:
    """Print all of it on standard output."""
    console = Console()
    console.print(f"[bold]{assessed.band}[/bold] ({'robust' if assessed.robust else 'not robust'})")
    console.print(_numbers(assessed))
    for line in _beside(assessed, framework, made_from_values=made_from_values):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if assessed.next_best_datum:
        console.print(f"Next best datum: [bold]{assessed.next_best_datum}[/bold] ({assessed.next_best_of})")


def _numbers(assessed: Assessment) -> Table:
    table = Table("", "value", "low", "high")
    e, r, t = assessed.evaluation, assessed.risk, assessed.transferability
    for name, estimate in (("Evaluation", e), ("Risk %", r), ("Transferability", t)):
        numbers = (
            [f"{x:.1f}" for x in (estimate.value, estimate.low, estimate.high)] if estimate else ["-"] * 3
        )
        table.add_row(name, *numbers)
    return table


def _beside(assessed: Assessment, framework: Framework, *, made_from_values: bool) -> list[str]:
    reasons = (
        *assessed.evaluation_contributions,
        *assessed.risk_contributions,
        *assessed.transfer_contributions,
    )
    sentences = [f"• {contribution.reason}" for contribution in reasons]
    return (
        sentences
        if made_from_values and assessed.prior is None
        else [_prior(assessed.prior, framework), *sentences]
    )


def _prior(area: AreaPrior | None, framework: Framework) -> str:
    """Which prior the track record starts from; intermediate values may hold one that nobody knows."""
    if area is None:
        own = framework.track_record.prior
        return f"Prior: Beta({own.alpha:g}, {own.beta:g}), that of framework {framework.version}."
    numbers = f"Beta({area.alpha:g}, {area.beta:g})"
    return f"Prior: {numbers}, that of {area.area}, frozen on {area.day} from {area.ended} that had ended."
