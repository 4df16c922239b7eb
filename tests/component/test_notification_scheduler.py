"""Letters that wait: sent when their time comes, once, or skipped with the reason."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from services.notifications.app import open_scheduler
from services.notifications.application.alerts import claim_alerts, send_alerts
from services.notifications.application.context import NotificationContext
from services.notifications.application.delivery_policy import DeliveryDecision
from services.notifications.application.notification_log import NotificationLog
from services.notifications.application.scheduler import Scheduler
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.letter_status import ClaimedLetter
from services.notifications.domain.letters import alert, update
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.legacy_pack import LegacyPackLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.officials import QuietHours
from services.notifications.domain.preferences import stop
from services.notifications.domain.retry_policy import RetryPolicy
from services.notifications.settings import Settings
from shared.events import Event, LetterSent, SolutionMatched
from shared.store.mongo import Database
from tests.builders import (
    NOW,
    TAMPERE,
    a_brief,
    a_city,
    a_match,
    an_implementation,
    an_official,
    city_recorded,
    outcome_recorded,
    solution_matched,
    solution_recorded,
)
from tests.component.letters import a_context, a_letter, letter_document, save_officials
from tests.component.relays import Behaviour, relay

READER = an_official(quiet=None, cadence="instant")
ALWAYS_QUIET_NOW = QuietHours(start=time(0), end=time(23, 59, 59), weekends=False)
TOPIC = "CPV:60100000"
LETTER = a_letter().model_copy(update={"to": READER.email, "topic": TOPIC, "topics": (TOPIC,)})


def a_matched_solution(**changes: object) -> SolutionMatched:
    """A match with a city's report behind it, which makes it worth a letter of its own."""
    brief = a_brief(implementations=(an_implementation(),))
    return solution_matched(**{"brief": brief, **changes})


@asynccontextmanager
async def service(
    database: Database, port: int
) -> AsyncIterator[tuple[NotificationContext, Scheduler, list[Event]]]:
    """The service's use cases and rounds on a relay, with one reader; gives what it says, too."""
    said: list[Event] = []

    async def say(event: Event) -> None:
        said.append(event)

    settings = Settings(
        smtp_port=port, smtp_timeout=1.5, letters_back_off=0, letter_secret=SecretStr("for tests only, long")
    )
    async with a_context(settings, database) as context:
        await save_officials(context.store, [READER])
        yield context, open_scheduler(context, say, settings), said


async def fate(context: NotificationContext, letter: Letter = LETTER) -> tuple[str, str]:
    standing = await letter_document(context.store, letter.id)
    return str(standing["state"]), str(standing.get("smtp", {}).get("text", ""))


def told(state: str) -> float:
    """How many alerts Prometheus was told of in this state."""
    return REGISTRY.get_sample_value("citiesshare_letters_total", {"kind": "alert", "state": state}) or 0.0


async def its_time_comes(database: Database) -> None:
    """Let every held letter be due."""
    ago = datetime.now(UTC) - timedelta(seconds=1)
    await database["letters"].update_many({"state": "held"}, {"$set": {"not_before": ago}})


async def test_quiet_hours_hold_a_letter_and_the_round_sends_it_once(database: Database) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, said):
        quiet = READER.model_copy(update={"quiet": ALWAYS_QUIET_NOW})
        await save_officials(context.store, [quiet])
        assert await context.delivery.send(LETTER) is None
        assert await context.delivery.send(LETTER) is None, "hearing the event again changes nothing"
        await rounds.letters(datetime.now(UTC))
        assert ((await fate(context))[0], behaviour.taken) == ("held", [])
        await save_officials(context.store, [READER])
        await its_time_comes(database)
        await asyncio.gather(*(rounds.letters(datetime.now(UTC)) for _ in range(4)))
        assert (await fate(context))[0] == "accepted"
        assert len(behaviour.taken) == 1
        assert {(event.state, event.letter) for event in said if isinstance(event, LetterSent)} == {
            ("accepted", LETTER.id)
        }
        before = len(said)
        await rounds.letters(datetime.now(UTC))
        assert len(said) == before, "said once its end is told"


async def test_a_relay_that_puts_off_leaves_a_held_letter_held(database: Database) -> None:
    behaviour = Behaviour(data="451 4.7.1 later")
    async with relay(behaviour) as port, service(database, port) as (context, rounds, said):
        await context.delivery.entrust(LETTER)
        await rounds.letters(datetime.now(UTC))
        assert (await fate(context))[0] == "held"
        behaviour.data = "250 kept"
        await rounds.letters(datetime.now(UTC))
        assert ((await fate(context))[0], len(said)) == ("accepted", 1)


async def test_a_held_letter_waits_longer_each_time_and_is_given_up_when_it_was_put_off_for_days(
    database: Database,
) -> None:
    behaviour = Behaviour(data="451 4.7.1 later")
    async with relay(behaviour) as port, service(database, port) as (context, rounds, said):
        context.delivery.retry_policy = RetryPolicy(
            timedelta(seconds=60), first=timedelta(minutes=1), most=timedelta(days=5)
        )
        await context.delivery.entrust(LETTER)
        before, waits = told("given_up"), []
        for _ in range(3):
            now = datetime.now(UTC)
            await rounds.letters(now)
            standing = await letter_document(context.store, LETTER.id)
            waits.append(round((standing["not_before"] - now).total_seconds() / 60))
            await rounds.letters(now)
            await its_time_comes(database)
        assert (waits, behaviour.tries) == ([1, 2, 4], 3)
        ago = datetime.now(UTC) - timedelta(days=5, seconds=1)
        put_off = {"put_off": {"since": ago, "tries": 800}}
        await database["letters"].update_one({"_id": LETTER.id}, {"$set": put_off})
        await rounds.letters(datetime.now(UTC))
        state, why = await fate(context)
        assert (state, why.startswith("given up after 801 tries since ")) == ("rejected", True)
        assert why.endswith("the relay said 451 4.7.1 later")
        assert told("given_up") == before + 1
        assert [event.state for event in said if isinstance(event, LetterSent)] == ["rejected"]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("withdrawn", "withdrawn"),
        ("embargoed", "withdrawn"),
        ("unsubscribed", "kind_off"),
        ("unsubscribed from its topic", "other_topic"),
        ("switched off", "off"),
        ("left", "away"),
        ("handed over", "away"),
        ("bounced", "suppressed"),
    ],
)
async def test_what_changed_while_a_letter_waited_is_seen_before_it_goes(
    database: Database, what: str, why: str
) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, said):
        await context.delivery.entrust(LETTER)
        changes: dict[str, Any] = {
            "unsubscribed": stop(READER, "alert"),
            "unsubscribed from its topic": stop(READER, f"topic:{TOPIC}"),
            "switched off": stop(READER, "all"),
            "left": READER.model_copy(update={"status": "left"}),
            "handed over": READER.model_copy(update={"email": "successor@example.org"}),
        }
        if what in changes:
            await save_officials(context.store, [changes[what]])
        elif what == "bounced":
            await context.store.address_statuses.save(READER.email, AddressStatus(stopped="hard_bounce"))
        elif what == "withdrawn":
            await context.store.records.save_solution(solution_recorded(state="withdrawn"))
        else:
            await context.store.records.save_solution(solution_recorded(embargo_until=date(2099, 1, 1)))
        await rounds.letters(datetime.now(UTC))
        assert await fate(context) == ("skipped", why)
        assert behaviour.taken == []
        assert [(event.state, event.reason) for event in said if isinstance(event, LetterSent)] == [
            ("skipped", why)
        ]


async def test_an_update_waits_after_a_letter_about_the_same_and_only_the_newest_goes(
    database: Database,
) -> None:
    """The cool-down: one alert, then not three updates within a week."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        await context.delivery.send(LETTER)
        updates = [
            update.write(
                a_matched_solution(
                    revision=revision, occasion="update", matched=NOW + timedelta(hours=revision)
                ),
                a_match(),
                READER,
            )
            for revision in (2, 3)
        ]
        for letter in updates:
            assert await context.delivery.send(letter) is None
        assert [(await fate(context, letter))[0] for letter in updates] == ["held", "held"]
        week_ago = datetime.now(UTC) - timedelta(days=8)
        await database["letters"].update_one({"_id": LETTER.id}, {"$set": {"smtp.ended": week_ago}})
        await its_time_comes(database)
        await rounds.letters(datetime.now(UTC))
        assert await fate(context, updates[0]) == ("skipped", "already_told")
        assert (await fate(context, updates[1]))[0] == "accepted"
        assert len(behaviour.taken) == 2


async def test_an_update_does_not_wait_for_a_letter_that_went_by_a_clock_that_was_ahead(
    database: Database,
) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        await context.delivery.send(LETTER)
        ahead = datetime.now(UTC) + timedelta(days=400)
        await database["letters"].update_one({"_id": LETTER.id}, {"$set": {"smtp.ended": ahead}})
        later = a_matched_solution(revision=2, occasion="update", matched=NOW + timedelta(hours=2))
        letter = update.write(later, a_match(), READER)
        await context.delivery.send(letter)
        assert ((await fate(context, letter))[0], len(behaviour.taken)) == ("accepted", 2)


async def test_who_never_came_back_leaves_a_letter_that_the_round_calls_unknown(database: Database) -> None:
    before = told("unknown")
    async with relay(Behaviour()) as port, service(database, port) as (context, rounds, said):
        await context.delivery.entrust(LETTER)
        ago = datetime.now(UTC) - timedelta(seconds=1)
        await context.store.letters.begin_handing(LETTER.id, ago, "held")
        await rounds.letters(datetime.now(UTC))
        await rounds.letters(datetime.now(UTC))
        assert (await fate(context))[0] == "unknown"
        assert told("unknown") == before + 1, "counted once"
        assert [event.state for event in said if isinstance(event, LetterSent)] == ["unknown"]


async def test_a_match_is_kept_for_page_digest_and_log_before_any_letter_goes(database: Database) -> None:
    async with service(database, port=1) as (context, _, __):
        weekly = an_official(id="weekly", email="weekly@example.org", cadence="weekly")
        await save_officials(context.store, [weekly])
        letters = await claim_alerts(context, a_matched_solution(), a_match())
        assert [(await claimed).letter.official for claimed in letters] == [READER.id]
        assert await context.match_cards.find("sol-1", READER.city) is not None
        assert [line.entry.state for line in await NotificationLog(context.store).of_official(weekly)] == [
            "waiting"
        ]
        waiting = await database["waiting"].find({}).to_list(None)
        assert [one["official"] for one in waiting] == ["weekly"]


EARLIER = a_matched_solution()
LATER = a_matched_solution(revision=2, occasion="update", matched=NOW + timedelta(hours=1))


@pytest.mark.parametrize("order", ["as said", "the first said last", "each heard twice"])
async def test_whoever_died_before_saying_the_first_letter_the_reader_reads_an_alert_first(
    database: Database, order: str
) -> None:
    """Scoring kept what it told and died before it said so; a newer cause made it say "update" meanwhile."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        events = {
            "as said": [EARLIER, LATER],
            "the first said last": [LATER, EARLIER],
            "each heard twice": [LATER, LATER, EARLIER, EARLIER],
        }[order]
        for event in events:
            for claimed in await claim_alerts(context, event, a_match()):
                await context.delivery.send_claimed(claimed)
        kept = await database["letters"].find({}).to_list(None)
        assert sorted((one["kind"], one["state"]) for one in kept) == (
            [("alert", "accepted"), ("update", "held")] if order == "as said" else [("alert", "accepted")]
        )
        assert len(behaviour.taken) == 1


async def test_an_older_alert_does_not_follow_a_newer_one(database: Database) -> None:
    behaviour = Behaviour()
    judged = a_match().assessment
    changed = a_match(assessment=judged.model_copy(update={"band": "Adapt with changes"}))
    assert changed.assessment.band != judged.band
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        for event, match in ((LATER, changed), (EARLIER, a_match())):
            for claimed in await claim_alerts(context, event, match):
                await context.delivery.send_claimed(claimed)
        kept = await database["letters"].find({}).to_list(None)
        assert sorted((one["kind"], one["state"]) for one in kept) == [
            ("alert", "accepted"),
            ("alert", "skipped"),
        ]


@pytest.mark.parametrize("again", [False, True], ids=["once", "each-heard-twice"])
async def test_of_two_changes_at_one_time_the_reader_gets_one_alert(
    database: Database, *, again: bool
) -> None:
    """The time of an event is that of its newest fact: with a clock that was ahead it stands still."""
    behaviour = Behaviour()
    band = a_match().assessment.model_copy(update={"band": "Adapt with changes"})
    changed = a_match(assessment=band)
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        for match in (a_match(), *([a_match()] if again else []), changed, *([changed] if again else [])):
            for claimed in await claim_alerts(context, LATER, match):
                await context.delivery.send_claimed(claimed)
        kept = await database["letters"].find({}).to_list(None)
        assert sorted((one["kind"], one["state"]) for one in kept) == [
            ("alert", "accepted"),
            ("update", "held"),
        ]


CHANGED = a_match(
    assessment=a_match().assessment.model_copy(update={"band": "Adapt with changes"}),
)
OLDER, NEWER = (
    EARLIER.model_copy(update={"matches": (a_match(),)}),
    LATER.model_copy(update={"matches": (CHANGED,)}),
)


class Race:
    """Two changes heard at once: both are written, then the older is claimed and looks, then the newer.

    The ``winner`` is handed over first; without one nobody is, as where the process dies.
    """

    def __init__(self, context: NotificationContext, winner: SolutionMatched | None) -> None:
        self.claim, self.look, self.winner = context.delivery.claim, context.delivery.decide, winner
        self.written, self.looked, self.older_looked = asyncio.Barrier(2), asyncio.Barrier(2), asyncio.Event()
        self.both_looked, self.won = asyncio.Event(), asyncio.Event()
        context.delivery.claim, context.delivery.decide = self.claim_in_turn, self.look_in_turn  # type: ignore[method-assign]

    async def claim_in_turn(self, letter: Letter) -> ClaimedLetter:
        if letter.kind == "alert":
            await self.written.wait()
            if letter.written == NEWER.matched:
                await self.older_looked.wait()
        return await self.claim(letter)

    async def look_in_turn(self, letter: Letter, now: datetime) -> DeliveryDecision:
        seen = await self.look(letter, now)
        if letter.kind == "alert":
            if letter.written == OLDER.matched:
                self.older_looked.set()
            await self.looked.wait()
            self.both_looked.set()
            if self.winner is None or letter.written != self.winner.matched:
                await self.won.wait()
        return seen

    async def run(self, context: NotificationContext, event: SolutionMatched) -> None:
        await send_alerts(context, event)
        if event is self.winner:
            self.won.set()

    def over(self, context: NotificationContext) -> None:
        context.delivery.claim, context.delivery.decide = self.claim, self.look  # type: ignore[method-assign]


async def fates(database: Database) -> list[tuple[str, str]]:
    kept = await database["letters"].find({}).to_list(None)
    return sorted((one["kind"], one["state"]) for one in kept)


@pytest.mark.parametrize("occasions", [("new", "update"), ("update", "update"), ("new", "new")])
@pytest.mark.parametrize("wins", ["older", "newer"])
async def test_of_two_changes_heard_at_once_one_alert_reaches_the_reader_and_a_newer_one_becomes_an_update(
    database: Database, wins: str, occasions: tuple[Any, Any]
) -> None:
    """Neither could know of the other when it was written; what was handed over is known by one write."""
    behaviour = Behaviour()
    older, newer = (
        event.model_copy(update={"occasion": occasion})
        for event, occasion in zip((OLDER, NEWER), occasions, strict=True)
    )
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        race = Race(context, {"older": older, "newer": newer}[wins])
        await asyncio.gather(race.run(context, older), race.run(context, newer))
        race.over(context)
        left = [("update", "held")] if wins == "older" else []
        assert await fates(database) == [("alert", "accepted"), ("alert", "skipped"), *left]
        for event in (newer, older, older, newer):
            await send_alerts(context, event)
        assert await fates(database) == [("alert", "accepted"), ("alert", "skipped"), *left], "heard again"
        assert len(behaviour.taken) == 1


@pytest.mark.parametrize("again", [(OLDER, NEWER), (NEWER, OLDER)], ids=["older-first", "newer-first"])
async def test_of_two_alerts_whose_process_died_before_they_were_handed_over_one_goes(
    database: Database, again: tuple[SolutionMatched, ...]
) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        race = Race(context, None)
        dying = [asyncio.create_task(race.run(context, event)) for event in (OLDER, NEWER)]
        async with asyncio.timeout(10):
            await race.both_looked.wait()
        assert await fates(database) == [("alert", "claimed")] * 2
        for each in dying:
            each.cancel()
        await asyncio.gather(*dying, return_exceptions=True)
        race.over(context)
        for event in (*again, *again):
            await send_alerts(context, event)
        assert await fates(database) == [("alert", "accepted"), ("alert", "skipped")]
        assert len(behaviour.taken) == 1


async def test_an_update_waits_until_it_is_known_what_became_of_an_alert_whose_process_died(
    database: Database,
) -> None:
    """It died while it was handing over: the alert is unknown when its lease ends, and no other one goes."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        older, newer = (alert.write(event, event.matches[0], READER) for event in (OLDER, NEWER))
        for letter in (older, newer):
            await context.delivery.claim(letter)
        lease = context.delivery.retry_policy.leases(datetime.now(UTC))[1].replace(microsecond=0)
        await context.store.letters.begin_handing(older.id, lease, goes_once=older.goes_once)
        await send_alerts(context, NEWER)
        await rounds.letters(datetime.now(UTC))
        assert await fates(database) == [("alert", "handing"), ("alert", "skipped"), ("update", "held")]
        waiting = await database["letters"].find_one({"kind": "update"})
        assert waiting is not None
        assert (waiting["not_before"], behaviour.taken) == (lease, [])


SAME_BAND = LATER.model_copy(update={"matches": (a_match(fit=91.0),)})


@pytest.mark.parametrize("newer", [NEWER, SAME_BAND], ids=["another band", "the same band"])
async def test_what_is_newer_is_folded_into_an_alert_that_waits(
    database: Database, newer: SolutionMatched
) -> None:
    """It was an update that went beside the alert, which said on Monday what was no longer so."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        await save_officials(context.store, [READER.model_copy(update={"quiet": ALWAYS_QUIET_NOW})])
        for event in (OLDER, newer, OLDER, newer):
            await send_alerts(context, event)
        assert {kind for kind, _ in await fates(database)} == {"alert"}
        await save_officials(context.store, [READER])
        for _ in range(2):
            await its_time_comes(database)
            await rounds.letters(datetime.now(UTC))
        went = await database["letters"].find({"state": "accepted"}).to_list(None)
        letters = [read_letter(one["letter"]) for one in went]
        expected = alert.write(newer, newer.matches[0], READER)
        assert [(one.written, one.fit) for one in letters] == [(expected.written, expected.fit)]
        assert len(behaviour.taken) == 1


async def test_nobody_hands_over_what_an_alert_said_before_something_newer_was_folded_into_it(
    database: Database,
) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        older, newer = (alert.write(event, event.matches[0], READER) for event in (OLDER, SAME_BAND))
        assert older.id == newer.id
        await context.delivery.entrust(older)
        look = context.delivery.decide

        async def folds_meanwhile(letter: Letter, now: datetime) -> DeliveryDecision:
            if letter.written == older.written:
                await context.delivery.entrust(newer)
            return await look(letter, now)

        context.delivery.decide = folds_meanwhile
        await rounds.letters(datetime.now(UTC))
        assert (await fates(database), behaviour.taken) == ([("alert", "held")], [])
        await rounds.letters(datetime.now(UTC))
        assert (await fates(database), len(behaviour.taken)) == ([("alert", "accepted")], 1)


async def test_of_two_alerts_that_both_wait_what_is_newer_follows_where_the_older_one_went_first(
    database: Database,
) -> None:
    """The newer one came to nothing, and with it what it told."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        older, newer = (alert.write(event, event.matches[0], READER) for event in (OLDER, NEWER))
        assert older.id != newer.id
        await context.delivery.send(older)
        await context.delivery.entrust(newer)
        for _ in range(2):
            await rounds.letters(datetime.now(UTC))
        assert await fates(database) == [("alert", "accepted"), ("alert", "skipped"), ("update", "held")]
        kept = await database["letters"].find_one({"kind": "update"})
        assert kept is not None
        assert read_letter(kept["letter"]) == update.write(NEWER, NEWER.matches[0], READER)
        assert kept["not_before"] > datetime.now(UTC) + timedelta(days=6), "it waits for the cool-down"
        assert len(behaviour.taken) == 1


@pytest.mark.parametrize("newer", [NEWER, SAME_BAND], ids=["another band", "the same band"])
async def test_an_alert_whose_process_died_goes_before_what_is_newer(
    database: Database, newer: SolutionMatched
) -> None:
    """An update of it went at once, and the alert after it when its event was heard again."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        await context.delivery.claim(alert.write(OLDER, OLDER.matches[0], READER))
        for event in (newer, OLDER, newer):
            await send_alerts(context, event)
            await rounds.letters(datetime.now(UTC))
        expected = [("alert", "accepted"), ("alert", "skipped")]
        if newer is SAME_BAND:
            expected = [("alert", "accepted"), ("update", "held")]
        assert await fates(database) == expected
        assert len(behaviour.taken) == 1


@pytest.mark.parametrize("alert_is", ["claimed", "held"])
async def test_an_update_never_goes_before_its_alert(database: Database, alert_is: str) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        first = alert.write(OLDER, OLDER.matches[0], READER)
        await (context.delivery.claim(first) if alert_is == "claimed" else context.delivery.entrust(first))
        later = update.write(LATER, a_match(), READER)
        assert await context.delivery.send(later) is None
        assert (await fates(database), behaviour.taken) == ([("alert", alert_is), ("update", "held")], [])
        if alert_is == "claimed":
            await context.delivery.send(first)
        for _ in range(2):
            await its_time_comes(database)
            await rounds.letters(datetime.now(UTC))
        assert await fates(database) == [("alert", "accepted"), ("update", "held")], "the cool-down"


@pytest.mark.parametrize("ended", ["skipped", "rejected"])
async def test_whom_no_letter_reached_reads_an_alert_at_the_next_change(
    database: Database, ended: str
) -> None:
    """It was an update of what its reader was never told; an alert of the same state had the same id."""
    behaviour = Behaviour(data="550 no")
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        if ended == "skipped":
            await save_officials(context.store, [stop(READER, "alert")])
            await context.delivery.send(alert.write(OLDER, OLDER.matches[0], READER))
        else:
            await send_alerts(context, OLDER)
        await save_officials(context.store, [READER])
        assert await fates(database) == [("alert", ended)]
        behaviour.data = "250 2.0.0 kept"
        for _ in range(2):
            await send_alerts(context, SAME_BAND)
        assert await fates(database) == sorted([("alert", "accepted"), ("alert", ended)])
        assert len(behaviour.taken) == 1


@pytest.mark.parametrize(("said", "state"), [("451 later", "held"), ("550 no", "rejected")])
async def test_an_alert_that_the_relay_did_not_take_keeps_no_other_one_from_going(
    database: Database, said: str, state: str
) -> None:
    behaviour = Behaviour(data=said)
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        older, newer = (alert.write(event, event.matches[0], READER) for event in (OLDER, NEWER))
        await context.delivery.send(older)
        assert await fates(database) == [("alert", state)]
        behaviour.data = "250 2.0.0 kept"
        await context.delivery.send(newer)
        assert await fates(database) == sorted([("alert", state), ("alert", "accepted")])
        await its_time_comes(database)
        await context.delivery.send_held(older.id)
        end = "skipped" if state == "held" else state
        assert await fates(database) == sorted([("alert", "accepted"), ("alert", end)])


async def test_two_alerts_that_were_written_at_one_time_are_one_letter(database: Database) -> None:
    behaviour = Behaviour()
    other = LETTER.model_copy(update={"id": "another-alert"})
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        waiting = [asyncio.create_task(context.delivery.claim(each)) for each in (LETTER, other)]
        for claimed in waiting:
            await context.delivery.send_claimed(claimed)
        states = [str(one["state"]) for one in await database["letters"].find({}).to_list(None)]
        assert sorted(states) == ["accepted", "skipped"]


async def test_a_letter_that_a_later_word_claimed_is_not_its_own_successor(database: Database) -> None:
    """Whoever claimed it died; the word that comes back says the same letter with an earlier time."""
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, _, __):
        later = LETTER.model_copy(update={"written": LETTER.written + timedelta(hours=1)})
        await context.store.letters.claim(later, b"bytes", datetime.now(UTC))
        sent = await context.delivery.send(LETTER)
        assert sent is not None
        assert (sent.state, len(behaviour.taken)) == ("accepted", 1)


async def test_an_election_hands_the_pack_over_once(database: Database) -> None:
    """S3: at T+0 the pack goes out once, with what the city shared; an election long ago is no news."""
    now = datetime.now(UTC)
    async with service(database, port=1) as (context, _, __):
        leader = an_official(id="tampere-lead", city=TAMPERE, quiet=None)
        await save_officials(context.store, [leader])
        await context.store.records.save_solution(solution_recorded())
        await context.store.records.save_attempt(
            outcome_recorded(
                implementation=an_implementation(outcome="failed", failure={"cause": "citizens"})
            )
        )
        for revision, ago in ((1, 200), (2, 0)):
            city = a_city(id=TAMPERE, next_election=now.date() - timedelta(days=ago))
            await context.store.records.save_city(city_recorded(revision=revision, city=city))
            assert await context.handover.run(now) == (0 if ago else 1)
        assert await context.handover.run(now) == 0
        (kept,) = await database["letters"].find({}).to_list(None)
        letter = read_letter(kept["letter"])
        assert isinstance(letter, LegacyPackLetter)
        assert [(one.solution, one.open_lesson) for one in letter.kept] == [("sol-1", True)]
