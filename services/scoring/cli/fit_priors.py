"""`citiesshare scoring fit-priors`: what each service area expects of a first try, frozen on a day."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from services.scoring.adapters.reference_data import label
from services.scoring.application.impact_preview import ImpactPreview, preview_impact
from services.scoring.application.prior_fitting import fit_priors as fit
from services.scoring.cli import impact_table
from services.scoring.cli.store_context import a_version, open_store
from services.scoring.domain.area_prior import AreaPriors
from shared.events import AreaPrior


class Fitted(NamedTuple):
    """The priors fitted on a day, those in force before, what they would move, and which were frozen now."""

    framework: str
    day: date
    priors: AreaPriors
    before: AreaPriors
    would: ImpactPreview
    frozen: frozenset[str]


def fit_priors(
    *,
    framework: Annotated[
        str | None, typer.Option(help="Version to fit under, else the one in force.", callback=a_version)
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Count what had ended by this day, else today."),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Freeze them; without it nothing changes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Fit the prior of each service area to what has ended in it, and freeze it with --write.

    A service area is a CPV division with at least 30 ended implementations. What is frozen stays for good;
    the services take it up within seconds and score what depends on it anew.

    Examples: `citiesshare scoring fit-priors` · `citiesshare scoring fit-priors --as-of 2026-12-31 --write`
    """
    today = datetime.now(UTC).date()
    day = as_of.date() if as_of else today
    if day > today:
        raise typer.BadParameter(f"{day} lies ahead; choose {today} or earlier", param_hint="--as-of")
    fitted = asyncio.run(_fitted(framework, day, write=write))
    if as_json:
        typer.echo(json.dumps(_as_json(fitted)))
    else:
        _show(fitted, write=write)


async def _fitted(framework: str | None, day: date, *, write: bool) -> Fitted:
    console = Console(stderr=True)

    async with open_store(framework) as context:
        before = context.store.priors.in_force
        _not_before(before, day)
        with console.status("Reading what has ended …") as status:
            priors = await fit(context, day, lambda seen: status.update(f"{seen} solutions read"))
            would = await preview_impact(
                context, priors=priors, tell=lambda seen: status.update(f"{seen} scores compared")
            )
        new = [prior for area, prior in priors.items() if prior != before.get(area)]
        frozen = await context.store.priors.freeze(new) if write else []
        names = frozenset(frozen_prior.area for frozen_prior in frozen)
        return Fitted(context.framework.version, day, priors, before, would, names)


def _not_before(frozen: AreaPriors, day: date) -> None:
    newest = max((prior.day for prior in frozen.values()), default=day)
    if day < newest:
        raise typer.BadParameter(
            f"priors were frozen on {newest} already; choose that day or later", param_hint="--as-of"
        )


def _state(prior: AreaPrior, before: Mapping[str, AreaPrior]) -> str:
    was = before.get(prior.area)
    if was == prior:
        return f"stands since {prior.day}"
    return "new" if was is None else f"was {_mean(was):.0%} on {was.day}"


def _mean(prior: AreaPrior) -> float:
    return prior.alpha / (prior.alpha + prior.beta)


def _as_json(fitted: Fitted) -> dict[str, object]:
    areas = [
        {**prior.model_dump(mode="json"), "state": _state(prior, fitted.before)}
        for prior in fitted.priors.values()
    ]
    return {
        "framework": fitted.framework,
        "day": fitted.day.isoformat(),
        "areas": areas,
        "frozen": sorted(fitted.frozen),
        "outlook": impact_table.as_json(fitted.would),
    }


def _show(fitted: Fitted, *, write: bool) -> None:
    console = Console()
    if not fitted.priors:
        console.print("No service area has 30 ended implementations yet: all stand at the general prior.")
        return
    table = Table("service area", "ended", "success", "worth projects", "α", "β", "")
    for prior in fitted.priors.values():
        code = prior.area.removeprefix("CPV:")
        numbers = (
            f"{_mean(prior):.1%}",
            f"{prior.alpha + prior.beta:.1f}",
            f"{prior.alpha:.2f}",
            f"{prior.beta:.2f}",
        )
        table.add_row(f"{code} {label(code, 'en')}", str(prior.ended), *numbers, _state(prior, fitted.before))
    console.print(table)
    impact_table.show(console, fitted.would)
    console.print(
        f"{len(fitted.frozen)} frozen on {fitted.day}"
        if write
        else "Nothing was written; --write freezes them"
    )
