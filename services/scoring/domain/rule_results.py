"""What a rule answers: a value with its reason, *not applicable because*, or *unknown*."""

from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

from shared.facts import Fact

UNIFORM_ERROR = 1 / sqrt(12)
"""The standard deviation of a value of which only is known that it lies between 0 and 1."""

AVERAGE = 0.5
"""The risk of an average project: where an unknown dimension stands, and moves nothing."""

Parameters = Mapping[str, str | int | float]


class MessageReference(NamedTuple):
    """A sentence of the vocabulary: which one, and what to put into it."""

    message: str
    parameters: Parameters = MappingProxyType({})


class KnownValue(NamedTuple):
    """A value in [0, 1] with its standard error; a ``claim`` is vouched for by nobody but its author."""

    value: float
    error: float
    why: MessageReference
    claim: bool = False


class UnknownValue(NamedTuple):
    """There are no data; ``what`` is asked for."""

    why: MessageReference = MessageReference("no_data")


class NotApplicable(NamedTuple):
    """The question does not arise, and why."""

    why: MessageReference


Value = KnownValue | UnknownValue | NotApplicable


def answers(row: Fact) -> tuple[bool | None, ...]:
    """The answers of a row of yes, no and not known."""
    return tuple(vars(row).values())


def clip(number: float) -> float:
    """Cut to [0, 1]."""
    return min(1.0, max(0.0, number))


def wilson(positive: float, answers: float, z: float) -> tuple[float, float]:
    """Centre and half-width of Wilson's interval for a share (Wilson 1927); ``answers`` must be above 0."""
    share, square = positive / answers, z * z
    scale = 1 + square / answers
    centre = (share + square / (2 * answers)) / scale
    half = z * sqrt(share * (1 - share) / answers + square / (4 * answers * answers)) / scale
    return centre, half
