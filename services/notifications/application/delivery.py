"""One letter on its way: claimed once, handed over once, its end said; never doubled, never lost."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import structlog

from services.notifications.adapters.mime import render
from services.notifications.adapters.mime_headers import dated
from services.notifications.adapters.mongo.letters import (
    FINAL,
    AlreadyTold,
    Ended,
    LetterRepository,
    Open,
    Postponement,
    as_earlier,
    has_come,
    written,
)
from services.notifications.adapters.smtp import Mailer, OutgoingMail, SmtpResult
from services.notifications.application.delivery_policy import DeliveryDecision, anything_goes
from services.notifications.domain.bounces import BounceReport, refused_at_once
from services.notifications.domain.letter_history import WENT, EarlierLetter, has_more_to_tell
from services.notifications.domain.letters.alert import AlertLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.recipients import SkipReason
from services.notifications.domain.retry_policy import RetryPolicy
from services.notifications.domain.sender import Sender
from services.notifications.metrics import counted
from shared.errors import RetryableError
from shared.events import LetterSent
from shared.observability.redaction import redacted

log = structlog.get_logger()


class ClaimedLetter(NamedTuple):
    """A letter that somebody claimed, and how it stands in the store, bytes included."""

    letter: Letter
    standing: Mapping[str, Any]

    @property
    def as_kept(self) -> Letter:
        """What it says as it stands: somebody may have claimed it with an older or a newer word."""
        return self.letter if written(self.standing) == self.letter.written else _kept(self.standing)


async def as_it_is(city: str) -> str:
    """For letters whose cities have no other name."""
    return city


async def no_machine(letter: Letter) -> Letter:
    """Where no machine translates."""
    return letter


async def nobody_counts(_: BounceReport, __: Letter, ___: datetime) -> None:
    """Where nobody asks how addresses stand."""


class DeliveryContext(NamedTuple):
    """What a letter on its way needs to know of others.

    ``look`` says whether it goes and when, ``name_of`` what a city is called, ``refused`` hears of each
    address that the relay refused at once, and ``translate`` puts into the reader's language what can be.
    """

    look: Callable[[Letter, datetime], Awaitable[DeliveryDecision]] = anything_goes
    name_of: Callable[[str], Awaitable[str]] = as_it_is
    refused: Callable[[BounceReport, Letter, datetime], Awaitable[object]] = nobody_counts
    translate: Callable[[Letter], Awaitable[Letter]] = no_machine


class LetterDelivery:
    """Takes letters to the relay by way of the store."""

    def __init__(
        self,
        store: LetterRepository,
        mailer: Mailer,
        sender: Sender,
        patience: RetryPolicy,
        surroundings: DeliveryContext = DeliveryContext(),  # noqa: B008 - a constant
    ) -> None:
        self.store, self.mailer, self.sender = store, mailer, sender
        self.patience, self.look = patience, surroundings.look
        self._name_of, self._refused = surroundings.name_of, surroundings.refused
        self._translate = surroundings.translate

    async def claim(self, letter: Letter) -> ClaimedLetter:
        """Write ``letter`` out and claim it, once."""
        named = await self._translate(await self._named(letter))
        return ClaimedLetter(named, await self.store.claim(named, render(named, self.sender), _now()))

    async def send(self, letter: Letter) -> LetterSent | None:
        """Send ``letter`` unless it was sent before; return what became of it, now or then.

        ``None`` where it is held, or the relay put it off: who sends it later also says what became of it.
        Raises RetryableError where somebody else is handing it over.
        """
        return await self.send_claimed(self.claim(letter))

    async def send_claimed(self, claimed: Awaitable[ClaimedLetter]) -> LetterSent | None:
        """Send a letter like ``send`` that somebody began to claim."""
        mine = await claimed
        letter, standing = mine.letter, mine.standing
        if standing["state"] == "claimed":
            ended = await self._try_once(mine.as_kept, bytes(standing["raw"]))
            standing = {**standing, **(ended or {})}
        elif standing["state"] == "handing":
            await self._look_after(letter, standing["lease"])
        if standing["state"] not in FINAL:
            standing = await self.store.letter(letter.id) or standing
        told = _told(standing)
        if told is not None and told.state in WENT:
            await self._follow(letter, as_earlier(standing))
        return told

    async def entrust(self, letter: Letter) -> None:
        """Leave ``letter`` to the background, once: for who cannot try again, like a page or a round."""
        named = await self._translate(await self._named(letter))
        await self.store.claim(named, render(named, self.sender), _now(), later=True)

    async def send_held(self, letter: str) -> None:
        """Send a held letter whose time has come.

        Raises RetryableError like ``send``: it stays held then, or is given up where it was put off for too
        long.
        """
        standing = await self.store.letter(letter)
        if standing is None or not has_come(standing, _now()):
            return
        held = read_letter(standing["letter"])
        try:
            await self._try(held, bytes(standing["raw"]), "held")
        except RetryableError as error:
            await self._put_off(held, standing.get("put_off"), str(error), "held")
            raise

    async def give_up(self, letter: str, kind: str) -> None:
        """Nobody came back who was handing ``letter`` over: it is unknown from now on."""
        if await self.store.abandon(letter, _now()):
            counted(kind, "unknown")
            log.warning("letter_unknown", letter=letter, kind=kind)

    async def _named(self, letter: Letter) -> Letter:
        """The letter with its city's name, where whoever wrote it knew its id alone."""
        if letter.city_name != letter.city:
            return letter
        return letter.model_copy(update={"city_name": await self._name_of(letter.city)})

    async def _try_once(self, letter: Letter, message: bytes) -> Ended | None:
        """Try a claimed letter; one that the relay puts off lives on as long as any that is held."""
        try:
            return await self._try(letter, message, "claimed")
        except RetryableError as error:
            await self._put_off(letter, None, str(error), "claimed")
            log.info("letter_put_off", letter=letter.id, kind=letter.kind)
            return None

    async def _try(self, letter: Letter, message: bytes, state: Open) -> Ended | None:
        """What became of it just now; None where it waits, or where somebody else is at it."""
        now = _now()
        look = await self.look(letter, now)
        if look.skip is not None:
            return await self._skip(letter, look.skip, state)
        if look.wait is not None:
            if await self.store.hold(letter.id, look.wait, now, state) and state == "claimed":
                counted(letter.kind, "held")
            return None
        if look.instead is not None:
            letter, message = look.instead, render(look.instead, self.sender)
            await self.store.rewrite(letter, message, state)
        return await self._hand_over(letter, message, state)

    async def _hand_over(self, letter: Letter, message: bytes, state: Open = "claimed") -> Ended | None:
        envelope_from = self.sender.envelope_from(letter)
        parcel = OutgoingMail(letter.id, envelope_from, letter.to, dated(message, _now()))
        passed = False
        lost: AlreadyTold | None = None

        async def handing() -> bool:
            nonlocal passed, lost
            lease = _now() + self.patience.lease
            try:
                passed = await self.store.begin_handing(letter.id, lease, state, letter.goes_once, letter)
            except AlreadyTold as error:
                lost = error
            return passed

        try:
            handed: SmtpResult | None = await self.mailer.hand_over(parcel, handing)
        except RetryableError:
            # Only who passed the point of no return may go back: another may be handing it over right now.
            if passed:
                await self.store.put_back(letter.id, state)
            raise
        if handed is None:
            return await self._gave_way(letter, lost, state) if lost is not None else None
        if handed.state == "rejected" and handed.phase == "rcpt":
            await self._refused(refused_at_once(letter.id, letter.to, handed.text), letter, _now())
        return await self._finish(letter, handed, handed.state, "handing" if passed else state)

    async def _gave_way(self, letter: Letter, lost: AlreadyTold, state: Open) -> Ended | None:
        """Another letter went in its place: what that did not know follows it, entrusted before this ends."""
        if lost.by is None:
            raise RetryableError(f"letter {letter.id} gave way to one that did not go")
        await self._follow(letter, lost.by)
        return await self._skip(letter, SkipReason.ALREADY_TOLD, state)

    async def _skip(self, letter: Letter, why: str, state: Open) -> Ended | None:
        skipped = await self.store.skip(letter.id, why, _now(), state)
        if skipped is not None:
            counted(letter.kind, why)
            log.info("letter_skipped", letter=letter.id, kind=letter.kind, why=why)
        return skipped

    async def _finish(
        self, letter: Letter, handed: SmtpResult, state: str, before: Open | Literal["handing"]
    ) -> Ended | None:
        ended = await self.store.finish(letter.id, handed, _now(), before)
        if ended is not None:
            counted(letter.kind, state)
            log.info("letter_handed_over", letter=letter.id, kind=letter.kind, state=state)
        return ended

    async def _put_off(self, letter: Letter, before: Mapping[str, Any] | None, why: str, state: Open) -> None:
        """Wait longer each time; after too long the letter is rejected, for the relay never took it."""
        now = _now()
        since = Postponement(**before) if before else Postponement(now)
        put_off = Postponement(min(since.since, now), since.tries + 1)
        if not self.patience.at_its_end(now - put_off.since, put_off.tries):
            again = now + self.patience.after(put_off.tries)
            await self.store.put_off(letter.id, put_off, again, now, state)
            return
        given_up = f"given up after {put_off.tries} tries since {put_off.since:%Y-%m-%d}: {why}"
        await self._finish(letter, SmtpResult("rejected", "connect", None, given_up), "given_up", state)

    async def _look_after(self, letter: Letter, lease: datetime) -> None:
        first, last = self.patience.leases(_now())
        if first <= lease <= last:
            raise RetryableError(f"letter {letter.id} is being handed over")
        await self.give_up(letter.id, letter.kind)

    async def _follow(self, letter: Letter, told: EarlierLetter) -> None:
        """Entrust what ``letter`` tells and the one that went in its place did not know."""
        update = letter.as_update() if isinstance(letter, AlertLetter) else None
        if update is not None and has_more_to_tell(letter, told):
            await self.entrust(update)


def _told(standing: Mapping[str, Any]) -> LetterSent | None:
    """What became of a letter; None where it waits. Raises RetryableError where it is being handed over."""
    if standing["state"] == "held":
        return None
    if standing["state"] not in FINAL:
        raise RetryableError(f"letter {standing['_id']} is being handed over")
    return letter_sent(standing)


def _kept(standing: Mapping[str, Any]) -> Letter:
    return read_letter(standing["letter"])


def letter_sent(standing: Mapping[str, Any]) -> LetterSent:
    """What is said of a letter that came to its end; a relay's words may name its reader."""
    return LetterSent(
        letter=standing["_id"],
        kind=standing["kind"],
        official=standing["official"],
        city=standing["city"],
        solution=standing["solution"],
        state=standing["state"],
        reason=redacted(standing["smtp"]["text"])[:500] or None,
        at=standing["smtp"]["ended"],
    )


def _now() -> datetime:
    """To the millisecond, as the store keeps it: what is said at once is said the same when heard again."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
