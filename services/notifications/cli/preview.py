"""Look at a letter without a server."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from services.notifications.adapters.mime import put_into_words, render
from services.notifications.cli import review_sheet as sheets
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES
from shared.secrets import fresh_secret

TRANSLATED = [language for language in LANGUAGES if language != "en"]


def preview(
    kind: Annotated[str, typer.Option(help="alert, warning, update, partners, circle, digest, …")] = "alert",
    locale: Annotated[str, typer.Option(help=f"one of {' '.join(LANGUAGES)}, or a tag such as pt-AO")] = "en",
    out: Annotated[Path | None, typer.Option(help="where to write the complete message")] = None,
    every: Annotated[
        Path | None, typer.Option(help="folder to write every kind in every language into, as text")
    ] = None,
    letter_secret: Annotated[
        str | None,
        typer.Option(envvar="LETTER_SECRET", help="signs links; absent: another in each run"),
    ] = None,
    *,
    text: Annotated[bool, typer.Option("--text", help="print the text part")] = False,
    html: Annotated[bool, typer.Option("--html", help="print the HTML part")] = False,
) -> None:
    """Render a sample letter.

    citiesshare notifications preview --kind digest --locale fi --out digest.eml

    citiesshare notifications preview --kind alert --locale pl --text
    """
    sender = Sender(secret=SecretStr(letter_secret) if letter_secret else fresh_secret())
    if every is not None:
        write_every(every, sender)
        return
    letter = _sample(kind, locale)
    if text or html:
        texts = put_into_words(letter, sender)
        sys.stdout.write(texts.text if text else texts.html)
        return
    message = render(letter, sender)
    if out is None:
        sys.stdout.buffer.write(message)
        return
    out.write_bytes(message)
    typer.echo(f"{len(message)} bytes in {out}", err=True)


def review_sheet(
    locale: Annotated[str, typer.Option(help=f"one of {' '.join(TRANSLATED)}")],
    out: Annotated[Path | None, typer.Option(help="where to write the sheet; printed where absent")] = None,
) -> None:
    """Write every sentence of a language, each in its letter, for a native speaker to review.

    citiesshare notifications review-sheet --locale it --out it.html
    """
    if locale not in TRANSLATED:
        raise typer.BadParameter(f"there is no language {locale!r}; choose one of {', '.join(TRANSLATED)}")
    sheet = sheets.review_sheet(locale, Sender(secret=fresh_secret()))
    if out is None:
        sys.stdout.write(sheet)
        return
    out.write_text(sheet, "utf-8")
    typer.echo(f"{len(sheet)} characters in {out}", err=True)


def write_every(folder: Path, sender: Sender) -> None:
    """Write ``<language>/<kind>.txt`` and, in English, the whole message ``<kind>.eml``."""
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for kind, make in SAMPLES.items():
            texts = put_into_words(make(language), sender)
            (folder / language / f"{kind}.txt").write_text(f"{texts.subject}\n\n{texts.text}", "utf-8")
    for kind, make in SAMPLES.items():
        (folder / f"{kind}.eml").write_bytes(render(make("en"), sender))


def _sample(kind: str, locale: str) -> Letter:
    if kind not in SAMPLES:
        raise typer.BadParameter(f"there is no kind {kind!r}; choose one of {', '.join(SAMPLES)}")
    return SAMPLES[kind](locale)
