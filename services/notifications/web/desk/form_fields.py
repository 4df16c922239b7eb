"""Fields of forms for the templates: their words, their options, and their values in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.notifications.domain.desk.begun_forms import BegunForm
from services.notifications.domain.desk.form_fields import FormField, Step
from services.notifications.domain.desk.form_values import DECIMALS, NONE_OF_THESE, names_of, read
from services.notifications.domain.vocabulary import VOCABULARY
from services.notifications.web.desk.request import DeskRequest
from services.notifications.web.rendering import PageLocalizer
from shared.facts import Money


class Question(NamedTuple):
    """A field as it is asked; ``options`` are pairs of key and words."""

    field: FormField
    label: str
    hint: str
    example: str
    options: Sequence[tuple[str, str]]


class Answer(NamedTuple):
    """A question with its answer in words, one for each line; none where nothing was typed."""

    name: str
    label: str
    lines: Sequence[str]


class AnsweredStep(NamedTuple):
    """A step with its answers."""

    step: Step
    answers: Sequence[Answer]


def localizer_of(request: DeskRequest) -> PageLocalizer:
    """Return the language of the official."""
    return request.context.renderer.localizer(request.official.locale, request.official.timezone)


def questions(request: DeskRequest, step: Step) -> list[Question]:
    """Return the questions of a step in the official's language."""
    localizer = localizer_of(request)
    return [
        Question(
            field,
            label_of(field, localizer),
            _word(localizer, "hint", field.name),
            _word(localizer, "example", field.name),
            _options(field, localizer),
        )
        for field in step.fields
    ]


def answers(request: DeskRequest, form: BegunForm) -> list[AnsweredStep]:
    """Return all steps that are asked, with what was typed in words."""
    localizer = localizer_of(request)
    return [
        AnsweredStep(
            step,
            [
                Answer(field.name, label_of(field, localizer), shown(request, field, form.fields))
                for field in step.fields
            ],
        )
        for step in form.asked
    ]


def shown(request: DeskRequest, field: FormField, typed: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what was typed in a field in words; as it was typed where it is no value of its field."""
    localizer = localizer_of(request)
    if field.kind == "topics":
        topics, locale = request.context.topics, request.official.locale
        codes = typed.get(field.name, ())
        none = [localizer.word("topic_choice", NONE_OF_THESE)] if NONE_OF_THESE in codes else []
        return [topics.named(code, locale).name for code in codes if code != NONE_OF_THESE] + none
    raw = [text for name in names_of(field) for text in typed.get(name, ()) if text]
    try:
        value = read(field, typed, localizer)
        return [] if value is None else _in_words(field, value, localizer) or _lines(raw)
    except ValueError:
        return [" ".join(raw)]


def _in_words(field: FormField, value: Any, localizer: PageLocalizer) -> list[str]:  # noqa: ANN401 - JSON
    """What the language writes for a value; nothing for a text, which is shown as it was typed."""
    match field.kind:
        case "number":
            return [localizer.number(value, DECIMALS)]
        case "months":
            return [localizer.months(value)]
        case "date":
            return [localizer.day(date.fromisoformat(value))]
        case "money":
            return [localizer.money(Money.model_validate(value))]
        case "choice":
            return [localizer.word(field.options, value)]
    return []


def _lines(raw: Sequence[str]) -> list[str]:
    return [line for text in raw for line in text.splitlines()]


def label_of(field: FormField, localizer: PageLocalizer) -> str:
    """Return the question that a field asks."""
    return field.label or localizer.word("question", field.name)


def _word(localizer: PageLocalizer, vocabulary: str, key: str) -> str:
    return localizer.word(vocabulary, key) if key in VOCABULARY[vocabulary] else ""


def _options(field: FormField, localizer: PageLocalizer) -> list[tuple[str, str]]:
    keys = field.choices or tuple(VOCABULARY.get(field.options, ()))
    return [(key, localizer.word(field.options, key)) for key in keys]
