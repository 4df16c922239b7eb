"""A question to another city on a page: its forms, for the desk and for the link in a letter alike."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from services.notifications.application.questions import QuestionPage, Questions
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.officials import Official
from services.notifications.domain.questions import LONGEST, tidy_words
from services.notifications.web.page_session import Page, PageSession, Redirect
from services.notifications.web.problems import PageProblem
from shared.events import Event

ANSWER, DECLINE, AGREE, TAKE_BACK = "answer", "decline", "agree", "take_back"
OFFER, CHOOSE, CANCEL = "offer", "choose", "cancel"
SLOTS = ("slot_1", "slot_2", "slot_3")
DONE = {
    ANSWER: "answered",
    DECLINE: "answered",
    AGREE: "agreed",
    TAKE_BACK: "taken_back",
    OFFER: "offered",
    CHOOSE: "chosen",
    CANCEL: "cancelled",
}
"""Every button, with the key of what is said after it."""
Publish = Callable[[Event], Awaitable[None]]


async def question(session: PageSession, now: datetime) -> Page | Redirect:
    """The question of a letter, with what may be done; without a session only the button changes anything."""
    letter, questions = session.letter, session.context.questions
    if not isinstance(letter, QuestionLetter) or letter.question is None:
        raise PageProblem("not_asked")
    page = await questions.find(letter.question, session.official, now)
    if page is None:
        raise PageProblem("unpublished")
    mistakes: dict[str, str] = {}
    if session.acts:
        mistakes = await act(questions, page, session.official, session.fields(), session.publish, now)
        if not mistakes:
            return Redirect(session.link("question"))
        page = await questions.find(letter.question, session.official, now) or page
    return session.show(
        "question", 422 if mistakes else 200, shown=page, mistakes=mistakes, values=session.form, now=now
    )


def mistakes_in(form: Mapping[str, str], *, required: bool = True) -> dict[str, str]:
    """What is missing or too long in the words of a question or an answer."""
    words = tidy_words(form.get("words", ""))
    if len(words) > LONGEST:
        return {"words": "too_long"}
    return {"words": "say_something"} if required and not words else {}


async def act(
    questions: Questions,
    page: QuestionPage,
    official: Official,
    form: Mapping[str, str],
    publish: Publish,
    now: datetime,
) -> dict[str, str]:
    """Do what a form of the page of a question asks for; return the mistakes by field."""
    words, what = form.get("words", ""), form.get("do", "")
    if what in {AGREE, TAKE_BACK}:
        consent = questions.agree if what == AGREE else questions.take_back
        refused = await consent(page.question.id, official, publish, now)
        return {"do": refused} if refused else {}
    if what in {OFFER, CHOOSE, CANCEL}:
        return await _call(questions, page, official, form, now)
    if page.side != "asked" or what not in {ANSWER, DECLINE}:
        return {"words": "choose"}
    if mistakes := mistakes_in(form, required=what == ANSWER):
        return mistakes
    step = questions.answer if what == ANSWER else questions.decline
    closed = await step(page.question.id, official, words, now)
    return {"words": closed} if closed else {}


async def _call(
    questions: Questions, page: QuestionPage, official: Official, form: Mapping[str, str], now: datetime
) -> dict[str, str]:
    key, what = page.question.id, form.get("do", "")
    if what == OFFER:
        texts = (form.get(name, "") for name in SLOTS)
        refused = await questions.offer_call(key, official, texts, form.get("where", ""), now)
        return {"where" if refused == "where" else SLOTS[0]: refused} if refused else {}
    if what == CHOOSE:
        refused = await questions.choose_call(key, official, form.get("slot", ""), now)
        return {"slot": refused} if refused else {}
    refused = await questions.cancel_call(key, official, now)
    return {"call": refused} if refused else {}
