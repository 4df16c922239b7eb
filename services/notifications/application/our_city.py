"""What officials see of their own city: what is due and new first, then what the city shares."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.notifications.application.ports import (
    OwnLearning,
    PortfolioFigures,
    ScoringQueries,
    SharingFigures,
)
from services.notifications.application.questions import QuestionPage, Questions
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import MatchCard, StoredCheckIn, StoredLetter
from services.notifications.domain.desk.later import with_later
from services.notifications.domain.desk.next_datum import next_datum
from services.notifications.domain.desk.records import (
    OwnRecord,
    RecordKind,
    by_id,
    draft_groups,
    is_draft_from_procurement,
    open_disputes,
    told_state,
    visibility,
)
from services.notifications.domain.introductions import Meeting
from services.notifications.domain.letters.base import Letter, title_for
from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.letters.partners import PartnersLetter
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.letters.warning import WarningLetter
from services.notifications.domain.localized_texts import LocalizedText, choose
from services.notifications.domain.officials import Official
from shared.events import OutcomeDue, State
from shared.facts import Adoption, CityProfile, Implementation, Outcome, Solution

MOST_LETTERS = 200
MOST_CARDS = 40
MOST_MATCHES = 5
NEW_FOR = timedelta(days=60)
OPEN = frozenset({Outcome.RUNNING, Outcome.UNKNOWN})


class TitledRecord(NamedTuple):
    """A record with its title in the reader's language, and its state as its city reads it."""

    record: OwnRecord
    title: LocalizedText
    state: State


class CheckIn(NamedTuple):
    """A city is asked what became of an attempt; ``known`` where it can be changed here."""

    question: OutcomeDue
    title: LocalizedText
    known: bool


class LetterLine(NamedTuple):
    """A letter to the reader that waits for something; ``scope`` is the page of it to open."""

    letter: Letter
    scope: str
    title: LocalizedText


class MatchLine(NamedTuple):
    """A solution that fits a need of the city; ``letter`` told the reader of it, as its item ``item``."""

    card: MatchCard
    title: LocalizedText
    need: LocalizedText
    letter: Letter | None = None
    item: int | None = None


class Figures(NamedTuple):
    """What scoring says of the city; None where it did not answer."""

    portfolio: PortfolioFigures | None
    learning: tuple[OwnLearning, ...] | None
    sharing: SharingFigures | None

    @property
    def missing(self) -> bool:
        """Whether any of it is missing."""
        return None in (self.portfolio, self.learning, self.sharing)


class OurCity(NamedTuple):
    """Everything that the first page of the desk shows."""

    name: str
    profile: CityProfile | None
    check_ins: tuple[CheckIn, ...]
    drafts: int
    changed: int
    disputed: tuple[TitledRecord, ...]
    questions: tuple[LetterLine, ...]
    asked: tuple[QuestionPage, ...]
    answers: tuple[QuestionPage, ...]
    warnings: tuple[LetterLine, ...]
    introductions: tuple[LetterLine, ...]
    matches: tuple[MatchLine, ...]
    needs: tuple[TitledRecord, ...]
    tried: tuple[TitledRecord, ...]
    shared: tuple[TitledRecord, ...]
    adoptions: tuple[TitledRecord, ...]
    figures: Figures
    next_datum: str | None

    @property
    def due(self) -> bool:
        """Whether anything waits for an answer."""
        waiting = (
            self.check_ins,
            self.drafts,
            self.changed,
            self.disputed,
            self.questions,
            self.introductions,
            self.asked,
        )
        return any(waiting)

    @property
    def new(self) -> bool:
        """Whether anything is new for the city."""
        return bool(self.matches or self.warnings or self.answers)


class OurCityQueries:
    """Reads what an official sees of their city; the number of queries does not grow with its records."""

    def __init__(
        self, store: NotificationRepositories, scoring: ScoringQueries, questions: Questions
    ) -> None:
        self._store, self._scoring, self._questions = store, scoring, questions

    async def find(self, official: Official, now: datetime) -> OurCity:
        """Return the city of ``official`` as it stands ``now``."""
        city, store = official.city, self._store
        records, profile, check_ins, letters, cards, figures = await asyncio.gather(
            store.city_records.of_city(city),
            store.records.city(city),
            store.check_ins.of_city(city),
            store.letters.to_official(official.id, MOST_LETTERS),
            store.match_cards.of_city(city, MOST_CARDS),
            self._figures(city),
        )
        questions = await self._questions.of_city(official, now)
        recent = [stored.letter for stored in letters if now - stored.since <= NEW_FOR]
        hidden = await store.records.hidden(_keys_of(recent, cards), city, now)
        titles = await self._titles(official, records)
        shown = [line for line in _titled(records, titles, now) if line.record.state != "withdrawn"]
        drafts = draft_groups(record for record in records if is_draft_from_procurement(record))
        standing = [line for line in shown if not is_draft_from_procurement(line.record)]
        return OurCity(
            name=profile.name if profile else await store.city_name(city),
            profile=profile,
            check_ins=tuple(_due(check_ins, records, titles, now)),
            drafts=len(drafts),
            changed=sum(with_later(record) is not None for record in records),
            disputed=tuple(line for line in standing if open_disputes(line.record)),
            questions=_letters(recent, QuestionLetter, "scorecard", hidden),
            asked=tuple(page for page in questions if page.side == "asked" and page.question.is_open),
            answers=tuple(page for page in questions if _is_new_answer(page, now)),
            warnings=_letters(recent, WarningLetter, "scorecard", hidden),
            introductions=_letters(recent, (PartnersLetter, CircleLetter), "introduce", hidden),
            matches=_matches(cards, letters, official, hidden),
            needs=_of("need", standing),
            tried=_of("outcome", standing),
            shared=_untried(standing),
            adoptions=_of("adoption", standing),
            figures=figures,
            next_datum=next_datum(profile),
        )

    async def drafts(self, official: Official, now: datetime) -> tuple[TitledRecord, ...]:
        """Return the drafts that procurement data made for the city, the newest first."""
        records = await self._store.city_records.of_city(official.city)
        titles = await self._titles(official, records)
        lines = _titled(records, titles, now)
        return tuple(line for line in lines if is_draft_from_procurement(line.record))

    async def changed_since(self, official: Official, now: datetime) -> tuple[TitledRecord, ...]:
        """Return the records of which others said something else after the city's own word."""
        records = await self._store.city_records.of_city(official.city)
        titles = await self._titles(official, records)
        return tuple(line for line in _titled(records, titles, now) if with_later(line.record))

    async def _figures(self, city: str) -> Figures:
        scoring = self._scoring
        return Figures(
            *await asyncio.gather(scoring.portfolio(city), scoring.learning(city), scoring.sharing(city))
        )

    async def _titles(self, official: Official, records: Sequence[OwnRecord]) -> dict[str, LocalizedText]:
        """The titles of the solutions that the records are of or about, for this reader."""
        own = {record.id: record for record in records if record.kind == "solution"}
        others = {record.solution for record in records} - own.keys() - {None}
        solutions = await self._store.city_records.solutions(sorted(filter(None, others)))
        facts = [record.fact for record in (*own.values(), *solutions)]
        return {
            fact.id: title_for(fact, official.speaks()) for fact in facts if isinstance(fact, Solution)
        } | {
            f"need|{record.id}": title
            for record in records
            if record.kind == "need" and (title := record.title(official.speaks())) is not None
        }


def _titled(
    records: Sequence[OwnRecord], titles: dict[str, LocalizedText], now: datetime
) -> list[TitledRecord]:
    own = {record.id: record.status for record in records if record.kind == "solution"}
    lines = []
    for record in records:
        key = f"need|{record.id}" if record.kind == "need" else (record.solution or record.id)
        about = [own[solution] for solution in record.about if solution in own]
        state = told_state(record, visibility(record.status, now.date(), about).seen)
        lines.append(TitledRecord(record, titles.get(key) or by_id(key.removeprefix("need|")), state))
    return lines


def _of(kind: str, lines: Iterable[TitledRecord]) -> tuple[TitledRecord, ...]:
    return tuple(line for line in lines if line.record.kind == kind)


def _untried(lines: Sequence[TitledRecord]) -> tuple[TitledRecord, ...]:
    """The city's solutions without an attempt of its own, which is shown in their place."""
    tried = {line.record.solution for line in lines if line.record.kind == "outcome"}
    return tuple(line for line in lines if line.record.kind == "solution" and line.record.id not in tried)


def _due(
    questions: Iterable[StoredCheckIn],
    records: Iterable[OwnRecord],
    titles: dict[str, LocalizedText],
    now: datetime,
) -> Iterable[CheckIn]:
    """The questions that are due, and whose attempt still runs and was not reported on since."""
    asked_about = {(record.kind, record.id): record for record in records}
    for question, asked in questions:
        kind: RecordKind = "adoption" if question.asks == "effect" else "outcome"
        attempt = asked_about.get((kind, question.subject))
        if question.due > now.date() or (attempt is not None and _answers(attempt, asked)):
            continue
        own = choose(question.title, question.language, question.titles, ())
        yield CheckIn(question, titles.get(question.source or question.solution) or own, attempt is not None)


def _answers(attempt: OwnRecord, asked: datetime) -> bool:
    """Whether the city said what became of an attempt, or that it still runs, since it was ``asked``.

    Of an adoption: whether it reported the effect.
    """
    if isinstance(attempt.fact, Adoption) and attempt.state != "withdrawn":
        return attempt.fact.effect is not None
    if attempt.state in {"withdrawn", "draft"}:
        return attempt.state == "withdrawn"
    ended = isinstance(attempt.fact, Implementation) and attempt.fact.outcome not in OPEN
    return ended or attempt.recorded > asked


def _is_new_answer(page: QuestionPage, now: datetime) -> bool:
    answer = page.question.answer
    return page.side == "asking" and answer is not None and now - answer.at <= NEW_FOR


def _keys_of(letters: Iterable[Letter], cards: Iterable[MatchCard]) -> set[str]:
    keys = {key for letter in letters for key in letter.tells_of}
    for brief, match in cards:
        keys |= {f"solution|{brief.solution.id}", f"need|{match.need}"}
    return keys


def _is_done(letter: Letter) -> bool:
    """Whether a letter asks nothing of its reader: it answers, or introduces those who agreed."""
    # A question with a page of its own is due by its state, not by its letter.
    answers = isinstance(letter, QuestionLetter) and (letter.says == "answers" or letter.question is not None)
    return answers or (isinstance(letter, Meeting) and bool(letter.met))


def _letters(
    letters: Iterable[Letter],
    kinds: type[Letter] | tuple[type[Letter], ...],
    scope: str,
    hidden: frozenset[str],
) -> tuple[LetterLine, ...]:
    """The letters of these kinds that may still be told, one for each thing they are about."""
    lines: dict[str, LetterLine] = {}
    for letter in letters:
        visible = letter.without(hidden) if isinstance(letter, kinds) else None
        if visible is None or _is_done(visible):
            continue
        title = getattr(visible, "title", None) or by_id(visible.reason or visible.solution or visible.id)
        about = f"{visible.kind}|{visible.solution}|{visible.need}"
        lines.setdefault(about, LetterLine(visible, scope, title))
    return tuple(lines.values())


def _matches(
    cards: Iterable[MatchCard], letters: Sequence[StoredLetter], official: Official, hidden: frozenset[str]
) -> tuple[MatchLine, ...]:
    """The best of the newest matches that may be told of, each with the letter that told the reader of it."""
    languages, links = official.speaks(), _links(letters)
    lines = [
        MatchLine(
            card,
            title_for(card.brief.solution, languages),
            choose(card.match.need_title, card.match.need_language, card.match.need_titles, languages),
            *links.get(card.brief.solution.id, ()),
        )
        for card in cards
        if hidden.isdisjoint({f"solution|{card.brief.solution.id}", f"need|{card.match.need}"})
    ]
    ordered = sorted(lines, key=lambda line: (-line.card.match.fit, line.card.brief.solution.id))
    return tuple(ordered[:MOST_MATCHES])


def _links(letters: Iterable[StoredLetter]) -> dict[str, tuple[Letter, int | None]]:
    """The newest letter about each solution, and the number of the item where it has several."""
    links: dict[str, tuple[Letter, int | None]] = {}
    for letter, _ in letters:
        if isinstance(letter, DigestLetter):
            for number, item in enumerate(letter.everything(), 1):
                links.setdefault(item.solution, (letter, number))
        elif letter.kind in {"alert", "update"} and letter.solution:
            links.setdefault(letter.solution, (letter, None))
    return links
