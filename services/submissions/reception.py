"""Where a message goes after its envelope was read: who says it, whether it is new, what becomes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import structlog

from services.submissions.accounts import Accounts
from services.submissions.catalogue import Catalogue
from services.submissions.claim import Claim, Unclaimed
from services.submissions.deposit import Deposit
from services.submissions.desk import Desk
from services.submissions.domain import steps
from services.submissions.domain.blackout import blackout, notice
from services.submissions.domain.cleaning import cleaned, cleaned_data, cleaned_text
from services.submissions.domain.holding import OfficeHolder, held
from services.submissions.domain.intake import Judged, is_procurement, judge_report
from services.submissions.domain.records import Draft, Record
from services.submissions.domain.similar import similar_to
from services.submissions.domain.speaking import Publisher, city_complaints, source_complaint
from services.submissions.domain.steps import Change, Refused, Teller, due_question
from services.submissions.procurement import Procurement, resolved
from services.submissions.store import SHOWN, Store
from shared.cloudevents import Envelope, Letterbox
from shared.errors import Retry
from shared.events import CatalogueEntry, Complaint, Event, RecordDue, SubmissionRejected
from shared.facts import CityProfile, Solution
from shared.topology import SERVICES

OURSELVES = "clock:"
BY_ID = "publisher:"
PATIENCE = 3
SHUT = "nobody is registered under this account: register the publisher, or use its own account or key"
log = structlog.get_logger()


@dataclass(frozen=True)
class Caller:
    """Who speaks: a registered publisher, or None where the doors are open; ``ourselves`` is the clock."""

    publisher: Publisher | None
    who: str
    ourselves: bool = False


@dataclass(frozen=True)
class Heard:
    """One message as it came: when, from whom, and how often it was tried before."""

    letter: Letterbox
    received: datetime
    caller: Caller
    attempt: int = 0

    @property
    def envelope(self) -> Envelope:
        """What surrounds the data."""
        return self.letter.envelope

    @property
    def said(self) -> datetime:
        """When it was said; nobody says anything in the future."""
        return min(self.envelope.time or self.received, self.received)


@dataclass(frozen=True)
class Reception:
    """Everything that taking a message needs."""

    store: Store
    desk: Desk
    deposit: Deposit
    accounts: Accounts
    claim: Claim
    procurement: Procurement
    catalogue: Catalogue
    salt: bytes
    holders: tuple[OfficeHolder, ...] = ()
    open_doors: bool = False
    blackout: timedelta = timedelta()

    async def prepare(self) -> None:
        """Create all indexes."""
        for each in (self.store, self.desk, self.deposit, self.accounts, self.procurement.releases):
            await each.prepare()

    async def caller(self, account: str | None) -> Caller | Complaint:
        """Return who speaks through ``account``, or what is said to somebody nobody knows."""
        if account == OURSELVES:
            return Caller(None, "clock", ourselves=True)
        if account in SERVICES:  # our own pages, where officials speak for their cities
            return Caller(None, account, ourselves=account == "submissions")
        if account and account.startswith(BY_ID):
            publisher = await self.accounts.by_id(account.removeprefix(BY_ID))
        else:
            publisher = await self.accounts.by_account(account) if account else None
        if publisher is None and not self.open_doors:
            return Complaint(path="source", message=SHUT)
        return Caller(publisher, publisher.id if publisher else account or "anonymous")

    async def take(self, heard: Heard) -> Sequence[Event]:
        """Take a message: its records, or a rejection its sender can find."""
        envelope = heard.envelope
        if heard.caller.publisher and (wrong := source_complaint(heard.caller.publisher, envelope.source)):
            return [self.rejection(envelope, (wrong,), heard.received)]
        digest = _digest(heard.letter)
        known = await self.store.claim(envelope.source, envelope.id, digest, heard.received)
        if known.get("digest", digest) != digest:
            await self.store.note_duplicate(envelope.source, envelope.id, heard.received)
            log.info("submission_duplicate", source=envelope.source, submission=envelope.id)
            return []
        try:
            whole = await self._claimed(heard)
        except Unclaimed as error:
            if known["fate"] == "recorded":
                return await self._again(known["records"])
            return [await self.reject(envelope, (error.complaint,), heard.received)]
        said = await self._judged(whole)
        if envelope.dataref:
            await self.claim.settle(envelope.dataref)
        return said

    async def reject(
        self, envelope: Envelope, complaints: Sequence[Complaint], received: datetime
    ) -> SubmissionRejected:
        """Keep and say what is wrong with a message, so that its sender finds it."""
        said = self.rejection(envelope, complaints, received)
        await self.store.keep_fate(said.source, said.event, "rejected", received, complaints=said.complaints)
        return said

    def rejection(
        self, envelope: Envelope, complaints: Sequence[Complaint], received: datetime
    ) -> SubmissionRejected:
        """Return what is said about a message that cannot be used."""
        clean = [
            Complaint(path=cleaned_text(each.path, self.salt), message=cleaned_text(each.message, self.salt))
            for each in complaints
        ]
        log.warning("submission_rejected", submission=envelope.id, path=clean[0].path)
        return SubmissionRejected(
            source=envelope.source[:500],
            event=envelope.id[:500],
            type=envelope.type[:500],
            complaints=tuple(clean),
            received=received,
        )

    async def _claimed(self, heard: Heard) -> Heard:
        if not heard.envelope.dataref:
            return heard
        data = await self.claim.fetch(heard.envelope.dataref)
        return replace(heard, letter=Letterbox(heard.envelope, data))

    async def _judged(self, heard: Heard) -> Sequence[Event]:
        judged = self._permitted(await self._judge(heard), heard.caller)
        if judged.useless:
            return [await self.reject(heard.envelope, judged.complaints, heard.received)]
        if (waits := await self._waits(heard, judged)) is not None:
            return waits
        return await self._keep(heard, judged)

    async def _judge(self, heard: Heard) -> Judged:
        kind, data = heard.envelope.type, heard.letter.data
        if is_procurement(kind):
            return await self.procurement.take(data, heard.received)
        judged = judge_report(kind, data, heard.said)
        if kind == CatalogueEntry.message_type() and not judged.complaints:
            publisher = heard.caller.publisher
            return self.catalogue.take(data, heard.received.date(), publisher.own_city if publisher else None)
        if (comment := judged.comment) is not None:
            comment = comment.model_copy(update={"text": cleaned_text(comment.text, self.salt)})
        drafts = tuple(cleaned(draft, self.salt) for draft in judged.drafts)
        return replace(judged, drafts=drafts, comment=comment)

    def _permitted(self, judged: Judged, caller: Caller) -> Judged:
        """Leave out what the caller may not say, and say so."""
        if judged.due and not (caller.ourselves or self.open_doors):
            return Judged(
                complaints=(Complaint(path="type", message="only the service's own clock says so"),)
            )
        if caller.publisher is None:
            return judged
        mine = caller.publisher.speaks_for
        wrong = tuple(city_complaints(caller.publisher, filter(None, _cities(judged))))
        return replace(
            judged,
            drafts=tuple(each for each in judged.drafts if mine(each.city) or not resolved(each)),
            changes=tuple(each for each in judged.changes if each.city is None or mine(each.city)),
            comment=judged.comment if judged.comment and mine(judged.comment.city) else None,
            transition=judged.transition if judged.transition and mine(judged.transition.city) else None,
            complaints=(*judged.complaints, *wrong),
        )

    async def _waits(self, heard: Heard, judged: Judged) -> Sequence[Event] | None:
        """Put a text that names an office-holder before a reviewer; None where nothing has to wait."""
        own = [draft for draft in judged.drafts if draft.state != "draft"]
        facts = [*(draft.fact for draft in own), *filter(None, (judged.comment,))]
        named = [each for fact in facts for each in held(fact, self.holders)]
        if not named:
            return None
        verdict = await self.desk.verdict(heard.envelope)
        if verdict == "shown":
            return None
        reasons = [Complaint(path=each.path, message=each.reason[:500]) for each in named]
        if verdict == "refused":
            return [await self.reject(heard.envelope, reasons, heard.received)]
        return await self._hold(heard, reasons)

    async def _hold(self, heard: Heard, reasons: Sequence[Complaint]) -> Sequence[Event]:
        """Keep a message for its reviewer, clean; what comes back from there is claimed as the same."""
        envelope = heard.envelope.model_copy(update={"dataref": None})
        data = cleaned_data(heard.letter.data, self.salt)
        await self.desk.hold(envelope, envelope.type, data, reasons, heard.received)
        back = Letterbox(envelope, data)
        await self.store.keep_fate(
            envelope.source,
            envelope.id,
            "held",
            heard.received,
            complaints=reasons,
            digest=_digest(back),
        )
        return []

    async def _keep(self, heard: Heard, judged: Judged) -> Sequence[Event]:
        envelope, teller = heard.envelope, Teller(heard.caller.who, heard.said)
        drafts = [await self._calm(draft, heard.said.date()) for draft in judged.drafts]
        records = [
            await self.store.keep(draft, heard.said, envelope.source, heard.caller.who) for draft in drafts
        ]
        similar = await self._similar(records)
        said: list[Event] = []
        for change in [*judged.changes, *await self._moved(judged)]:
            changed = await self._change(change, teller, heard.attempt)
            if isinstance(changed, Complaint):
                return [await self.reject(envelope, (changed,), heard.received)]
            records.append(changed)
        if judged.due:
            said += await self._question(judged.due)
        keys = [record.draft.key for record in records]
        if judged.comment:
            keys.append("comment|" + await self.desk.keep_comment(envelope, judged.comment, heard.said))
        await self.store.keep_fate(
            envelope.source,
            envelope.id,
            "recorded",
            heard.received,
            keys,
            (*judged.complaints, *_delays(judged.drafts, drafts)),
            **({"similar": similar} if similar else {}),
        )
        return [*(record.event for record in records if resolved(record.draft)), *said]

    async def _calm(self, draft: Draft, day: date) -> Draft:
        """Hide a new solution while its city is about to vote; what is shown already stays shown."""
        if not isinstance(draft.fact, Solution) or draft.state == "draft":
            return draft
        city = await self.store.record(f"city|{draft.city}")
        election = city.fact.next_election if city and isinstance(city.fact, CityProfile) else None
        hidden = blackout(draft, election, day, self.blackout)
        record = await self.store.record(draft.key) if hidden != draft else None
        return draft if record is not None and record.state in SHOWN else hidden

    async def _moved(self, judged: Judged) -> Sequence[Change]:
        """The changes that a day or a transition brings."""
        if due := judged.due:
            special = {"check_in": steps.asking(due.day), "say_again": steps.again}
            return [Change(due.subject, None, special.get(due.what, steps.passing(due.day)))]
        if moved := judged.transition:
            keys = await self.store.waiting(moved.city)
            return [Change(key, None, steps.transition(moved.day)) for key in keys]
        return []

    async def _change(self, change: Change, teller: Teller, attempt: int) -> Record | Complaint:
        """Take a step on a record; one that is not there may be on its way, and is waited for a little."""
        refused: list[Complaint] = []

        def step(record: Record) -> Record:
            after = change.step(record, teller)
            if isinstance(after, Refused):
                refused.append(after.complaint)
                return record
            return after

        record = await self.store.change(change.key, step)
        if record is None and attempt < PATIENCE:
            raise Retry(f"{change.key} is not known yet")
        if record is None:
            return Complaint(
                path="record", message=f"{change.key!r} is not known here: submit it first"[:500]
            )
        return refused[-1] if refused else record

    async def _question(self, due: RecordDue) -> list[Event]:
        record = await self.store.record(due.subject) if due.what == "check_in" else None
        if record is None:
            return []
        solution = await self.store.record(f"solution|{due.record.rpartition('|')[0]}")
        title = solution.fact.title if solution and isinstance(solution.fact, Solution) else ""
        asked = due_question(record, title, due.day)
        return [asked] if asked else []

    async def _similar(self, records: Sequence[Record]) -> list[dict[str, object]]:
        """What is known already and seems to be what is submitted for the first time."""
        found: list[dict[str, object]] = []
        for record in records:
            fact = record.draft.fact
            if isinstance(fact, Solution) and record.draft.rank and record.revision == 1:
                found += [
                    {"solution": each.solution, "reasons": list(each.reasons), "proposal": each.proposal}
                    for each in similar_to(fact, await self.store.alike(fact))
                ]
        return found

    async def _again(self, keys: Sequence[str]) -> Sequence[Event]:
        """Say once more what was recorded from data that are gone by now."""
        records = [await self.store.record(key) for key in keys]
        return [record.event for record in records if record and resolved(record.draft)]


def _digest(letter: Letterbox) -> str:
    """What tells two messages under one (source, id) apart: type, data, and where else the data are."""
    what = f"{letter.envelope.type}|{letter.envelope.dataref or ''}".encode()
    return sha256(b"\n".join((what, letter.data))).hexdigest()


def _delays(said: Sequence[Draft], kept: Sequence[Draft]) -> Iterator[Complaint]:
    """What each sender is told whose solution waits for an election."""
    for before, after in zip(said, kept, strict=True):
        if after.embargo_until and after.embargo_until != before.embargo_until:
            yield notice(after.embargo_until)


def _cities(judged: Judged) -> Iterator[str | None]:
    yield from (draft.city for draft in judged.drafts if resolved(draft))
    yield from (change.city for change in judged.changes)
    yield from (each.city for each in (judged.comment, judged.transition) if each)
