"""One step of a form: questions, hints, an example, and who will see the answers."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.notifications.domain.desk.begun_forms import BegunForm
from services.notifications.domain.desk.form_fields import FormField, Step
from services.notifications.domain.desk.form_values import NONE_OF_THESE, code_of_topic
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.topic_suggestions import topics_in
from services.notifications.domain.topics import TopicOption
from services.notifications.domain.vocabulary import VOCABULARY
from services.notifications.web.desk.form_fields import label_of, localizer_of, questions, shown
from services.notifications.web.desk.forms import address_of, form_of
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem
from shared.facts import Solution
from shared.visibility import is_public

UNUSABLE, OVERTAKEN = 422, 409
MOST_SIMILAR, MOST_TOPICS = 3, 5
TEXTS = ("title", "summary", "statement", "need_title", "description")
"""The fields whose text suggests topics."""
Values = Mapping[str, Sequence[str]]


async def step(request: DeskRequest) -> Page | Redirect:
    """Ask the questions of a step, and save the answers."""
    form = await form_of(request)
    asked = form.step(request.path["step"])
    if form.sent:
        return Redirect(address_of(form, "sent"))
    if asked is None:
        raise PageProblem("not_there")
    if not request.acts:
        return await _show(request, form, asked, request.form if request.kept else form.fields)
    if request.field("action") == "search":
        return await _show(request, form, asked, request.form)
    return await _save(request, form, asked)


async def _save(request: DeskRequest, form: BegunForm, asked: Step) -> Page | Redirect:
    version = request.field("version")
    saved = await request.context.desk_forms.save_step(
        form,
        asked,
        request.form,
        int(version) if version.isdecimal() and len(version) < 10 else 0,
        request.official,
        request.now,
        localizer_of(request),
    )
    if saved.mistakes:
        return await _show(request, form, asked, request.form, UNUSABLE, mistakes=saved.mistakes)
    if saved.overtaken:
        return await _show(
            request, saved.overtaken, asked, request.form, OVERTAKEN, overtaken=saved.overtaken
        )
    if request.field("action") == "later":
        return Redirect("/desk/forms")
    following = saved.form.after(asked)
    return Redirect(address_of(form, f"steps/{following.name}" if following else "check"))


async def _show(
    request: DeskRequest,
    form: BegunForm,
    asked: Step,
    values: Values,
    status: int = 200,
    overtaken: BegunForm | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> Page:
    why = asked.name if asked.name in VOCABULARY["why"] else ""
    theirs = [] if overtaken is None else _theirs(request, asked, overtaken)
    topics, search = await _topics(request, form, asked, values), request.field("find")
    return request.show(
        "desk/step",
        status,
        form=form,
        step=asked,
        why=why,
        questions=questions(request, asked),
        values=values,
        version=form.version_of(asked.name),
        mistakes=mistakes or {},
        theirs=theirs,
        saved=overtaken and overtaken.steps[asked.name],
        none_of_these=NONE_OF_THESE,
        topic_options=[(topic.code, topic.name) for topic in topics],
        search=search,
    )


def _theirs(request: DeskRequest, asked: Step, stored: BegunForm) -> list[tuple[str, list[str]]]:
    localizer = localizer_of(request)
    return [(label_of(field, localizer), shown(request, field, stored.fields)) for field in asked.fields]


async def _topics(request: DeskRequest, form: BegunForm, asked: Step, values: Values) -> list[TopicOption]:
    """The topics to choose from: those chosen, those searched for, or those that the text suggests.

    Where none of them fits, the broad topics, so that everything has one.
    """
    field = next((field for field in asked.fields if field.kind == "topics"), None)
    if field is None:
        return []
    chosen = _named(request, field, values)
    search, locale = request.field("find"), request.official.locale
    if NONE_OF_THESE in values.get(field.name, ()):
        return list(dict.fromkeys([*chosen, *request.context.topics.themes(locale)]))
    if search:
        return list(dict.fromkeys([*chosen, *request.context.topics.suggested(search, locale)]))
    text = " ".join(value for name in TEXTS for value in form.fields.get(name, ()))
    similar = await _topics_of_similar(request, text)
    named = topics_in(text, lambda word: request.context.topics.suggested(word, locale))
    return list(dict.fromkeys([*chosen, *similar, *named])) or request.context.topics.themes(locale)


async def _topics_of_similar(request: DeskRequest, text: str) -> list[TopicOption]:
    """The topics of what other cities tried that resembles ``text``, the most frequent first."""
    found = await request.context.scoring.search(text, request.official.locale, MOST_SIMILAR) if text else ()
    similar = [one.id for one in found or () if one.similar]
    records = await request.context.store.city_records.solutions(similar)
    counted = Counter(
        code
        for record in records
        if isinstance(record.fact, Solution) and is_public(record.status, request.now.date())
        for code in map(code_of_topic, record.fact.topics)
    )
    topics, locale = request.context.topics, request.official.locale
    return [topics.named(code, locale) for code, _ in counted.most_common(MOST_TOPICS)]


def _named(request: DeskRequest, field: FormField, values: Values) -> list[TopicOption]:
    topics, locale = request.context.topics, request.official.locale
    codes = dict.fromkeys(values.get(field.name, ()))
    return [topics.named(code, locale) for code in codes if code not in {"", NONE_OF_THESE}]


ROUTES = (DeskRoute("/desk/forms/{token}/steps/{step}", step, Permission.DRAFT),)
