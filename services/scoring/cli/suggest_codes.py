"""`citiesshare scoring suggest-codes`: which CPV codes does a text speak of?"""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.scoring.adapters.reference_data import label, vocabulary
from services.scoring.cli.json_input import UnreadableInput, standard_input
from services.scoring.cli.text_lines import BadLine, TextLine, text_line
from services.scoring.domain.codes.code_suggestion import Suggestion
from services.scoring.domain.matching.vocabulary import primary

EXAMPLES = """
Reads one text per line from standard input: plain text, or an object with text and, optionally, id and lang.
Where neither the object nor --lang says the language, it is guessed. A text that says nothing, such as
letters struck at random, gets no codes.

Examples:

  echo "Collection of household waste" | citiesshare scoring suggest-codes

  echo '{"text": "Straßenbeleuchtung mit LED", "lang": "de"}' | citiesshare scoring suggest-codes --json
"""


def suggest_codes(
    *,
    lang: Annotated[str | None, typer.Option(help="Language of the lines, e.g. pt or pt-AO.")] = None,
    most: Annotated[int, typer.Option(min=1, max=50, help="Codes per text.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: one object per text.")] = False,
) -> None:
    """Suggest CPV codes with confidence for each text on standard input, for a city to confirm."""
    try:
        for number, line in enumerate(standard_input().split("\n"), start=1):
            if line.strip():
                _print(_text(number, line, lang), most, as_json=as_json)
    except (BadLine, UnreadableInput) as error:
        typer.echo(f"standard input, {error}" if isinstance(error, UnreadableInput) else str(error), err=True)
        raise typer.Exit(2) from None


def _text(number: int, line: str, language: str | None) -> TextLine:
    """An object, or plain text; a JSON object without an id is named by its line."""
    usual = {"id": str(number)} | ({"lang": language} if language else {})
    if not line.lstrip().startswith("{"):
        return TextLine.model_validate(usual | {"text": line.strip()})
    return text_line(f"standard input, line {number}", line, usual)


def _print(text: TextLine, most: int, *, as_json: bool) -> None:
    reader = vocabulary().reader
    suggestions = reader.suggest(text.text, primary(text.lang), most)
    if as_json:
        codes = [_shown(suggestion, text.lang) for suggestion in suggestions]
        typer.echo(json.dumps({"id": text.id, "codes": codes}, ensure_ascii=False))
        return
    if not suggestions:
        typer.echo(f"{text.id}: says nothing that the labels know in this language ({text.lang})")
        return
    table = Table("code", "confidence", "label", title=text.id)
    for suggestion in suggestions:
        table.add_row(suggestion.code, f"{suggestion.confidence:.2f}", label(suggestion.code, text.lang))
    Console().print(table)


def _shown(suggestion: Suggestion, language: str) -> dict[str, str | float]:
    return {
        "code": suggestion.code,
        "confidence": round(suggestion.confidence, 4),
        "label": label(suggestion.code, language),
    }


suggest_codes.__doc__ = f"{suggest_codes.__doc__}\n{EXAMPLES}"
