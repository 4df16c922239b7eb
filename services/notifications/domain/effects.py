"""What came of a solution that was taken over, as a form asks it: kept or not, and one number if measured."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.notifications.domain.desk.form_fields import FormField
from services.notifications.domain.desk.form_values import DECIMALS, LocaleNumbers, Mistake, read
from shared.events import AdoptionEffect
from shared.facts import Adoption, Effect, Kpi

KEPT = ("kept", "partly", "not_kept")


class EffectForm(NamedTuple):
    """What was typed, as an effect; None where ``mistakes`` has what is wrong, by field."""

    effect: Effect | None
    mistakes: Mapping[str, str]


def read_effect(form: Mapping[str, str], indicators: Sequence[Kpi], numbers: LocaleNumbers) -> EffectForm:
    """Read what was typed; both values belong to one of the source's ``indicators`` or to none."""
    mistakes: dict[str, str] = {}
    if form.get("effect") not in KEPT:
        mistakes["effect"] = "choose"
    values = {name: _number(name, form, numbers, mistakes) for name in ("before", "after")}
    given = [value for value in values.values() if value is not None]
    indicator = next((kpi for kpi in indicators if kpi.name == form.get("indicator")), None)
    if form.get("indicator") and indicator is None:
        mistakes["indicator"] = "choose"
    elif given and indicator is None:
        mistakes.setdefault("indicator", "choose")
    for name, value in values.items():
        if len(given) == 1 and value is None:
            mistakes.setdefault(name, "number")
    if mistakes:
        return EffectForm(None, mistakes)
    measured = {"indicator": indicator.name, "unit": indicator.unit} if indicator and given else {}
    return EffectForm(Effect.model_validate({"effect": form["effect"], **measured, **values}), {})


def _number(
    name: str, form: Mapping[str, str], numbers: LocaleNumbers, mistakes: dict[str, str]
) -> float | None:
    try:
        value: float | None = read(FormField(name, "number", ()), {name: (form.get(name, ""),)}, numbers)
    except Mistake as error:
        mistakes[name] = error.key
        return None
    return value


def typed_of(effect: Effect | None, numbers: LocaleNumbers) -> dict[str, str]:
    """Return what stands in the fields of the form for a reported effect; the reverse of ``read_effect``."""
    if effect is None:
        return {}
    values = {"before": effect.before, "after": effect.after}
    typed = {name: numbers.number(value, DECIMALS) for name, value in values.items() if value is not None}
    return {"effect": effect.effect, "indicator": effect.indicator or "", **typed}


def reported(adoption: Adoption, effect: Effect, by: str, based_on: int | None = None) -> AdoptionEffect:
    """Return the message by which a post reports what came of an adoption of its city."""
    about = {"solution": adoption.solution, "city": adoption.city, "by": by, "based_on": based_on}
    return AdoptionEffect.model_validate({**effect.model_dump(), **about})
