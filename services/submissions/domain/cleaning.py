"""Personal data out of what cities and citizens write themselves: free texts name posts, not people."""

from pydantic import JsonValue

from services.submissions.domain.privacy import Scrubber
from services.submissions.domain.records import MODELS, Draft
from shared.facts import Solution

SHORTEST_LIMIT = 40


def cleaned(draft: Draft, salt: bytes) -> Draft:
    """Return ``draft`` without e-mail addresses and identity numbers in its texts.

    The address of a solution's contact stays: it is a post's, given to be written to, and never shown openly.
    """
    said = draft.fact.model_dump(mode="json")
    fact = MODELS[draft.kind].model_validate(_clean(said, Scrubber({}, salt)))
    if (
        isinstance(fact, Solution)
        and isinstance(draft.fact, Solution)
        and fact.contact
        and draft.fact.contact
    ):
        contact = fact.contact.model_copy(update={"email": draft.fact.contact.email})
        fact = fact.model_copy(update={"contact": contact})
    return draft.model_copy(update={"fact": fact})


def cleaned_text(text: str, salt: bytes) -> str:
    """Return one text, clean."""
    return Scrubber({}, salt).text(text)


def _clean(value: JsonValue, scrubber: Scrubber) -> JsonValue:
    if isinstance(value, str):
        # A mark may be longer than what it replaces; no field is allowed less than this.
        return scrubber.text(value)[: max(len(value), SHORTEST_LIMIT)]
    if isinstance(value, list):
        return [_clean(item, scrubber) for item in value]
    if isinstance(value, dict):
        return {scrubber.text(key): _clean(item, scrubber) for key, item in value.items()}
    return value
