"""One letter on its way: claimed once, handed over once, its end published; never doubled, never lost."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

import structlog

from services.notifications.application.delivery_policy import DeliveryDecision, anything_goes
from services.notifications.application.ports import LetterRenderer, Mailer, OutgoingMail, SmtpResult
from services.notifications.application.repositories import LetterRepository
from services.notifications.application.stored_models import AlreadyTold
from services.notifications.domain.bounces import BounceReport, refused_at_once
from services.notifications.domain.letter_history import WENT, EarlierLetter, has_more_to_tell
from services.notifications.domain.letter_status import (
    FINAL,
    ClaimedLetter,
    LetterEnd,
    LetterStatus,
    OpenState,
    Postponement,
)
from services.notifications.domain.letters.alert import AlertLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.recipients import SkipReason
from services.notifications.domain.retry_policy import RetryPolicy
from services.notifications.domain.sender import Sender
from services.notifications.metrics import counted
from shared.errors import RetryableError
from shared.events import LetterSent
from shared.observability.redaction import redacted

SIDE_BY_SIDE = 100
log = structlog.get_logger()


async def unnamed(city: str) -> str:
    """For letters whose cities have no other name."""
    return city


async def untranslated(letter: Letter) -> Letter:
    """Where no machine translates."""
    return letter


async def not_counted(_: BounceReport, __: Letter, ___: datetime) -> None:
    """Where nobody asks how addresses stand."""


@dataclass(frozen=True, slots=True)
class DeliveryHooks:
    """What a letter on its way asks of others.

    ``decide`` tells whether it goes and when, ``city_name`` what a city is called, ``translate`` puts into
    the reader's language what can be. ``count_refusal`` is told of each address that the relay refused.
    """

    decide: Callable[[Letter, datetime], Awaitable[DeliveryDecision]] = anything_goes
    city_name: Callable[[str], Awaitable[str]] = unnamed
    count_refusal: Callable[[BounceReport, Letter, datetime], Awaitable[object]] = not_counted
    translate: Callable[[Letter], Awaitable[Letter]] = untranslated


class LetterDelivery:
    """Takes letters to the relay by way of the store."""

    def __init__(
        self,
        letters: LetterRepository,
        renderer: LetterRenderer,
        mailer: Mailer,
        sender: Sender,
        retry_policy: RetryPolicy,
        hooks: DeliveryHooks = DeliveryHooks(),
    ) -> None:
        self.letters, self.retry_policy, self.decide = letters, retry_policy, hooks.decide
        self._renderer, self._mailer, self._sender = renderer, mailer, sender
        self._hooks = hooks

    async def claim(self, letter: Letter) -> ClaimedLetter:
        """Write ``letter`` out and claim it, once."""
        named = await self._completed(letter)
        return await self.letters.claim(named, self._renderer.message(named), _now())

    async def send(self, letter: Letter) -> LetterSent | None:
        """Send ``letter`` unless it was sent before; return what became of it, now or then.

        ``None`` where it is held, or the relay put it off: who sends it later also publishes its end. Raises
        ``RetryableError`` where somebody else is handing it over.
        """
        return await self.send_claimed(self.claim(letter))

    async def send_claimed(self, claim: Awaitable[ClaimedLetter]) -> LetterSent | None:
        """Send a letter like ``send`` that somebody began to claim."""
        letter, status, unsent = await claim
        if unsent is not None:
            end = await self._try_once(unsent.letter, unsent.message)
            status = status.ended_by(end) if end is not None else status
        elif status.state == "handing":
            await self._check_lease(status)
        if status.state not in FINAL:
            status = await self.letters.status(letter.id) or status
        sent = _sent(status)
        if sent is not None and sent.state in WENT:
            await self._follow_up(letter, status.progress)
        return sent

    async def entrust(self, letter: Letter) -> None:
        """Leave ``letter`` to the background, once: for who cannot try again, like a page or a round."""
        named = await self._completed(letter)
        await self.letters.claim(named, self._renderer.message(named), _now(), later=True)

    async def send_held(self, letter: str) -> None:
        """Send a held letter whose time has come.

        Raises ``RetryableError`` like ``send``: it stays held then, or is given up where it was put off for
        too long.
        """
        due = await self.letters.find_due(letter, _now())
        if due is None:
            return
        try:
            await self._try(due.letter, due.message, "held")
        except RetryableError as error:
            await self._put_off(due.letter, due.put_off, str(error), "held")
            raise

    async def give_up(self, letter: str, kind: str) -> None:
        """End ``letter`` as unknown: nobody came back who was handing it over."""
        if await self.letters.abandon(letter, _now()):
            counted(kind, "unknown")
            log.warning("letter_unknown", letter=letter, kind=kind)

    async def _completed(self, letter: Letter) -> Letter:
        """The letter with its city's name, where whoever wrote it knew its id alone, and translations."""
        if letter.city_name == letter.city:
            name = await self._hooks.city_name(letter.city)
            letter = letter.model_copy(update={"city_name": name})
        return await self._hooks.translate(letter)

    async def _try_once(self, letter: Letter, message: bytes) -> LetterEnd | None:
        """Try a claimed letter; one that the relay puts off lives on as long as any that is held."""
        try:
            return await self._try(letter, message, "claimed")
        except RetryableError as error:
            await self._put_off(letter, None, str(error), "claimed")
            log.info("letter_postponed", letter=letter.id, kind=letter.kind)
            return None

    async def _try(self, letter: Letter, message: bytes, state: OpenState) -> LetterEnd | None:
        """What became of it just now; None where it waits, or where somebody else is at it."""
        now = _now()
        decision = await self.decide(letter, now)
        if decision.skip is not None:
            return await self._skip(letter, decision.skip, state)
        if decision.wait is not None:
            if await self.letters.hold(letter.id, decision.wait, now, state) and state == "claimed":
                counted(letter.kind, "held")
            return None
        if decision.instead is not None:
            letter, message = decision.instead, self._renderer.message(decision.instead)
            await self.letters.rewrite(letter, message, state)
        return await self._hand_over(letter, message, state)

    async def _hand_over(
        self, letter: Letter, message: bytes, state: OpenState = "claimed"
    ) -> LetterEnd | None:
        envelope_from = self._sender.envelope_from(letter)
        mail = OutgoingMail(letter.id, envelope_from, letter.to, self._renderer.dated(message, _now()))
        passed = False
        already_told: AlreadyTold | None = None

        async def begin() -> bool:
            nonlocal passed, already_told
            lease = _now() + self.retry_policy.lease
            try:
                passed = await self.letters.begin_handing(letter.id, lease, state, letter.goes_once, letter)
            except AlreadyTold as error:
                already_told = error
            return passed

        try:
            result = await self._mailer.hand_over(mail, begin)
        except RetryableError:
            # Only who passed the point of no return may go back: another may be handing it over right now.
            if passed:
                await self.letters.put_back(letter.id, state)
            raise
        if result is None:
            return await self._give_way(letter, already_told, state) if already_told is not None else None
        if result.state == "rejected" and result.phase == "rcpt":
            report = refused_at_once(letter.id, letter.to, result.text)
            await self._hooks.count_refusal(report, letter, _now())
        return await self._finish(letter, result, result.state, "handing" if passed else state)

    async def _give_way(
        self, letter: Letter, already_told: AlreadyTold, state: OpenState
    ) -> LetterEnd | None:
        """Another letter went in its place: what that did not know follows it, entrusted before this ends."""
        if already_told.by is None:
            raise RetryableError(f"letter {letter.id} gave way to one that did not go")
        await self._follow_up(letter, already_told.by)
        return await self._skip(letter, SkipReason.ALREADY_TOLD, state)

    async def _skip(self, letter: Letter, why: str, state: OpenState) -> LetterEnd | None:
        end = await self.letters.skip(letter.id, why, _now(), state)
        if end is not None:
            counted(letter.kind, why)
            log.info("letter_skipped", letter=letter.id, kind=letter.kind, why=why)
        return end

    async def _finish(
        self, letter: Letter, result: SmtpResult, state: str, before: OpenState | Literal["handing"]
    ) -> LetterEnd | None:
        end = await self.letters.finish(letter.id, result, _now(), before)
        if end is not None:
            counted(letter.kind, state)
            log.info("letter_handed_over", letter=letter.id, kind=letter.kind, state=state)
        return end

    async def _put_off(self, letter: Letter, before: Postponement | None, why: str, state: OpenState) -> None:
        """Wait longer each time; after too long the letter is rejected, for the relay never took it."""
        now = _now()
        before = before or Postponement(now)
        put_off = Postponement(min(before.since, now), before.tries + 1)
        if not self.retry_policy.at_its_end(now - put_off.since, put_off.tries):
            again = now + self.retry_policy.after(put_off.tries)
            await self.letters.put_off(letter.id, put_off, again, now, state)
            return
        reason = f"given up after {put_off.tries} tries since {put_off.since:%Y-%m-%d}: {why}"
        await self._finish(letter, SmtpResult("rejected", "connect", None, reason), "given_up", state)

    async def _check_lease(self, status: LetterStatus) -> None:
        """Give up a letter whose lease ran out. Raises ``RetryableError`` while it is being handed over."""
        lease = status.progress.lease
        assert lease is not None, "whoever hands a letter over has a lease"
        first, last = self.retry_policy.leases(_now())
        if first <= lease <= last:
            raise RetryableError(f"letter {status.id} is being handed over")
        await self.give_up(status.id, status.progress.kind)

    async def _follow_up(self, letter: Letter, earlier: EarlierLetter) -> None:
        """Entrust what ``letter`` tells and the one that went in its place did not know."""
        update = letter.as_update() if isinstance(letter, AlertLetter) else None
        if update is not None and has_more_to_tell(letter, earlier):
            await self.entrust(update)


async def send_all(sending: Iterable[Awaitable[LetterSent | None]]) -> list[LetterSent]:
    """Send letters some at a time; where one could work later, the others are done first.

    Held letters are not among the results: who sends them later publishes what became of them.
    """
    results: list[LetterSent | BaseException | None] = []
    remaining = iter(sending)
    while batch := list(islice(remaining, SIDE_BY_SIDE)):
        results.extend(await asyncio.gather(*batch, return_exceptions=True))
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, LetterSent)]


def _sent(status: LetterStatus) -> LetterSent | None:
    """What became of a letter; None where it waits. Raises RetryableError where it is being handed over."""
    if status.state == "held":
        return None
    if status.state not in FINAL:
        raise RetryableError(f"letter {status.id} is being handed over")
    return letter_sent(status)


def letter_sent(status: LetterStatus) -> LetterSent:
    """Return the message about a letter that ended; a relay's answer may name its reader."""
    assert status.end is not None, f"letter {status.id} has not ended"
    return LetterSent.model_validate(
        {
            "letter": status.id,
            "kind": status.progress.kind,
            "official": status.official,
            "city": status.city,
            "solution": status.solution,
            "state": status.end.state,
            "reason": redacted(status.end.text)[:500] or None,
            "at": status.end.ended,
        }
    )


def _now() -> datetime:
    """To the millisecond, as the store has it: published at once or later, a message has the same time."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
