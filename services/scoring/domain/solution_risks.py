"""The dimensions that are the solution's own: maturity, lock-in, cost and time, first mover, law."""

from collections.abc import Sequence
from math import fsum

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value, answers
from services.scoring.domain.track_record import WeighedAttempt
from shared.facts import Legal, LockIn, Maturity


def immaturity(said: Maturity, framework: Framework) -> Value:
    """R1: the less mature of technology and society readiness, 1–3 → 1 … 9 → .1 (framework R1).

    Source of the scales: TRL (ISO 16290), SRL (Innovation Fund Denmark).
    """
    levels = [level for level in (said.trl, said.srl) if level is not None]
    if not levels:
        return UnknownValue()
    least = min(levels)
    why = MessageReference("immaturity", {"readiness": least, "rated": len(levels)})
    return KnownValue(framework.risk.maturity[least - 1], framework.risk.error, why)


def lock_in(said: LockIn, framework: Framework) -> Value:
    """R2: the mean of ten ways out: missing 1, unknown .5, there 0 (framework R2)."""
    return _items("lockin", answers(said), framework)


def law(said: Legal, framework: Framework) -> Value:
    """R9: the mean of five legal questions: bad 1, unknown .5, settled 0 (framework R9)."""
    return _items("legal", answers(said), framework)


def _items(message: str, given: Sequence[bool | None], framework: Framework) -> Value:
    bad, unknown = given.count(False), given.count(None)
    if unknown == len(given):
        return UnknownValue()
    risk = framework.risk
    worth = {True: risk.good, False: risk.bad, None: risk.not_known}
    why = MessageReference(message, {"bad": bad, "items": len(given), "unknown": unknown})
    return KnownValue(fsum(worth[answer] for answer in given) / len(given), risk.error, why)


def cost_and_time(delivery: Value, framework: Framework) -> Value:
    """R3: what delivery (E4) lacks of 1 (framework R3)."""
    if not isinstance(delivery, KnownValue):
        return UnknownValue()
    return KnownValue(
        1 - delivery.value, framework.risk.error, MessageReference("overrun", delivery.why.parameters)
    )


def first_mover(attempts: Sequence[WeighedAttempt] | None, city: str | None, framework: Framework) -> Value:
    """R8: 1 / (1 + n/3), n = implementations that ended elsewhere (framework R8).

    Nobody tried it (n = 0) is not the same as nobody asked: that is unknown.
    """
    if attempts is None:
        return UnknownValue()
    ended = sum(attempt.ended and attempt.city != city for attempt in attempts)
    value = 1 / (1 + ended / framework.risk.first_mover)
    return KnownValue(value, framework.risk.error, MessageReference("firstmover", {"ended": ended}))
