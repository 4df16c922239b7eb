"""The question: what somebody wrote back, passed on without addresses, and its answer."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, Field

from services.notifications.domain.calls import Invitation
from services.notifications.domain.letters.base import Letter, envelope, letter_id, thread_id, title_for
from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from services.notifications.domain.questions import CityQuestion
from shared.facts import Id, Language, Line, Solution


class QuestionLetter(Letter):
    """Whose words these are, by post and city, and what they are about."""

    kind: Literal["question"] = "question"
    says: Literal["asks", "answers", "declines", "reminds", "offers", "calls", "cancels"]
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


def write(reply: WrittenReply, solution: Solution, reader: Official) -> QuestionLetter:
    """A reply for one reader; the same words to the same letter come once."""
    return QuestionLetter(
        **envelope(reader).model_dump(),
        id=letter_id("question", reader.id, reply.to.id, name_of(reply.words)),
        written=reply.at,
        thread=thread_id(reader.id, solution.id),
        answers_thread=True,
        solution=solution.id,
        reason=solution.title,
        sharing_city=reply.city_name,
        says="asks" if reader.city == solution.city else "answers",
        title=title_for(solution, reader.speaks()),
        words=reply.words,
        language=reply.by.locale,
        from_official=reply.by.id,
        from_post=reply.by.post,
    )


def about(question: CityQuestion, solution: Solution, city_name: str, reader: Official) -> QuestionLetter:
    """The newest state of a question for one reader: asked, reminded of, answered or declined.

    ``city_name`` is the city whose words these are.
    """
    given, asked_again = question.answer, question.reminded and question.is_open
    says: Literal["asks", "answers", "declines", "reminds"] = "reminds" if asked_again else "asks"
    if given is not None:
        says = "answers" if question.state == "answered" else "declines"
    return QuestionLetter(
        **envelope(reader).model_dump(),
        id=letter_id("question", reader.id, question.id, says),
        written=question.updated,
        thread=thread_id(reader.id, solution.id),
        answers_thread=True,
        solution=solution.id,
        reason=solution.title,
        sharing_city=city_name,
        says=says,
        title=title_for(solution, reader.speaks()),
        words=given.words if given else question.words,
        language=given.language if given else question.language,
        from_official=given.official if given else question.official,
        from_post=given.post if given else question.post,
        question=question.id,
    )


def about_call(
    question: CityQuestion, solution: Solution, city_name: str, reader: Official
) -> QuestionLetter | None:
    """The newest state of a call for one reader; ``city_name`` is the other city.

    An offer is told to who asked alone, and one that was cancelled before anything was chosen, too.
    """
    call, asks = question.call, question.side_of(reader.city) == "asking"
    if call is None or (call.chosen is None and not asks):
        return None
    says: Literal["offers", "calls", "cancels"] = "calls" if call.chosen else "offers"
    says = says if call.stands else "cancels"
    other = (call.official, call.post) if asks else (question.official, question.post)
    return QuestionLetter(
        **envelope(reader).model_dump(),
        id=letter_id("question", reader.id, question.id, f"{says} {call.sequence}"),
        written=question.updated,
        thread=thread_id(reader.id, solution.id),
        answers_thread=True,
        solution=solution.id,
        reason=solution.title,
        sharing_city=city_name,
        says=says,
        title=title_for(solution, reader.speaks()),
        words=question.words,
        language=question.language,
        from_official=other[0],
        from_post=other[1],
        question=question.id,
        slots=call.slots if says == "offers" else (),
        invitation=Invitation(
            uid=f"{question.id}@call",
            start=call.chosen,
            where=call.where,
            sequence=call.sequence,
            stamp=question.updated,
            cancelled=not call.stands,
        )
        if call.chosen
        else None,
    )
