"""Who said what when, field by field: the newest word wins, in whatever order the words arrive.

And where the newest release, catalogue entry or proposal differs from what the city says or confirmed.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from hashlib import sha256
from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue

from services.submissions.domain.drafts import MODELS, Draft
from services.submissions.domain.lifecycle import Unconfirmed
from shared.facts import Fact, Line, Verification

_STRENGTH = tuple(Verification)  # from a city's own word to an independent one


class Provenance(Fact):
    """Behind a word: the post that said it, when, in which source, and who vouches for it."""

    who: Line
    when: AwareDatetime
    source: Line
    verified_by: Verification = Verification.SELF


class Statement(Fact):
    """The value of one field with its provenance."""

    value: JsonValue
    by: Provenance

    @property
    def rank(self) -> tuple[datetime, int, str]:
        """What decides between two words: the newer, then the better vouched for, then a digest.

        The digest makes two words of one instant fall the same way everywhere.
        """
        digest = sha256(self.model_dump_json().encode()).hexdigest()
        return self.by.when, _STRENGTH.index(self.by.verified_by), digest


FieldPath = Annotated[
    str, Field(description="Keys joined by '/', as in JSON Pointer: 'delivery/actual_cost'")
]
Words = Mapping[FieldPath, Statement]

# Said as a whole: a new post with the old post's e-mail address, or an amount in another word's currency, is
# what nobody said.
_WHOLE = frozenset({"baseline", "budget", "code", "contact", "cost", "provider", "sunk_cost"})
_WHOLE_INSIDE = frozenset({"ratings", "translations"})


def words_of(fact: Fact, by: Provenance) -> dict[FieldPath, Statement]:
    """Return a word for each field that ``fact`` sets; ``None`` says nothing. A list is one word."""
    said = fact.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return {path: Statement(value=value, by=by) for path, value in _leaves("", said)}


def newest(first: Words, second: Words) -> dict[FieldPath, Statement]:
    """Return the newest word for each field: commutative, associative, and nothing changes on repetition."""
    return {path: _newer(first.get(path), second.get(path)) for path in sorted({*first, *second})}


def history(sayings: Iterable[tuple[Fact, Provenance]]) -> dict[FieldPath, Statement]:
    """Return the newest words of all ``sayings``, which may come in any order and repeatedly."""
    empty: dict[FieldPath, Statement] = {}
    return reduce(newest, (words_of(fact, by) for fact, by in sayings), empty)


def _newer(first: Statement | None, second: Statement | None) -> Statement:
    known = [word for word in (first, second) if word is not None]
    return max(known, key=lambda word: word.rank)


def _leaves(path: str, value: JsonValue, *, whole: bool = False) -> Iterator[tuple[str, JsonValue]]:
    if whole or not isinstance(value, dict):
        yield path, value
        return
    for key, inner in value.items():
        name = key.replace("~", "~0").replace("/", "~1")
        at_once = key in _WHOLE or path in _WHOLE_INSIDE
        yield from _leaves(f"{path}/{name}" if path else name, inner, whole=at_once)


class FieldDifference(Fact):
    """One field: what stands, and what was said instead, by whom and when; nothing was overwritten by it."""

    path: str
    stands: JsonValue
    said: JsonValue
    who: Line
    when: AwareDatetime


def differences(draft: Draft, word: Unconfirmed | None) -> tuple[FieldDifference, ...]:
    """Return every field that an unconfirmed ``word`` fills otherwise; its silence is no difference."""
    return tuple(_differences(draft, word)) if word else ()


def _differences(draft: Draft, word: Unconfirmed) -> Iterator[FieldDifference]:
    by = Provenance(who=word.who, when=word.when, source=word.source[:500] or "-")
    model = MODELS[draft.kind]
    standing = draft.fact.model_dump(mode="json")  # with what it leaves to defaults, as in the other
    stands, said = (words_of(model.model_validate(fact), by) for fact in (standing, word.fact))
    for path, each in sorted(said.items()):
        kept = stands[path].value if path in stands else None
        if each.value != kept and each.value not in ("", [], {}):
            yield FieldDifference(path=path, stands=kept, said=each.value, who=word.who, when=word.when)
