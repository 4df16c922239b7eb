"""What a process leaves out and its publisher's profile knows: currencies, and which translation counts.

Filled in after the merge only. A partial update that gives an amount keeps the currency published before it.
"""

import re
from typing import cast

from services.submissions.domain.ocds.defects import DefectLog, Path
from services.submissions.domain.ocds.field_types import FieldKind, Fields, ReleasePart, slots_of
from services.submissions.domain.ocds.release_models import Value
from services.submissions.domain.publisher_profiles import Profile
from shared.facts import is_currency

CODE = re.compile("[A-Z]{3}")
NOTED = frozenset({"currency-default", "currency-missing", "currency-unknown", "translated-only"})
"""The repairs that depend on the whole process: a release alone may miss what another one says."""


def with_defaults(
    fields: Fields, model: type[ReleasePart], profile: Profile, log: DefectLog, path: Path = ""
) -> Fields:
    """Return ``fields`` of a ``model`` with the defaults of ``profile``; each one is noted in ``log``."""
    texts = own_texts(fields, model, profile, log, path)
    filled = {name: _filled(item, name, model, profile, log, (path, name)) for name, item in texts.items()}
    return known_amount(filled, profile, log, path) if model is Value else filled


def _filled(
    item: object, name: str, model: type[ReleasePart], profile: Profile, log: DefectLog, path: Path
) -> object:
    slot = slots_of(model)[name]
    if slot.part is None:
        return item
    if isinstance(item, list):
        places = enumerate(item)
        return [with_defaults(part, slot.part, profile, log, (path, place)) for place, part in places]
    return with_defaults(cast("Fields", item), slot.part, profile, log, path)


def own_texts(
    fields: Fields, model: type[ReleasePart], profile: Profile, log: DefectLog, path: Path
) -> Fields:
    """The fields of ``model``; a text that stands only in named languages is one of its translations."""
    slots = slots_of(model)
    own = {name: item for name, item in fields.items() if name in slots}
    if len(own) == len(fields):
        return own
    for name in sorted(
        fields.keys() - slots.keys(), key=lambda each: (not _in_language(each, profile), each)
    ):
        text = name.partition("_")[0]
        if text not in own and slots[text].kind is FieldKind.TEXT:
            log.note("translated-only", (path, text))
            own[text] = fields[name]
    return own


def _in_language(name: str, profile: Profile) -> bool:
    return profile.language is not None and name.endswith(f"_{profile.language}")


def known_amount(value: Fields, profile: Profile, log: DefectLog, path: Path) -> Fields:
    """The value with its publisher's currency where it has none; an amount that cannot be meant is noted."""
    amount = value.get("amount")
    if amount is None:
        return value
    if cast("int", amount) <= 0:
        log.note("amount-bad" if cast("int", amount) < 0 else "amount-zero", (path, "amount"))
        return value
    currency = _currency(given := value.get("currency"), profile, log, (path, "currency"))
    return value if currency == given else {**value, "currency": currency}


def _currency(given: object, profile: Profile, log: DefectLog, path: Path) -> str | None:
    """A code of ISO 4217; another code of three letters is some currency, but nobody knows which."""
    code = str(given or "").upper()
    if is_currency(code):
        return code
    if CODE.fullmatch(code):
        log.note("currency-unknown", path)
        return None
    log.note("currency-default" if profile.currency else "currency-missing", path)
    return profile.currency
