"""`citiesshare scoring rank`: which needs does each solution answer?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.scoring.adapters.reference_data import vocabulary
from services.scoring.cli.text_lines import BadLine, TextLine, read
from services.scoring.domain.matching.hard_limits import NeedConstraints
from services.scoring.domain.matching.need_index import Hit, NeedIndex

EXAMPLES = """
Each line of both files is an object with id, text, lang and, if known, cpv (one code or a list).

Examples:

  citiesshare scoring rank --needs needs.jsonl --solutions solutions.jsonl

  citiesshare scoring rank --needs needs.jsonl --solutions solutions.jsonl --most 20 --json > ranked.jsonl
"""


def rank(
    *,
    needs: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="JSON Lines: the standing needs.")],
    solutions: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="JSON Lines: the solutions.")],
    most: Annotated[int, typer.Option(min=1, help="Needs printed per solution, if there are as many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: one object per solution.")] = False,
) -> None:
    """Rank needs for each solution, best first."""
    try:
        index, names = _index(needs)
        for solution in read(solutions):
            _print(solution.id, ranked(index, names, solution, most), as_json=as_json)
    except BadLine as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def ranked(index: NeedIndex, names: Sequence[str], solution: TextLine, most: int) -> list[Hit]:
    """The best needs; those that share nothing with the solution come last, in their own order."""
    hits = index.search(index.vocabulary.solution(solution.wording), least=1)
    best = hits[:most]
    if len(best) == most:
        return best
    matched = set(hits.ids)
    rest = (name for name in names if name not in matched)
    return [*best, *(Hit(name, 0, 0.0) for _, name in zip(range(most - len(best)), rest, strict=False))]


def _index(needs: Path) -> tuple[NeedIndex, list[str]]:
    """All needs on the index, and their ids in the order of the file; a repeated id replaces."""
    index = NeedIndex(vocabulary())
    names: dict[str, None] = {}
    for need in read(needs):
        vector = index.vocabulary.need(need.wording)
        index.place(need.id, vector, NeedConstraints(city=f"city of {need.id}"))
        names[need.id] = None
    index.merge()
    return index, list(names)


def _print(solution_id: str, hits: Sequence[Hit], *, as_json: bool) -> None:
    if as_json:
        shown = [{"id": hit.need_id, "rel": hit.rel, "fit": round(hit.fit, 4)} for hit in hits]
        typer.echo(json.dumps({"id": solution_id, "needs": shown}, ensure_ascii=False))
        return
    table = Table("need", "rel", "fit", title=solution_id)
    for hit in hits:
        table.add_row(hit.need_id, f"{hit.rel:,}", f"{hit.fit:.2f}")
    Console().print(table)


rank.__doc__ = f"{rank.__doc__}\n{EXAMPLES}"
