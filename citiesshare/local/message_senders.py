"""The input of a local stack, in batches by the account that may send it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from citiesshare.local.access_control import LocalAccounts
from citiesshare.local.example_publishers import ExamplePublisher, sender_of, with_source_of
from citiesshare.local.sample_messages import sample_messages
from citiesshare.local.stack import Stack
from services.submissions.adapters.file_messages import messages_in_files
from services.submissions.application.outgoing_message import OutgoingMessage


@dataclass(frozen=True)
class MessageBatch:
    """Messages in order, and the broker's URL with the account that sends them."""

    url: str
    messages: Sequence[OutgoingMessage]


def message_batches(
    stack: Stack, paths: Sequence[Path] = (), *, sample: bool = True
) -> Iterator[MessageBatch]:
    """Yield the sample and the files in ``paths``; with access control by example publisher."""
    messages = chain(sample_messages() if sample else (), messages_in_files(paths))
    if stack.accounts is None:
        yield MessageBatch(stack.amqp_url, [*messages])
    else:
        yield from _by_publisher(stack.accounts, messages)


def _by_publisher(accounts: LocalAccounts, messages: Iterable[OutgoingMessage]) -> Iterator[MessageBatch]:
    """Yield one batch for each routing key and publisher, in the order of their first messages."""
    batches: dict[tuple[str, ExamplePublisher], list[OutgoingMessage]] = {}
    for message in messages:
        example = sender_of(message)
        batches.setdefault((message.key, example), []).append(with_source_of(message, example))
    for (_, example), batch in batches.items():
        yield MessageBatch(accounts.amqp_url(example.id), batch)
