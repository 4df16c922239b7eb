"""The question: what somebody wrote back, passed on without addresses, and its answer."""

from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from pydantic import AwareDatetime, Field

from services.notifications.domain.calls import Invitation
from services.notifications.domain.letters.base import Letter, envelope, letter_id, thread_id, title_for
from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from services.notifications.domain.questions import CityQuestion
from shared.facts import Id, Language, Line, Solution

Says: TypeAlias = Literal["asks", "answers", "declines", "reminds", "offers", "calls", "cancels"]


class QuestionLetter(Letter):
    """Whose words these are, by post and city, and what they are about."""

    kind: Literal["question"] = "question"
    says: Says
    title: LocalizedText
    words: str
    language: Language
    from_official: Id
    from_post: Line
    question: Id | None = Field(None, description="The question, where it has a page of its own")
    slots: tuple[AwareDatetime, ...] = Field((), description="The times for a call that are offered")
    invitation: Invitation | None = Field(None, description="The call that is made or cancelled")


class WrittenReply(NamedTuple):
    """What somebody wrote in reply to the letter ``to``."""

    words: str
    by: Official
    city_name: str
    to: Letter
    at: datetime


class _Words(NamedTuple):
    """What is said to one reader: whose words these are, and the city that says them."""

    says: Says
    words: str
    language: Language
    official: Id
    post: Line
    city_name: str


def write(reply: WrittenReply, solution: Solution, reader: Official) -> QuestionLetter:
    """A reply for one reader; the same words to the same letter come once."""
    says: Says = "asks" if reader.city == solution.city else "answers"
    said = _Words(says, reply.words, reply.by.locale, reply.by.id, reply.by.post, reply.city_name)
    return _letter(reader, solution, said, (reply.to.id, name_of(reply.words)), reply.at)


def about(question: CityQuestion, solution: Solution, city_name: str, reader: Official) -> QuestionLetter:
    """The newest state of a question for one reader: asked, reminded of, answered or declined.

    ``city_name`` is the city whose words these are.
    """
    given, asked_again = question.answer, question.reminded and question.is_open
    says: Says = "reminds" if asked_again else "asks"
    if given is not None:
        says = "answers" if question.state == "answered" else "declines"
    whose = given or question
    said = _Words(says, whose.words, whose.language, whose.official, whose.post, city_name)
    letter = _letter(reader, solution, said, (question.id, says), question.updated)
    return letter.model_copy(update={"question": question.id})


def about_call(
    question: CityQuestion, solution: Solution, city_name: str, reader: Official
) -> QuestionLetter | None:
    """The newest state of a call for one reader; ``city_name`` is the other city.

    An offer is told to who asked alone, and one that was cancelled before anything was chosen, too.
    """
    call, asks = question.call, question.side_of(reader.city) == "asking"
    if call is None or (call.chosen is None and not asks):
        return None
    says: Says = "calls" if call.chosen else "offers"
    says = says if call.stands else "cancels"
    official, post = (call.official, call.post) if asks else (question.official, question.post)
    said = _Words(says, question.words, question.language, official, post, city_name)
    letter = _letter(reader, solution, said, (question.id, f"{says} {call.sequence}"), question.updated)
    invitation = call.chosen and Invitation(
        uid=f"{question.id}@call",
        start=call.chosen,
        where=call.where,
        sequence=call.sequence,
        stamp=question.updated,
        cancelled=not call.stands,
    )
    slots = call.slots if says == "offers" else ()
    return letter.model_copy(update={"question": question.id, "slots": slots, "invitation": invitation})


def _letter(
    reader: Official, solution: Solution, said: _Words, about_what: tuple[str, str], written: datetime
) -> QuestionLetter:
    """The letter to one reader, once for ``about_what``."""
    return QuestionLetter(
        **envelope(reader).model_dump(),
        id=letter_id("question", reader.id, *about_what),
        written=written,
        thread=thread_id(reader.id, solution.id),
        answers_thread=True,
        solution=solution.id,
        reason=solution.title,
        sharing_city=said.city_name,
        says=said.says,
        title=title_for(solution, reader.speaks()),
        words=said.words,
        language=said.language,
        from_official=said.official,
        from_post=said.post,
    )
