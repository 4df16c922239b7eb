"""No party or person in public fields: text that names a listed office-holder waits for a reviewer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from shared.facts import Fact
from shared.folding import fold

SHORTEST = 5


@dataclass(frozen=True, slots=True)
class OfficeHolder:
    """Somebody in an elected post, or a party: by all names they are written with."""

    post: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldText:
    """A field that names an office-holder; the post is told, so that no list of names is passed around."""

    path: str
    post: str

    @property
    def reason(self) -> str:
        """What the reviewer reads."""
        return f"{self.path} names the {self.post}: say the post, or what was done"


def held(fact: Fact, listed: Iterable[OfficeHolder]) -> tuple[HeldText, ...]:
    """Return the fields of ``fact`` that name a listed office-holder; empty means nothing to hold.

    Names are compared without case, accents and punctuation, as whole words; names under five letters are
    left alone, for they are words too.
    """
    names = [
        (f" {folded} ", holder.post)
        for holder in listed
        for name in holder.names
        if len(folded := fold(name)) >= SHORTEST
    ]
    texts = [(path, f" {fold(text)} ") for path, text in texts_in(fact.model_dump(mode="json"))]
    held_texts = (HeldText(path, post) for path, text in texts for name, post in names if name in text)
    return tuple(dict.fromkeys(held_texts))


def texts_in(value: JsonValue, path: str = "") -> Iterator[tuple[str, str]]:
    """Return every text in ``value`` with its path, such as ``kpis[0].name``."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(item, f"{path}.{key}" if path else key)
