"""Scores the cases on standard input, for `citiesshare scoring score`."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

import typer

from services.scoring.adapters import framework_files
from services.scoring.cli.assessment_json import shown
from services.scoring.cli.assessment_text import speak
from services.scoring.cli.json_input import UnreadableInput, parsed, standard_input, unread
from services.scoring.domain.assessment import assess_case, in_words
from services.scoring.domain.framework import IN_FORCE, Framework, UnknownFramework
from services.scoring.domain.input_parser import case, intermediate_values
from services.scoring.domain.input_parser.json_values import InputError, mapping
from shared.events import Assessment


class Scored(NamedTuple):
    """What a case came to, by which framework, and whether it was made from intermediate values."""

    assessment: Assessment
    framework: Framework
    from_values: bool


def print_scores(version: str | None, *, as_json: bool) -> None:
    """Score the cases on standard input; ends with 2 where one cannot be read."""
    version = version or IN_FORCE
    today = datetime.now(UTC).date()
    try:
        for path, given in _cases(_input()):
            _print(_score(path, given, version, today), as_json=as_json)
            _note(path, given)
    except InputError as error:
        problem = {"type": "about:blank", "title": "The case cannot be scored", "path": error.path}
        typer.echo(json.dumps({**problem, "detail": error.message}, ensure_ascii=False), err=True)
        raise typer.Exit(2) from None


def _input() -> str:
    try:
        return standard_input()
    except UnreadableInput as error:
        raise InputError("standard input", error.message) from None


def _note(path: str, given: object) -> None:
    """Say on standard error what had no part in the score: a misspelt name would silently do nothing."""
    names = ", ".join(unread(given))
    if names:
        typer.echo(f"{path}: not read: {names}" if path else f"not read: {names}", err=True)


def _cases(text: str) -> Iterator[tuple[str, object]]:
    """Each case with the place it has in the input; one case alone has none."""
    if not text.strip():
        raise InputError("standard input", 'is empty; give a case as JSON, for example {"solution": {}}')
    try:
        whole = parsed(text)
    except UnreadableInput as error:
        yield from _lines(text, error)
        return
    if isinstance(whole, list):
        yield from ((f"[{index}]", case) for index, case in enumerate(whole))
    else:
        yield "", whole


def _lines(text: str, whole: UnreadableInput) -> Iterator[tuple[str, object]]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) < 2:
        raise _broken(whole, whole.line)
    for number, line in lines:
        try:
            yield f"line {number}", parsed(line)
        except UnreadableInput as error:
            raise _broken(error, number) from None


def _broken(error: UnreadableInput, line: int | None) -> InputError:
    place = [f"line {line}"] if line else []
    column = [f"column {error.column}"] if error.column else []
    return InputError(", ".join([*place, *column]) or "standard input", error.message)


def _score(path: str, given: object, version: str, today: date) -> Scored:
    try:
        return _assess(mapping(given, "case"), version, today)
    except InputError as error:
        raise InputError(f"{path}: {error.path}" if path else error.path, error.message) from None


def _assess(given: Mapping[str, object], version: str, today: date) -> Scored:
    framework = _framework(given, version)
    if intermediate_values.is_intermediate(given):
        values = intermediate_values.read(given, framework, today)
        return Scored(in_words(values.case, values.scores, framework, values.as_of), framework, True)
    if "solution" not in given:
        raise InputError("solution", f"is needed, or one of {', '.join(intermediate_values.KEYS)}")
    read = case.read(given, framework, today)
    return Scored(assess_case(read.case, read.framework, read.as_of), framework, False)


def _framework(given: Mapping[str, object], version: str) -> Framework:
    named = given.get("framework")
    try:
        return framework_files.load(version if named is None else str(named))
    except UnknownFramework as error:
        raise InputError("framework", str(error)) from None


def _print(scored: Scored, *, as_json: bool) -> None:
    if as_json:
        made = shown(scored.assessment, intermediate=scored.from_values)
        typer.echo(json.dumps(made, ensure_ascii=False))
    else:
        speak(scored.assessment, scored.framework, made_from_values=scored.from_values)
