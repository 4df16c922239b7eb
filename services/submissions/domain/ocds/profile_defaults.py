"""What a process leaves out: currencies, and the texts that stand only in named languages.

Filled in after the merge only. A partial update that gives an amount keeps the currency published before it.
"""

from decimal import Decimal
from typing import NamedTuple, cast

from services.submissions.domain.ocds.defects import DefectLog, Path
from services.submissions.domain.ocds.field_types import Fields, ReleasePart, slots_of
from services.submissions.domain.ocds.release_models import Value
from services.submissions.domain.ocds.translations import ProcessTranslations, own_texts
from services.submissions.domain.publisher_profiles import Profile
from shared.facts import CURRENCY_SIGNS, decimals_error, decimals_of, is_currency

NAMES = {"euro": "EUR", "euros": "EUR"}
NOTED = frozenset(
    {
        *("amount-decimals", "currency-default", "currency-missing", "currency-sign", "currency-unknown"),
        "translated-only",
    }
)
"""The repairs that depend on the whole process: a release alone may miss what another one says."""


class DefaultsContext(NamedTuple):
    """What the defaults are taken from, and where repairs and translations are noted."""

    profile: Profile
    log: DefectLog
    translations: ProcessTranslations

    @property
    def languages(self) -> tuple[str | None, ...]:
        """Of texts in named languages only, the one in the first of these counts."""
        return self.translations.language, self.profile.language


def with_defaults(
    fields: Fields, model: type[ReleasePart], context: DefaultsContext, path: Path = ""
) -> Fields:
    """Return ``fields`` of a ``model`` with the defaults of the profile; each one is noted in the log.

    The texts in named languages are left out, and noted in the translations.
    """
    texts = own_texts(fields, model, context.languages, context.log, path)
    context.translations.note(texts, fields)
    filled = {name: _filled(item, name, model, context, (path, name)) for name, item in texts.items()}
    return known_amount(filled, context.profile, context.log, path) if model is Value else filled


def _filled(
    item: object, name: str, model: type[ReleasePart], context: DefaultsContext, path: Path
) -> object:
    slot = slots_of(model)[name]
    if slot.part is None:
        return item
    if isinstance(item, list):
        return [with_defaults(part, slot.part, context, (path, place)) for place, part in enumerate(item)]
    return with_defaults(cast("Fields", item), slot.part, context, path)


def known_amount(value: Fields, profile: Profile, log: DefectLog, path: Path) -> Fields:
    """The value with its publisher's currency where it has none; an amount that cannot be meant is noted."""
    amount = value.get("amount")
    if amount is None:
        return value
    if cast("int", amount) <= 0:
        log.note("amount-bad" if cast("int", amount) < 0 else "amount-zero", (path, "amount"))
        return value
    currency = _currency(given := value.get("currency"), profile, log, (path, "currency"))
    filled = value if currency == given else {**value, "currency": currency}
    exact = Decimal(str(amount))
    if currency is None or decimals_error(exact, currency) is None:
        return filled
    log.note("amount-decimals", (path, "amount"))
    return {**filled, "amount": round(exact, decimals_of(currency))}


def _currency(given: object, profile: Profile, log: DefectLog, path: Path) -> str | None:
    """A code of ISO 4217, also of a sign that means one currency; only where nothing is given, the default.

    Another text is some currency, but nobody knows which.
    """
    written = str(given or "").strip()
    if is_currency(code := written.upper()):
        return code
    if sign := CURRENCY_SIGNS.get(written) or NAMES.get(written.casefold()):
        log.note("currency-sign", path)
        return sign
    if written:
        log.note("currency-unknown", path)
        return None
    log.note("currency-default" if profile.currency else "currency-missing", path)
    return profile.currency
