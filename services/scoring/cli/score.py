"""`citiesshare scoring score`: scores the cases on standard input."""

from typing import Annotated

import typer

EXAMPLES = """
Reads one case (a JSON object), an array of cases, or JSON Lines. Every field is described in
docs/framework.md.

Examples:

  echo '{"solution": {"maturity": {"trl": 9, "srl": 8}}}' | citiesshare scoring score --json

  echo '{"values": {"problem": [0.8, 0.1]}, "record": [11, 4]}' | citiesshare scoring score --json

  echo '{"solution": {}, "prior": [5, 1]}' | citiesshare scoring score

  citiesshare scoring score --json < cases.jsonl > scores.jsonl
"""


def score(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: one object per case.")] = False,
    framework: Annotated[
        str | None,
        typer.Option(help="Framework version for cases that name none; default the one in force."),
    ] = None,
) -> None:
    """Score the cases on standard input and print evaluation, risk and transferability with their reasons."""
    from services.scoring.cli.score_cases import print_scores

    print_scores(framework, as_json=as_json)


score.__doc__ = f"{score.__doc__}\n{EXAMPLES}"
