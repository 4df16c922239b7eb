"""`citiesshare scoring rescore` and `replay`: all scores made anew, or compared with those kept."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from services.scoring.application.bulk_rescore import Progress, rescore_all
from services.scoring.application.bulk_rescore import replay as replayed
from services.scoring.application.impact_preview import ImpactPreview, preview_impact
from services.scoring.cli import impact_table
from services.scoring.cli.store_context import a_version, open_store


def rescore(
    *,
    framework: Annotated[
        str | None,
        typer.Option(help="Version to score under; scores of others stay beside.", callback=a_version),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Score as of this day: what is overdue by then widens."),
    ] = None,
    after: Annotated[str, typer.Option(help="Go on after this solution, where an earlier run stopped.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would move, and make nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Score every solution anew where a fact or the day is newer; cities are not told.

    It can be stopped at any time, repeated, and run beside the services: each score is one conditional write.

    Examples: `citiesshare scoring rescore` · `citiesshare scoring rescore --as-of 2026-12-01` ·
    `citiesshare scoring rescore --framework 2 --dry-run`
    """
    night = as_of.replace(tzinfo=UTC) if as_of else None
    if dry_run:
        _foresee(framework, night, as_json=as_json)
        return
    result = asyncio.run(_rescore(framework, night, after))
    if as_json:
        typer.echo(json.dumps(result))
    else:
        Console().print(f"{result['seen']} solutions looked at, {result['rescored']} scored anew")


async def _rescore(framework: str | None, night: datetime | None, after: str) -> dict[str, object]:
    console = Console(stderr=True)

    def tell(progress: Progress) -> None:
        console.print(f"{progress.seen} looked at; go on with --after {progress.last!r}", highlight=False)

    async with open_store(framework) as context:
        progress = await rescore_all(context, night, after, tell)
        return {"framework": context.framework.version, **progress._asdict()}


def _foresee(framework: str | None, night: datetime | None, *, as_json: bool) -> None:
    outlook = asyncio.run(_outlook(framework, night))
    if as_json:
        typer.echo(json.dumps(impact_table.as_json(outlook)))
    else:
        impact_table.show(Console(), outlook)


async def _outlook(framework: str | None, night: datetime | None) -> ImpactPreview:
    async with open_store(framework) as context:
        with Console(stderr=True).status("Comparing …") as status:
            return await preview_impact(
                context, night, tell=lambda seen: status.update(f"{seen} scores compared")
            )


def replay(
    *,
    framework: Annotated[
        str | None, typer.Option(help="Version whose scores are computed again.", callback=a_version)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Compute every stored score again from its facts and compare the bytes; ends with 1 where one differs.

    Examples: `citiesshare scoring replay` · `citiesshare scoring replay --framework 1 --json`
    """
    counts, different = asyncio.run(_replay(framework))
    if as_json:
        typer.echo(json.dumps({**counts, "solutions": different}))
    else:
        Console().print(", ".join(f"{number} {state}" for state, number in counts.items()) or "no scores")
    if different:
        Console(stderr=True).print(f"[red]Not the same again: {', '.join(different)}[/red]")
        raise typer.Exit(1)


async def _replay(framework: str | None) -> tuple[dict[str, int], list[str]]:
    counts = Counter({"same": 0, "different": 0, "superseded": 0})
    different: list[str] = []
    async with open_store(framework) as context:
        async for replay_result in replayed(context):
            counts[replay_result.state] += 1
            if replay_result.state == "different":
                different.append(replay_result.solution)
    return dict(counts), different
