"""What a procurement system says since of a record, for its page and for that of the drafts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.notifications.domain.desk.form_fields import FormField, every_field
from services.notifications.domain.desk.form_values import DECIMALS
from services.notifications.domain.desk.later import later_values
from services.notifications.domain.desk.records import OwnRecord
from services.notifications.domain.vocabulary import RECORD_PARTS
from services.notifications.web.desk.form_fields import label_of, localizer_of
from services.notifications.web.desk.forms import FORM_OF
from services.notifications.web.desk.request import DeskRequest
from services.notifications.web.rendering import PageLocalizer
from shared.facts import Money

NAMES = ("name", "post", "title", "kpi")
"""Where the words of a part of a record stand, such as a supplier's."""


class LaterRow(NamedTuple):
    """One field: what is recorded, and what was said since; nothing where it has no words."""

    label: str
    was: Sequence[str]
    now: Sequence[str]


def later_rows(request: DeskRequest, record: OwnRecord) -> list[LaterRow]:
    """Return what was said of ``record`` after its city's own word, in the official's language."""
    localizer = localizer_of(request)
    fields = every_field(FORM_OF[record.kind], (record.kind,), ())
    rows = []
    for path, was, now in later_values(record):
        field = next((field for field in fields if path in field.paths_in(record.kind)), None)
        label = label_of(field, localizer) if field else _part(path, localizer)
        rows.append(LaterRow(label, _words(request, field, path, was), _words(request, field, path, now)))
    return rows


def _part(path: str, localizer: PageLocalizer) -> str:
    part = path.partition("/")[0]
    return localizer.word("record_part", part if part in RECORD_PARTS else "other")


def _words(request: DeskRequest, field: FormField | None, path: str, value: Any) -> list[str]:  # noqa: ANN401
    localizer = localizer_of(request)
    if value in (None, "", [], {}):
        return []
    if isinstance(value, list):
        return [words for one in value for words in _words(request, field, path, one)]
    if isinstance(value, Mapping):
        return _words_of_part(request, value)
    if field and field.kind == "choice":
        return [localizer.word(field.options, value)]
    if field and field.kind == "months":
        return [localizer.months(value)]
    return [_plain(value, localizer)]


def _words_of_part(request: DeskRequest, value: Mapping[str, Any]) -> list[str]:
    if {"amount", "currency"} <= value.keys():
        return [localizer_of(request).money(Money.model_validate(value))]
    if {"scheme", "id"} <= value.keys():
        code = f"{value['scheme']}:{value['id']}"
        return [request.context.topics.named(code, request.official.locale).name]
    return [str(value[name]) for name in NAMES if value.get(name)][:1]


def _plain(value: Any, localizer: PageLocalizer) -> str:  # noqa: ANN401 - a JSON value
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return localizer.number(value, DECIMALS)
    try:
        return localizer.day(date.fromisoformat(value))
    except ValueError:
        return str(value)
