"""Steps on records that are known: those a message asks for, and those a day or a transition brings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.repositories import ModerationQueue, RecordRepository
from services.submissions.application.visible_records import VisibleRecords
from services.submissions.domain import transitions
from services.submissions.domain.concurrent_changes import changed_since
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ownership import Contested, change_conflict
from services.submissions.domain.records import Record, due_question, titled
from services.submissions.domain.transitions import (
    RequestedChange,
    TransitionRefused,
    promoting,
    reporting_effect,
)
from shared.errors import RetryableError
from shared.events import Complaint, OutcomeDue, RecordDue, SolutionEvidenced
from shared.facts import Adoption, Implementation, Solution
from shared.visibility import Viewer


@dataclass(frozen=True)
class RecordUpdater:
    """Changes records in the store, one conditional write each."""

    records: RecordRepository
    moderation: ModerationQueue

    async def change(self, message: IncomingMessage, judged: MessageAssessment) -> list[Record] | Complaint:
        """Take every step that is asked for; return the records, or what stands against a step.

        Of a message with several steps none is taken where something stands against one of them.
        """
        changes = (*judged.changes, *await self._brought(judged, message))
        rounds = (True, False) if judged.attempt else (False,)
        changed: list[Record] = []
        for look in rounds:
            changed = []
            for requested in changes:
                record = await self._step(
                    requested, message, judged.based_on_of(requested.key), only_look=look
                )
                if isinstance(record, Complaint):
                    return record
                changed.append(record)
        return changed

    async def asked(self, due: RecordDue | None) -> Iterable[OutcomeDue]:
        """Return the question that ``due`` puts to a city, if it is one and still open.

        It names the solution by its title only where that city may see it, else by its id.
        """
        record = await self.records.record(due.subject) if due and due.what == "check_in" else None
        if due is None or record is None:
            return ()
        visible = VisibleRecords(self.records, Viewer(frozenset({record.draft.city})))
        solutions = [await visible.record(f"solution|{name}") for name in _named_in(record)]
        facts = [solution.fact for solution in solutions if solution]
        fact = next((fact for fact in facts if isinstance(fact, Solution)), None)
        question = due_question(record, fact.title if fact else "", due.day)
        return [titled(question, fact)] if question else ()

    async def _brought(
        self, judged: MessageAssessment, message: IncomingMessage
    ) -> Sequence[RequestedChange]:
        """The changes that a day, a transition or a comment brings."""
        if due := judged.due:
            special = {"check_in": transitions.asking(due.day), "say_again": transitions.again}
            return [RequestedChange(due.subject, None, special.get(due.what, transitions.passing(due.day)))]
        if moved := judged.transition:
            keys = await self.records.waiting(moved.city)
            return [RequestedChange(key, None, transitions.transition(moved.day)) for key in keys]
        if effect := judged.effect:
            return [RequestedChange(f"adoption|{effect.subject}", effect.city, reporting_effect(effect))]
        return [await self._promotion(judged.evidence, message)] if judged.evidence else []

    async def _promotion(self, evidence: SolutionEvidenced, message: IncomingMessage) -> RequestedChange:
        """The comment as evidence; one that is not there may be on its way, and is waited for a little."""
        comment = await self.moderation.comment(evidence.comment)
        if comment is None and message.may_wait:
            raise RetryableError(f"comment {evidence.comment} is not known yet")
        return RequestedChange(f"solution|{evidence.solution}", evidence.city, promoting(evidence, comment))

    async def _step(
        self, change: RequestedChange, message: IncomingMessage, based_on: int | None, *, only_look: bool
    ) -> Record | Complaint:
        """Take one step, or ``only_look`` whether it can be taken.

        A record that is not there may be on its way, and is waited for a little.
        """
        refused: list[Complaint] = []
        revisions = await self.records.revisions(change.key) if based_on and not change.exact else []

        def step(record: Record) -> Record:
            if conflict := change_conflict(change.key, record.owner, change.city, message.caller):
                raise Contested(conflict)
            after = change.step(record, message.teller)
            if isinstance(after, TransitionRefused):
                refused.append(after.complaint)
                return record
            if based_on and after != record and (late := changed_since(record, based_on, revisions)):
                refused.append(late)
                return record
            return record if only_look else after

        record = await self.records.change(change.key, step)
        if record is None and message.may_wait:
            raise RetryableError(f"{change.key} is not known yet")
        if record is None:
            unknown = f"{change.key!r} is not known here: submit it first"
            return Complaint(path="record", message=unknown[:500])
        return refused[-1] if refused else record


def _named_in(record: Record) -> tuple[str, ...]:
    """The solutions whose title tells what a question is about: its own, or that which was taken over."""
    match record.fact:
        case Implementation() as attempt:
            return (attempt.solution,)
        case Adoption() as adoption:
            return tuple(filter(None, (adoption.solution, adoption.parent)))
        case _:
            return ()
