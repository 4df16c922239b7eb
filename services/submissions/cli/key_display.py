"""How publishers and their keys are shown: a key itself once, when it is made."""

from datetime import datetime

import typer
from rich.console import Console
from rich.markup import escape

from services.submissions.domain.publishers import ApiKey, IssuedKey, Publisher


def key_in_words(key: IssuedKey, now: datetime) -> str:
    """A key by its id, and until when it works."""
    if key.ends is None:
        return key.id
    return f"{key.id} (ended)" if key.ends <= now else f"{key.id} (until {key.ends:%Y-%m-%d %H:%M} UTC)"


def show(key: ApiKey | None, publisher: Publisher | None = None) -> None:
    """Show who was registered, and the key that was made for it, if one was."""
    console = Console(stderr=True, soft_wrap=True)
    if publisher:
        console.print(_words(publisher))
    if key:
        console.print("Keep this key: it is shown once, and we keep only its hash.")
        typer.echo(str(key))
    else:
        console.print("Its keys stay.")


def _words(publisher: Publisher) -> str:
    cities, sources = ", ".join(publisher.cities), ", ".join(publisher.sources)
    account = f"account {publisher.account}" if publisher.account else "no account at the broker"
    pace = f"{publisher.per_minute} messages and {publisher.bytes_per_minute} bytes a minute"
    kind = f"{publisher.kind}, verifies" if publisher.verifies else publisher.kind
    says = f"{publisher.id} ({kind}) speaks for {cities} under {sources}"
    return escape(f"{says}; {account}; {pace}.")
