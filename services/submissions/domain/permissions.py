"""What a caller may not say: refused before its data are read, or left out, and said to be left out."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from services.submissions.domain.message_assessment import MessageAssessment, refuse
from services.submissions.domain.publishers import Caller, city_complaints, speaks_for
from services.submissions.domain.reports import READERS
from services.submissions.domain.validation import is_procurement
from shared.events import SENT_BY, Complaint, ProcurementRelease, RecordDue
from shared.facts import Fact, Implementation, Kpi, Solution, Verification

# Who vouches: a city for itself and for a panel of its citizens, records for themselves.
VOUCHED_BY_ANYBODY = frozenset({Verification.SELF, Verification.CITIZEN_PANEL})


def type_complaint(caller: Caller, kind: str, key: str | None = None) -> Complaint | None:
    """What stands against a message of CloudEvents type ``kind`` that came under the routing ``key``, if any.

    Over HTTP there is no key. A type that is not known is left to whoever reads it.
    """
    event = ProcurementRelease if is_procurement(kind) else READERS[kind][0] if kind in READERS else None
    if event is None:
        return None
    if key is not None and not f"{key}.".startswith(f"{event.key}."):
        message = f"{kind!r} has the routing key {event.key!r}, not {key!r}: use that"
        return Complaint(path="type", message=message[:500])
    if caller.kind is None or event in SENT_BY[caller.kind]:
        return None
    if event is RecordDue:
        return Complaint(path="type", message="only the service's own clock says so")
    senders = ", ".join(name for name, sent in SENT_BY.items() if event in sent)
    message = f"an account of kind {caller.kind!r} does not send {event.key!r}; those that do: {senders}"
    return Complaint(path="type", message=message[:500])


def permitted(judged: MessageAssessment, caller: Caller, verified: Collection[Kpi] = ()) -> MessageAssessment:
    """Return what ``caller`` may say of ``judged``, with a complaint for each thing that it may not.

    ``verified`` are results that its records have already: an official who edits a record repeats them.
    """
    if judged.due and not caller.trusted:
        return refuse("type", "only the service's own clock says so")
    if unverified := verification_complaint(judged, caller, verified):
        return MessageAssessment(complaints=(*judged.complaints, unverified))
    return _of_its_cities(judged, caller)


def forbidden(judged: MessageAssessment, caller: Caller) -> tuple[Complaint, ...]:
    """Return what ``caller`` may not say of ``judged``."""
    unverified = verification_complaint(judged, caller)
    cities = city_complaints(caller, filter(None, _cities(judged)))
    return (*filter(None, (unverified,)), *cities)


def verification_complaint(
    judged: MessageAssessment, caller: Caller, verified: Collection[Kpi] = ()
) -> Complaint | None:
    """What is said of a report that vouches for more than ``caller`` may vouch for: it is refused whole."""
    if caller.trusted and caller.publisher is None:
        return None
    if caller.publisher and caller.publisher.verifies:
        return None
    for draft in judged.drafts:
        for path, verification in _verifications(draft.fact, verified):
            if verification not in VOUCHED_BY_ANYBODY:
                wrong = f"{caller.who!r} may not say {verification.value!r}: only accounts that verify do"
                return Complaint(path=judged.path_of(draft, path), message=f"{wrong}; say 'self'"[:500])
    return None


def _verifications(fact: Fact, verified: Collection[Kpi]) -> Iterator[tuple[str, Verification]]:
    """Every place of a city's own report that says who vouches for it, but for ``verified`` results."""
    if isinstance(fact, Implementation):
        yield "verification", fact.verification
    if isinstance(fact, Solution):
        for number, kpi in enumerate(fact.kpis):
            if kpi not in verified:
                yield f"kpis.{number}.verification", kpi.verification


def _of_its_cities(judged: MessageAssessment, caller: Caller) -> MessageAssessment:
    comment, moved, evidence, effect = judged.comment, judged.transition, judged.evidence, judged.effect

    def mine(city: str | None) -> bool:
        return city is None or speaks_for(caller, city)

    wrong = tuple(city_complaints(caller, filter(None, _cities(judged))))
    return replace(
        judged,
        drafts=tuple(draft for draft in judged.drafts if mine(draft.named_city)),
        processes=tuple(process for process in judged.processes if all(map(mine, process.cities))),
        changes=tuple(change for change in judged.changes if mine(change.city)),
        comment=comment if comment and mine(comment.city) else None,
        evidence=evidence if evidence and mine(evidence.city) else None,
        effect=effect if effect and mine(effect.city) else None,
        transition=moved if moved and mine(moved.city) else None,
        complaints=(*judged.complaints, *wrong),
    )


def _cities(judged: MessageAssessment) -> Iterator[str | None]:
    yield from (draft.named_city for draft in judged.drafts)
    for process in judged.processes:
        yield from process.cities
    yield from (change.city for change in judged.changes)
    others = (judged.comment, judged.evidence, judged.effect, judged.transition)
    yield from (event.city for event in others if event)
