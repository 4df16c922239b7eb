"""A small world for one seed: cities with a need and an official each, and solutions that answer the needs.

Its words and codes are its own, so that no other world's solutions meet its needs: what is due is known
beforehand, without asking the system that is tried.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from citiesshare.local.sample_messages import native
from services.notifications.domain.officials import Official
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from shared.events import Event
from tests.chaos.message_disorder import chance_of

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
SYLLABLES = (
    "ba", "ro", "mi", "ten", "lu", "sar", "ko", "vi", "dan", "pel", "ju", "fo", "gri", "zam", "ne", "ti",
)  # fmt: skip


@dataclass(frozen=True)
class ExpectedLetter:
    """One letter that must come: about ``solution`` to ``official``."""

    official: str
    to: str
    solution: str


@dataclass(frozen=True)
class World:
    """What is said, who reads, and what must come of it."""

    letters: tuple[OutgoingMessage, ...]
    officials: tuple[Official, ...]
    solutions: tuple[str, ...]
    due: frozenset[ExpectedLetter]


def make(seed: int, solutions: int = 6, cities: int = 4) -> World:
    """Return the world of ``seed``; the same seed gives the same world."""
    chance = chance_of(seed)
    code = f"{10 + seed % 89}{chance.randrange(100_000, 999_999)}"
    words = " ".join("".join(chance.choices(SYLLABLES, k=4)) for _ in range(6))
    ids = [f"chaos-{seed}-city-{number}" for number in range(cities)]
    home, asking = ids[0], ids[1:]
    made = [f"chaos-{seed}-solution-{number}" for number in range(solutions)]
    officials = tuple(_official(city) for city in asking)
    said: list[tuple[type[Event], dict[str, object]]] = [
        *((events.CityDescribed, _city(city)) for city in ids),
        *((events.NeedSubmitted, _need(city, code, words)) for city in asking),
        *((events.SolutionSubmitted, _solution(one, home, code, words)) for one in made),
        *((events.OutcomeReported, _outcome(one, home, chance)) for one in made),
    ]
    letters = tuple(_say(event, what, minute) for minute, (event, what) in enumerate(said))
    due = frozenset(ExpectedLetter(one.id, one.email, solution) for one in officials for solution in made)
    return World(letters, officials, tuple(made), due)


def _say(event: type[Event], said: dict[str, object], minute: int) -> OutgoingMessage:
    """One native message that was said ``minute`` minutes after the beginning."""
    letter = native(event, said, "urn:citiesshare:chaos")
    return OutgoingMessage(
        letter.key, letter.id, letter.source, letter.type, letter.body, BEGIN + timedelta(minutes=minute)
    )


def _city(city: str) -> dict[str, object]:
    return {"id": city, "name": city, "country": "FI", "timezone": "Europe/Helsinki", "languages": ["en"]}


def _need(city: str, code: str, words: str) -> dict[str, object]:
    topics = [{"scheme": "CPV", "id": code}]
    return {"id": f"{city}-need", "city": city, "title": words, "topics": topics, "stage": "early"}


def _solution(solution: str, city: str, code: str, words: str) -> dict[str, object]:
    topic = {"scheme": "CPV", "id": code}
    baseline = {"kpi": "Stops", "value": 120, "unit": "stops", "date": "2024-05-31"}
    problem = {"code": topic, "statement": words, "service_owner": "Transport", "baseline": baseline}
    said = {"id": solution, "city": city, "title": words, "topics": [topic], "problem": problem}
    # Four of the eight parts of a letter: what is known of it is enough for one of its own.
    parts = [{"name": "Hub"}, {"name": "Hours", "core": False}]
    return {**said, "components": parts, "first_step": "Count", "contact": {"post": "Coordinator"}}


def _outcome(solution: str, city: str, chance: random.Random) -> dict[str, object]:
    outcome = chance.choice(("succeeded", "partial", "failed"))
    return {"solution": solution, "city": city, "outcome": outcome, "ended": "2025-06-30"}


def _official(city: str) -> Official:
    limits = {"min_fit": 0, "max_risk": 100, "instant_min_fit": None}
    said = {"id": f"{city}-official", "name": "Chaos", "email": f"{city}@example.org", "city": city}
    rest = {"post": "Lead", "cadence": "instant", "quiet": None, "status": "active", "thresholds": limits}
    return Official.model_validate({**said, **rest})


def poison(chance: random.Random, count: int) -> Sequence[OutgoingMessage]:
    """Messages nobody can use: each must be rejected so that its sender finds it."""
    bodies = (b"\xff{", b"[1,2", b'{"id": 7}', b"[" * 50_000, b"", b'{"id": "x", "city": "y", "title": ""}')
    kinds = (events.NeedSubmitted.message_type(), "org.citiesshare.nonsense.v1")
    return [
        OutgoingMessage(
            chance.choice(("need.submitted", "nobody.knows")),
            f"poison-{chance.randrange(10**12)}",
            "urn:citiesshare:chaos",
            chance.choice(kinds),
            chance.choice(bodies),
        )
        for _ in range(count)
    ]
