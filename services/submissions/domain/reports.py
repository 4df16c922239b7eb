"""What each kind of report asks to keep, and what is wrong with it beyond its shape."""

from collections.abc import Callable, Mapping
from datetime import datetime

from services.submissions.domain import adoption, transitions
from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import Opinion
from services.submissions.domain.message_assessment import MessageAssessment, refuse
from services.submissions.domain.transitions import RequestedChange, Step
from shared.events import (
    AdoptionDeclared,
    AdoptionEffect,
    CatalogueEntry,
    CitizenVoice,
    CityDescribed,
    CityTransition,
    CommentMade,
    Complaint,
    Event,
    NeedSubmitted,
    OutcomeReported,
    RecordConfirmed,
    RecordDue,
    RecordWithdrawn,
    ReportedAttempt,
    SolutionEmbargoed,
    SolutionEvidenced,
    SolutionSubmitted,
)
from shared.facts import (
    Adoption,
    Attempt,
    CityProfile,
    Implementation,
    Need,
    Outcome,
    Solution,
    Stage,
    Verification,
)

NEEDED: Mapping[str, str] = {
    "code": "the code of the problem it answers",
    "service_owner": "the owner of the service",
    "baseline": "a dated baseline",
}

PAIRS = frozenset({"outcome", "adoption"})
"""Kinds of records whose id is made of a solution's and a city's."""
NO_PAIR = "{!r} is a solution at most: {} named `<solution>|<city>`"


def _solution(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, SolutionSubmitted)
    lacking = [
        Complaint(path=f"problem.{name}", message=f"no solution without {NEEDED[name]}: add it")
        for name in event.lacking
    ]
    if lacking:
        return MessageAssessment(complaints=tuple(lacking))
    fact = Solution.model_validate(event.model_dump())
    hidden = {name: getattr(event, name) for name in ("embargo_until", "embargo_until_transition")}
    solution = Draft(fact=fact, **hidden)
    if event.attempt is None:
        return MessageAssessment((solution,))
    if foreign := _foreign(event.attempt, event):
        return MessageAssessment(complaints=foreign)
    attempt = _attempt(event.attempt, event.id, event.city)
    if isinstance(attempt, Complaint):
        return refuse(f"attempt.{attempt.path}", attempt.message)
    based_on = event.attempt.based_on
    return MessageAssessment((solution, attempt), attempt=attempt.key, attempt_based_on=based_on)


def _foreign(attempt: ReportedAttempt, event: SolutionSubmitted) -> tuple[Complaint, ...]:
    """What an attempt says of another city or solution than its message is about."""
    own = {"solution": event.id, "city": event.city}
    return tuple(
        Complaint(
            path=f"attempt.{name}",
            message=f"{told[:100]!r} is not {own[name][:100]!r}, which this message is about: leave it out, "
            "or report that attempt by itself (`outcome.reported`)",
        )
        for name in own
        if (told := getattr(attempt, name)) not in (None, own[name])
    )


def _outcome(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, OutcomeReported)
    attempt = _attempt(event, event.solution, event.city)
    return MessageAssessment(complaints=(attempt,)) if isinstance(attempt, Complaint) else _of_draft(attempt)


def _attempt(attempt: Attempt, solution: str, city: str) -> Draft | Complaint:
    """What a city says of its own attempt, or what is wrong with it."""
    if attempt.failure is not None and attempt.outcome in {Outcome.SUCCEEDED, Outcome.RUNNING}:
        wrong = f"a failure record does not go with outcome {attempt.outcome.value!r}"
        return Complaint(path="failure", message=wrong)
    given = {**attempt.model_dump(), "solution": solution, "city": city, "rung": 1}
    return Draft(fact=Implementation.model_validate(given), verified_by=attempt.verification)


def _of_draft(draft: Draft) -> MessageAssessment:
    return MessageAssessment((draft,))


def _adoption(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, AdoptionDeclared)
    fact = Adoption.model_validate(event.model_dump())
    if wrong := (*adoption.complaints(fact), *adoption.effect_complaints(fact.effect, "effect.")):
        return MessageAssessment(complaints=wrong)
    return MessageAssessment((Draft(fact=fact),))


def _effect(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, AdoptionEffect)
    if wrong := adoption.effect_complaints(event):
        return MessageAssessment(complaints=wrong)
    return MessageAssessment(effect=event)


def _need(event: Event, _: datetime) -> MessageAssessment:
    return MessageAssessment((Draft(fact=Need.model_validate(event.model_dump())),))


def _city(event: Event, _: datetime) -> MessageAssessment:
    return MessageAssessment((Draft(fact=CityProfile.model_validate(event.model_dump())),))


def _voice(event: Event, when: datetime) -> MessageAssessment:
    assert isinstance(event, CitizenVoice)
    return _proposal(event) if event.kind == "proposal" else _opinion(event, when)


def _proposal(voice: CitizenVoice) -> MessageAssessment:
    """Citizens propose: a need that the city has yet to confirm, the same one at every import."""
    need = Need(
        id=f"urn:citizen:{voice.city}:{voice.reference}"[:500],
        city=voice.city,
        title=voice.title,
        description=voice.text,
        language=voice.language,
        topics=voice.topics,
        stage=Stage.EXPLORING,
        supports=voice.supports,
    )
    return MessageAssessment((Draft(fact=need, state="draft", verified_by=Verification.CITIZEN_PANEL),))


def _opinion(voice: CitizenVoice, when: datetime) -> MessageAssessment:
    if voice.solution is None:
        return refuse("solution", "an opinion names the solution it is about")
    if voice.answers is None or voice.positive is None:
        return refuse("answers", "an opinion counts the answers, and the positive ones among them")
    if voice.positive > voice.answers:
        return refuse("positive", f"{voice.positive} positive of {voice.answers} answers cannot be")
    opinion = Opinion(reference=voice.reference, when=when, answers=voice.answers, positive=voice.positive)
    step = transitions.counting_citizens(voice.city, opinion)
    return MessageAssessment(changes=(RequestedChange(f"solution|{voice.solution}", voice.city, step),))


def _confirmed(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, RecordConfirmed)
    change = transitions.taking_over if event.takes_over else transitions.confirming
    return _changed(event, change(event.city, event.by))


def _withdrawn(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, RecordWithdrawn)
    change = transitions.taking_back if event.taken_back else transitions.withdrawing
    return _changed(event, change(event.city, event.by, event.reason))


def _changed(event: RecordConfirmed | RecordWithdrawn, step: Step) -> MessageAssessment:
    """The step on the record; on the attempt before its solution, which is never public without it."""
    exact = isinstance(event, RecordConfirmed) and event.takes_over
    change = RequestedChange(event.subject, event.city, step, exact)
    if event.kind in PAIRS and not _is_pair(event.record):
        return refuse("record", NO_PAIR.format(event.record[:200], f"an {event.kind} is"))
    if event.attempt is None:
        return MessageAssessment(changes=(change,))
    if event.kind != "solution":
        return refuse("attempt", f"only a solution has an attempt of its own city, not {event.kind!r}")
    attempt = RequestedChange(f"outcome|{event.record}|{event.city}", event.city, step, exact)
    based_on = event.attempt.based_on
    return MessageAssessment(changes=(attempt, change), attempt=attempt.key, attempt_based_on=based_on)


def _embargoed(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, SolutionEmbargoed)
    step = transitions.hiding(event.city, event.by, event.until, until_transition=event.until_transition)
    return MessageAssessment(changes=(RequestedChange(f"solution|{event.solution}", event.city, step),))


def _evidenced(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, SolutionEvidenced)
    return MessageAssessment(evidence=event)


def _transition(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, CityTransition)
    return MessageAssessment(transition=event)


def _due(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, RecordDue)
    return MessageAssessment(due=event)


def _comment(event: Event, _: datetime) -> MessageAssessment:
    assert isinstance(event, CommentMade)
    if not event.text and not event.withdrawn:
        return refuse("text", "a comment says something")
    if event.kind in {"reply", "dispute"} and not _is_pair(event.about):
        what = f"a {event.kind} is about an attempt, which is"
        return refuse("about", NO_PAIR.format(event.about[:200], what))
    return MessageAssessment(comment=event)


def _is_pair(record: str) -> bool:
    """Whether ``record`` has the form of an attempt's or adoption's id."""
    solution, _, city = record.rpartition("|")
    return bool(solution and city)


def _entry(_said: Event, _: datetime) -> MessageAssessment:
    return MessageAssessment()


READERS: Mapping[str, tuple[type[Event], Callable[[Event, datetime], MessageAssessment]]] = {
    model.message_type(): (model, judge)
    for model, judge in (
        (SolutionSubmitted, _solution),
        (NeedSubmitted, _need),
        (OutcomeReported, _outcome),
        (AdoptionDeclared, _adoption),
        (AdoptionEffect, _effect),
        (CityDescribed, _city),
        (CitizenVoice, _voice),
        (CatalogueEntry, _entry),
        (CommentMade, _comment),
        (RecordConfirmed, _confirmed),
        (RecordWithdrawn, _withdrawn),
        (SolutionEmbargoed, _embargoed),
        (SolutionEvidenced, _evidenced),
        (CityTransition, _transition),
        (RecordDue, _due),
    )
}
