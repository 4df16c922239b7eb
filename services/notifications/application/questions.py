"""Questions to the city that shared a solution: asked, answered or declined, with the letters that say so.

A change is stored first, under a condition on the version that was read, and its letters are entrusted after.
``told`` says whether that was done: what a crash left untold is told by the next round. Letters have the
same id whenever they are written, so that nobody is told twice.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

import structlog

from services.notifications.application.ports import Calendar, SendLetter
from services.notifications.application.readers import Readers
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.told_solution import told_solution
from services.notifications.domain import questions as domain
from services.notifications.domain.desk.records import by_id
from services.notifications.domain.letters import question as letters
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from services.notifications.domain.questions import CityQuestion, Side
from services.notifications.domain.quiet_hours import moment
from shared.events import Event
from shared.facts import Solution
from shared.store.rate_limits import RateLimit

ASKED_BY = (RateLimit("questions_asked", 20, 86_400),)
ASKED_OF = (RateLimit("questions_received", 60, 86_400),)
AGAIN_AFTER = timedelta(minutes=1)
TRIES = 3
log = structlog.get_logger()
NotAsked: TypeAlias = Literal["own_solution", "nobody_reads", "too_many_questions"]
NotTaken: TypeAlias = Literal["answered_meanwhile", "not_published", "slots", "where", "no_call"]


class QuestionPage(NamedTuple):
    """A question as one of its two cities sees it."""

    question: CityQuestion
    side: Side
    title: LocalizedText
    asking_city: str
    asked_city: str


class Questions:
    """Asks, answers, declines and reminds; ``patience``: working days after which a city is reminded."""

    def __init__(
        self,
        store: NotificationRepositories,
        readers: Readers,
        calendar: Calendar,
        send: SendLetter,
        patience: int,
    ) -> None:
        self._store, self._stored = store, store.questions
        self._readers, self._calendar, self._send = readers, calendar, send
        self._patience = patience

    async def solution(self, solution: str, official: Official, now: datetime) -> Solution | None:
        """Return the solution that is asked about; None where the official's city may not be told of it."""
        return await told_solution(self._store, solution, official.city, now)

    async def ask(
        self, official: Official, solution: Solution, words: str, now: datetime
    ) -> CityQuestion | NotAsked:
        """Ask the city of ``solution``, once however often the form is sent; or return why that cannot be."""
        question = domain.ask(official, solution, words, _to_the_millisecond(now))
        if question.city == question.to:
            return "own_solution"
        if (before := await self._stored.find(question.id)) is not None:
            return before
        if not await self._readers.leads(question.to, now.date()):
            return "nobody_reads"
        limits = self._store.rate_limits
        if not await limits.allow(ASKED_BY, question.city, now):
            return "too_many_questions"
        if not await limits.allow(ASKED_OF, question.to, now):
            return "too_many_questions"
        if await self._stored.add(question):
            self._note(question)
            await self._tell(question, now)
        return question

    async def find(self, question: str, official: Official, now: datetime) -> QuestionPage | None:
        """Return a question of the official's city; None for any other, and while its solution is hidden."""
        stored = await self._stored.find(question)
        pages = await self._pages([stored] if stored else [], official, now)
        return pages[0] if pages else None

    async def of_city(self, official: Official, now: datetime) -> list[QuestionPage]:
        """Return the questions to and of the official's city, those that wait first."""
        stored = await self._stored.of_city(official.city)
        return await self._pages(domain.newest_first(stored), official, now)

    async def note_read(self, question: CityQuestion, official: Official, now: datetime) -> CityQuestion:
        """Store that an official of the asked city has opened it."""
        after = domain.read(question, official, _to_the_millisecond(now))
        if after is question:
            return question
        if await self._stored.replace(question, after):
            self._note(after)
            return after
        return await self._stored.find(question.id) or question

    async def answer(self, question: str, official: Official, words: str, now: datetime) -> NotTaken | None:
        """Answer; the same answer once more changes nothing. Returns why it is not taken, if so."""
        at = _to_the_millisecond(now)
        return await self._close(question, lambda one: domain.answer(one, official, words, at), words)

    async def decline(self, question: str, official: Official, words: str, now: datetime) -> NotTaken | None:
        """Decline, with a reason or without; like ``answer``."""
        at = _to_the_millisecond(now)
        return await self._close(question, lambda one: domain.decline(one, official, words, at), words)

    async def agree(
        self, question: str, official: Official, publish: Callable[[Event], Awaitable[None]], now: datetime
    ) -> NotTaken | None:
        """Publish the side of the official's city: shown once the other city agrees and after moderation."""
        return await self._consent(question, official, publish, now, withdrawn=False)

    async def take_back(
        self, question: str, official: Official, publish: Callable[[Event], Awaitable[None]], now: datetime
    ) -> NotTaken | None:
        """Take the side of the official's city back, for good; the other side is shown no more either."""
        return await self._consent(question, official, publish, now, withdrawn=True)

    async def offer_call(
        self, question: str, official: Official, texts: Iterable[str], where: str, now: datetime
    ) -> NotTaken | None:
        """Offer times for a call, given as ``2027-01-31T14:00`` at the official's place."""
        zone = self._calendar.zone_of(official.timezone)
        try:
            given = [datetime.fromisoformat(text) for text in filter(None, map(str.strip, texts))]
            slots = [moment(one.date(), one.time(), zone) for one in given if one.tzinfo is None]
        except ValueError:
            return "slots"
        if not where.strip():
            return "where"
        at = _to_the_millisecond(now)
        return await self._change(
            question, lambda one: domain.offer_call(one, official, slots, where, at), "slots"
        )

    async def choose_call(
        self, question: str, official: Official, text: str, now: datetime
    ) -> NotTaken | None:
        """Choose one of the times that were offered."""
        try:
            slot = datetime.fromisoformat(text)
        except ValueError:
            return "no_call"
        at = _to_the_millisecond(now)
        if slot.tzinfo is None:
            return "no_call"
        return await self._change(
            question, lambda one: domain.choose_call(one, official, slot, at), "no_call"
        )

    async def cancel_call(self, question: str, official: Official, now: datetime) -> NotTaken | None:
        """Cancel a call that is to come, or the offer of one."""
        at = _to_the_millisecond(now)
        return await self._change(question, lambda one: domain.cancel_call(one, official, at), "no_call")

    async def run(self, now: datetime) -> int:
        """Remind, and tell what a crash left untold; returns how many questions were reminded of."""
        for question in await self._stored.not_told(now - AGAIN_AFTER):
            await self._tell(question, now)
        reminded = 0
        for question in await self._stored.waiting_since(now - timedelta(days=self._patience)):
            reminded += await self._remind(question, now)
        return reminded

    async def _close(
        self, question: str, step: Callable[[CityQuestion], CityQuestion | None], words: str
    ) -> NotTaken | None:
        """Store an answer unless there is one; the same answer once more is no mistake."""
        refused = await self._change(question, step, "answered_meanwhile")
        before = await self._stored.find(question) if refused else None
        return None if before is not None and domain.is_repeat(before, words) else refused

    async def _change(
        self, question: str, step: Callable[[CityQuestion], CityQuestion | None], refused: NotTaken
    ) -> NotTaken | None:
        """Store what ``step`` makes of it, and tell; it may be read or reminded of in the same moment."""
        for _ in range(TRIES):
            before = await self._stored.find(question)
            after = step(before) if before else None
            if before is None or after is None:
                return refused
            if await self._stored.replace(before, after):
                self._note(after)
                await self._tell(after, after.updated)
                return None
        return "answered_meanwhile"

    async def _consent(
        self,
        question: str,
        official: Official,
        publish: Callable[[Event], Awaitable[None]],
        now: datetime,
        *,
        withdrawn: bool,
    ) -> NotTaken | None:
        """The message is sent before it is stored that it was: sent again, it is known as the same."""
        for _ in range(TRIES):
            before, step = await self._stored.find(question), domain.take_back if withdrawn else domain.agree
            after = step(before, official, _to_the_millisecond(now)) if before else None
            if before is None or after is None:
                side = before and before.side_of(official.city)
                done = before and (before.taken_back if withdrawn else side in before.agreed)
                return None if done else "not_published"
            await publish(domain.published_side(before, official, withdrawn=withdrawn))
            if await self._stored.replace(before, after):
                self._note(after)
                return None
        return "answered_meanwhile"

    async def _remind(self, question: CityQuestion, now: datetime) -> int:
        readers = await self._readers.leads(question.to, now.date())
        if not any(self._waited(question, reader, now) for reader in readers):
            return 0
        after = domain.remind(question, _to_the_millisecond(now))
        if after is None or not await self._stored.replace(question, after):
            return 0
        self._note(after)
        await self._tell(after, now)
        return 1

    def _waited(self, question: CityQuestion, reader: Official, now: datetime) -> bool:
        """Whether a question waited long enough by the reader's own calendar."""
        closed = self._calendar.closed_in(reader.quiet.holidays if reader.quiet else None)
        zone = self._calendar.zone_of(reader.timezone)
        return domain.working_days(question.asked, now, zone, closed) >= self._patience

    async def _tell(self, question: CityQuestion, now: datetime) -> None:
        """Entrust the letters about the newest state of a question; doing it again changes nothing."""
        known = await self._store.records.solution(question.solution)
        if known is not None:
            closed = not question.is_open
            readers = await (self._askers(question, now) if closed else self._asked(question, now))
            city = await self._store.city_name(question.to if closed else question.city)
            for reader in readers:
                await self._send(letters.about(question, known.solution, city, reader))
            if question.call is not None:
                await self._tell_call(question, known.solution, now)
        await self._stored.note_told(question)

    async def _tell_call(self, question: CityQuestion, solution: Solution, now: datetime) -> None:
        sides = (
            (question.city, await self._asked(question, now)),
            (question.to, await self._askers(question, now)),
        )
        for other, readers in sides:
            city = await self._store.city_name(other)
            for reader in readers:
                letter = letters.about_call(question, solution, city, reader)
                if letter is not None:
                    await self._send(letter)

    async def _asked(self, question: CityQuestion, now: datetime) -> Sequence[Official]:
        return await self._readers.leads(question.to, now.date())

    async def _askers(self, question: CityQuestion, now: datetime) -> Sequence[Official]:
        """Who asked; where that post reads no letters now, those who lead in its city."""
        asker = await self._store.officials.find(question.official)
        if asker is not None and asker.city == question.city and not asker.away(now.date()):
            return [asker]
        return await self._readers.leads(question.city, now.date())

    async def _pages(
        self, questions: Sequence[CityQuestion], official: Official, now: datetime
    ) -> list[QuestionPage]:
        store, own = self._store, [one for one in questions if one.side_of(official.city) is not None]
        hidden = await store.records.hidden({f"solution|{one.solution}" for one in own}, official.city, now)
        shown = [one for one in own if f"solution|{one.solution}" not in hidden]
        records = await store.city_records.solutions(sorted({one.solution for one in shown}))
        titles = {
            record.id: title_for(record.fact, official.speaks())
            for record in records
            if isinstance(record.fact, Solution)
        }
        cities = sorted({city for one in shown for city in (one.city, one.to)})
        names = {city: await store.city_name(city) for city in cities}
        return [
            QuestionPage(
                one,
                "asked" if one.to == official.city else "asking",
                titles.get(one.solution) or by_id(one.solution),
                names[one.city],
                names[one.to],
            )
            for one in shown
        ]

    @staticmethod
    def _note(question: CityQuestion) -> None:
        log.info("question_changed", question=question.id, step=question.trail[-1].kind)


def _to_the_millisecond(now: datetime) -> datetime:
    """As the store has it."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
