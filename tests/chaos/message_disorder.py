"""What a network does to messages: some twice, some late, most in another order, some with a wrong date."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

from services.submissions.application.outgoing_message import OutgoingMessage

STEPS = tuple(timedelta(days=days) for days in (-400, -1, 1, 400))


def chance_of(seed: int) -> random.Random:
    """The dice of ``seed``: the same seed throws the same."""
    return random.Random(seed)


def shuffle(
    chance: random.Random, letters: Sequence[OutgoingMessage], duplicates: float = 0.3
) -> list[OutgoingMessage]:
    """Return ``letters`` in another order, a share of them twice or three times."""
    more = [letter for letter in letters if chance.random() < duplicates]
    most = [letter for letter in more if chance.random() < duplicates]
    return chance.sample([*letters, *more, *most], len(letters) + len(more) + len(most))


def misdated(
    chance: random.Random, letters: Sequence[OutgoingMessage], share: float = 0.3
) -> list[OutgoingMessage]:
    """Return ``letters``, a ``share`` of them dated by a clock that was set back or forward, by years too."""
    return [
        replace(letter, time=letter.time + chance.choice(STEPS))
        if letter.time and chance.random() < share
        else letter
        for letter in letters
    ]


async def delayed(
    chance: random.Random, letters: Sequence[OutgoingMessage], seconds: float
) -> AsyncIterator[OutgoingMessage]:
    """Give ``letters`` one by one, with gaps that add up to about ``seconds``."""
    for letter in letters:
        await asyncio.sleep(chance.expovariate(len(letters) / seconds))
        yield letter
