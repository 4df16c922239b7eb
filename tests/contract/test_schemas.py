"""JSON Schemas: what is committed is what the models say, and nothing that was released is refused now."""

import json
from copy import deepcopy

import jsonschema_rs
import pytest

from shared.events import Event
from shared.messaging.catalogue import ALL, SERVICE_EVENTS, sample
from shared.messaging.schemas import Schema, all_schemas, breaches, file_name, written
from tests.contract.sources import ROOT

FOLDER = ROOT / "schemas"
RELEASED = sorted((FOLDER / "released").glob("*.json"))
UNCOMMON = ("prefixItems", "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$dynamicAnchor")
SAID_BEFORE = [event for event in SERVICE_EVENTS if (FOLDER / "released" / file_name(event)).exists()]
UNKNOWN = "is not known any more"
NEED = all_schemas()["need.submitted.v1.json"]


@pytest.mark.parametrize("name", sorted(all_schemas()))
def test_a_committed_schema_is_what_its_model_says(name: str) -> None:
    assert (FOLDER / name).read_text() == written(all_schemas()[name]), (
        "python -m shared.messaging.schemas writes it"
    )


@pytest.mark.parametrize("name", sorted(all_schemas()))
def test_a_schema_stays_in_what_older_readers_understand(name: str) -> None:
    jsonschema_rs.meta.validate(all_schemas()[name])
    assert [word for word in UNCOMMON if f'"{word}"' in written(all_schemas()[name])] == []


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_what_was_released_is_still_accepted(path: object) -> None:
    released: Schema = json.loads((FOLDER / "released" / str(getattr(path, "name", path))).read_text())
    assert [*breaches(released, all_schemas()[str(getattr(path, "name", path))])] == []


@pytest.mark.parametrize("event", SAID_BEFORE, ids=lambda event: event.key)
def test_what_is_said_now_the_last_release_still_understands(event: type[Event]) -> None:
    """While both run side by side: it ignores a field that it does not know, and refuses nothing."""
    released: Schema = json.loads((FOLDER / "released" / file_name(event)).read_text())
    refused = breaches(all_schemas()[file_name(event)], released)
    assert [breach for breach in refused if not breach.endswith(UNKNOWN)] == []


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.key)
def test_the_sample_of_a_message_meets_its_schema(event: type[Event]) -> None:
    data = json.loads((ROOT / sample(event)).read_text())["data"]
    jsonschema_rs.Draft202012Validator(all_schemas()[file_name(event)]).validate(data)


def changed(path: str, value: object) -> Schema:
    new = deepcopy(NEED)
    inside = new
    *above, last = path.split("/")
    for key in above:
        inside = inside[key]
    if value is None:
        del inside[last]
    else:
        inside[last] = value
    return new


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("properties/route", None, ".route: is not known any more"),
        ("required", [*NEED["required"], "route"], "'route' is required now"),
        ("$defs/Stage/enum", ["exploring"], "'open' is refused now"),
        ("properties/title/maxLength", 10, ".title: maxLength is narrower now"),
        ("properties/title/type", "integer", ".title: ['string'] is refused now"),
    ],
)
def test_a_breach_is_found_and_named(path: str, value: object, said: str) -> None:
    assert any(said in each for each in breaches(NEED, changed(path, value)))


def test_an_optional_field_may_be_added() -> None:
    assert [*breaches(NEED, changed("properties/mood", {"type": "string"}))] == []
