"""The messages of ``tests/samples``: good ones are taken, bad ones are refused, none is swallowed."""

import json
from pathlib import Path

import pytest

from services.submissions.domain.validation import assess_report
from shared import events
from shared.messaging import cloudevents

MESSAGES = Path(__file__).parents[1] / "samples"
INBOUND: tuple[type[events.Event], ...] = (
    events.ProcurementRelease,
    events.SolutionSubmitted,
    events.NeedSubmitted,
    events.OutcomeReported,
    events.AdoptionDeclared,
    events.AdoptionEffect,
    events.CityDescribed,
    events.CitizenVoice,
    events.CatalogueEntry,
    events.CommentMade,
)
BAD = sorted((MESSAGES / "bad").iterdir())


def structured(body: bytes) -> cloudevents.RawEvent:
    return cloudevents.read({}, cloudevents.STRUCTURED, body, "test")


def refused(body: bytes) -> bool:
    """Whether the envelope cannot be read, or the judge complains."""
    try:
        letter = structured(body)
    except cloudevents.MalformedEvent:
        return True
    return bool(assess_report(letter.envelope.type, letter.data).complaints)


@pytest.mark.parametrize("model", INBOUND, ids=lambda model: model.key)
def test_there_is_a_good_sample_of_every_message_that_comes_in(model: type[events.Event]) -> None:
    letter = structured((MESSAGES / f"good/{model.key}.json").read_bytes())
    assert letter.envelope.type == model.message_type()
    assert model.model_validate_json(letter.data).subject


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_message_is_refused(path: Path) -> None:
    assert refused(path.read_bytes())


@pytest.mark.parametrize("depth", [2_000, 200_000])
def test_a_bomb_of_nesting_is_refused(depth: int) -> None:
    good = json.loads((MESSAGES / "good/need.submitted.json").read_bytes())
    bomb = json.dumps({**good, "data": "BOMB"}).replace('"BOMB"', "[" * depth + "]" * depth)
    assert refused(bomb.encode())


@pytest.mark.parametrize("model", INBOUND[1:6], ids=lambda model: model.key)
def test_a_good_report_is_not_refused(model: type[events.Event]) -> None:
    assert not refused((MESSAGES / f"good/{model.key}.json").read_bytes())
