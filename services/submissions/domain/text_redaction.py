"""Personal data out of what cities and citizens write themselves: free texts name posts, not people."""

import orjson
from pydantic import JsonValue, TypeAdapter

from services.submissions.domain.drafts import MODELS, Draft
from services.submissions.domain.personal_data import Scrubber
from shared.messaging.cloudevents import parse_json

SHORTEST_LIMIT = 40
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
POST = ("contact", "email")  # where the address of a post stands


def cleaned(draft: Draft, salt: bytes) -> Draft:
    """Return ``draft`` without e-mail addresses and identity numbers in its texts.

    The address of a solution's contact stays: it is a post's, given to be written to, and never shown openly.
    """
    said = draft.fact.model_dump(mode="json")
    fact = MODELS[draft.kind].model_validate(_clean(said, Scrubber(salt)))
    return draft.model_copy(update={"fact": fact})


def cleaned_data(data: bytes, salt: bytes) -> bytes:
    """Return the data of a message, which are JSON, without addresses and numbers of persons: to be kept."""
    return orjson.dumps(_clean(_JSON.validate_python(parse_json(data)), Scrubber(salt)))


def cleaned_text(text: str, salt: bytes) -> str:
    """Return one text, clean."""
    return _text(text, Scrubber(salt))


def _text(text: str, scrubber: Scrubber) -> str:
    # A mark may be longer than what it replaces; no field is allowed less than this.
    return scrubber.text(text)[: max(len(text), SHORTEST_LIMIT)]


def _clean(value: JsonValue, scrubber: Scrubber, within: str = "") -> JsonValue:
    if isinstance(value, str):
        return _text(value, scrubber)
    if isinstance(value, list):
        return [_clean(item, scrubber, within) for item in value]
    if isinstance(value, dict):
        return {
            scrubber.text(key): item if (within, key) == POST else _clean(item, scrubber, key)
            for key, item in value.items()
        }
    return value
