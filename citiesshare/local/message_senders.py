"""What a stack is fed with, each message through whoever may say it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from citiesshare.local.access_control import ClosedDoors
from citiesshare.local.example_publishers import Example, in_its_name, who_says
from citiesshare.local.sample_messages import sample_letters
from citiesshare.local.stack import Stack
from services.submissions.adapters.file_messages import messages_in_files
from services.submissions.application.outgoing_message import OutgoingMessage


@dataclass(frozen=True)
class Outgoing:
    """Messages in their order, and the address of the broker with the account that sends them."""

    url: str
    letters: Sequence[OutgoingMessage]


def outgoing(stack: Stack, paths: Sequence[Path] = (), *, sample: bool = True) -> Iterator[Outgoing]:
    """Give the sample and the files in ``paths``; with closed doors through the example publishers."""
    letters = chain(sample_letters() if sample else (), messages_in_files(paths))
    if stack.closed is None:
        yield Outgoing(stack.amqp_url, [*letters])
    else:
        yield from _by_publisher(stack.closed, letters)


def _by_publisher(closed: ClosedDoors, letters: Iterable[OutgoingMessage]) -> Iterator[Outgoing]:
    """One part for each routing key and publisher, in the order in which they first come."""
    parts: dict[tuple[str, Example], list[OutgoingMessage]] = {}
    for letter in letters:
        example = who_says(letter)
        parts.setdefault((letter.key, example), []).append(in_its_name(letter, example))
    for (_, example), said in parts.items():
        yield Outgoing(closed.amqp_url(example.id), said)
