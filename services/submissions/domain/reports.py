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


def _solution(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, SolutionSubmitted)
    lacking = [
        Complaint(path=f"problem.{name}", message=f"no solution without {NEEDED[name]}: add it")
        for name in said.lacking
    ]
    if lacking:
        return MessageAssessment(complaints=tuple(lacking))
    fact = Solution.model_validate(said.model_dump())
    hidden = {name: getattr(said, name) for name in ("embargo_until", "embargo_until_transition")}
    solution = Draft(fact=fact, **hidden)
    if said.attempt is None:
        return MessageAssessment((solution,))
    attempt = _attempt(said.attempt, said.id, said.city)
    if isinstance(attempt, Complaint):
        return refuse(f"attempt.{attempt.path}", attempt.message)
    based_on = said.attempt.based_on
    return MessageAssessment((solution, attempt), attempt=attempt.key, attempt_based_on=based_on)


def _outcome(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, OutcomeReported)
    attempt = _attempt(said, said.solution, said.city)
    return MessageAssessment(complaints=(attempt,)) if isinstance(attempt, Complaint) else _kept(attempt)


def _attempt(said: Attempt, solution: str, city: str) -> Draft | Complaint:
    """What a city says of its own attempt, or what is wrong with it."""
    if said.failure is not None and said.outcome in {Outcome.SUCCEEDED, Outcome.RUNNING}:
        wrong = f"a failure record does not go with outcome {said.outcome.value!r}"
        return Complaint(path="failure", message=wrong)
    given = {**said.model_dump(), "solution": solution, "city": city, "rung": 1}
    return Draft(fact=Implementation.model_validate(given), verified_by=said.verification)


def _kept(draft: Draft) -> MessageAssessment:
    return MessageAssessment((draft,))


def _adoption(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, AdoptionDeclared)
    fact = Adoption.model_validate(said.model_dump())
    if wrong := adoption.complaints(fact):
        return MessageAssessment(complaints=wrong)
    return MessageAssessment((Draft(fact=fact),))


def _need(said: Event, _: datetime) -> MessageAssessment:
    return MessageAssessment((Draft(fact=Need.model_validate(said.model_dump())),))


def _city(said: Event, _: datetime) -> MessageAssessment:
    return MessageAssessment((Draft(fact=CityProfile.model_validate(said.model_dump())),))


def _voice(said: Event, when: datetime) -> MessageAssessment:
    assert isinstance(said, CitizenVoice)
    return _proposal(said) if said.kind == "proposal" else _opinion(said, when)


def _proposal(said: CitizenVoice) -> MessageAssessment:
    """Citizens propose: a need that the city has yet to confirm, the same one at every import."""
    need = Need(
        id=f"urn:citizen:{said.city}:{said.reference}"[:500],
        city=said.city,
        title=said.title,
        description=said.text,
        language=said.language,
        topics=said.topics,
        stage=Stage.EXPLORING,
        supports=said.supports,
    )
    return MessageAssessment((Draft(fact=need, state="draft", verified_by=Verification.CITIZEN_PANEL),))


def _opinion(said: CitizenVoice, when: datetime) -> MessageAssessment:
    if said.solution is None:
        return refuse("solution", "an opinion names the solution it is about")
    if said.answers is None or said.positive is None:
        return refuse("answers", "an opinion counts the answers, and the positive ones among them")
    if said.positive > said.answers:
        return refuse("positive", f"{said.positive} positive of {said.answers} answers cannot be")
    opinion = Opinion(reference=said.reference, when=when, answers=said.answers, positive=said.positive)
    step = transitions.hearing_citizens(said.city, opinion)
    return MessageAssessment(changes=(RequestedChange(f"solution|{said.solution}", said.city, step),))


def _confirmed(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, RecordConfirmed)
    return _changed(said, transitions.confirming(said.city, said.by))


def _withdrawn(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, RecordWithdrawn)
    change = transitions.taking_back if said.taken_back else transitions.withdrawing
    return _changed(said, change(said.city, said.by, said.reason))


def _changed(said: RecordConfirmed | RecordWithdrawn, step: Step) -> MessageAssessment:
    """The step on the record; on the attempt before its solution, which is never public without it."""
    change = RequestedChange(said.subject, said.city, step)
    if said.attempt is None:
        return MessageAssessment(changes=(change,))
    if said.kind != "solution":
        return refuse("attempt", f"only a solution has an attempt of its own city, not {said.kind!r}")
    attempt = RequestedChange(f"outcome|{said.record}|{said.city}", said.city, step)
    based_on = said.attempt.based_on
    return MessageAssessment(changes=(attempt, change), attempt=attempt.key, attempt_based_on=based_on)


def _embargoed(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, SolutionEmbargoed)
    step = transitions.hiding(said.city, said.by, said.until, until_transition=said.until_transition)
    return MessageAssessment(changes=(RequestedChange(f"solution|{said.solution}", said.city, step),))


def _evidenced(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, SolutionEvidenced)
    return MessageAssessment(evidence=said)


def _transition(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, CityTransition)
    return MessageAssessment(transition=said)


def _due(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, RecordDue)
    return MessageAssessment(due=said)


def _comment(said: Event, _: datetime) -> MessageAssessment:
    assert isinstance(said, CommentMade)
    if not said.text:
        return refuse("text", "a comment says something")
    return MessageAssessment(comment=said)


def _entry(_said: Event, _: datetime) -> MessageAssessment:
    return MessageAssessment()


READERS: Mapping[str, tuple[type[Event], Callable[[Event, datetime], MessageAssessment]]] = {
    model.message_type(): (model, judge)
    for model, judge in (
        (SolutionSubmitted, _solution),
        (NeedSubmitted, _need),
        (OutcomeReported, _outcome),
        (AdoptionDeclared, _adoption),
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
