"""Where the newest release, catalogue entry or proposal differs from what the city says or confirmed."""

from collections.abc import Iterator

from pydantic import AwareDatetime, JsonValue

from services.submissions.domain.drafts import MODELS
from services.submissions.domain.records import Record
from services.submissions.domain.revisions import Provenance, words_of
from shared.facts import Fact, Line


class FieldDifference(Fact):
    """One field: what stands, and what was said instead, by whom and when; nothing was overwritten by it."""

    path: str
    stands: JsonValue
    said: JsonValue
    who: Line
    when: AwareDatetime


def differences(record: Record) -> tuple[FieldDifference, ...]:
    """Return every field that an unconfirmed word fills otherwise; its silence is no difference."""
    return tuple(_differences(record))


def _differences(record: Record) -> Iterator[FieldDifference]:
    word = record.marks.unconfirmed
    if word is None:
        return
    by = Provenance(who=word.who, when=word.when, source=word.source[:500] or "-")
    model = MODELS[record.draft.kind]
    standing = record.draft.fact.model_dump(mode="json")  # with what it leaves to defaults, as in the other
    stands, said = (words_of(model.model_validate(fact), by) for fact in (standing, word.fact))
    for path, each in sorted(said.items()):
        kept = stands[path].value if path in stands else None
        if each.value != kept and each.value not in ("", [], {}):
            yield FieldDifference(path=path, stands=kept, said=each.value, who=word.who, when=word.when)
