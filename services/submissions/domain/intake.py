"""What becomes of a message: things to keep, or complaints its sender can act on. Trusts nobody."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import ValidationError

from services.submissions.domain import adoption, steps
from services.submissions.domain.records import Draft, Opinion
from services.submissions.domain.steps import Change
from shared.cloudevents import Malformed, parse_json
from shared.events import (
    TYPE_PREFIX,
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
    ProcurementRelease,
    RecordConfirmed,
    RecordDue,
    RecordWithdrawn,
    SolutionEmbargoed,
    SolutionSubmitted,
)
from shared.facts import Adoption, CityProfile, Implementation, Need, Outcome, Solution, Stage, Verification

MOST_BYTES = 10_000_000
MOST_COMPLAINTS = 20
BEFORE_ALL = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_IN_RELEASE = re.compile(rb'\s*\{\s*"release"\s*:')


@dataclass(frozen=True)
class Judged:
    """What a message asks to keep, or the complaints that stand against it.

    ``drafts`` are words about things, ``changes`` are steps on records that are known, and the others are
    kept for what they are.
    """

    drafts: tuple[Draft, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    changes: tuple[Change, ...] = ()
    comment: CommentMade | None = None
    transition: CityTransition | None = None
    due: RecordDue | None = None

    @property
    def useless(self) -> bool:
        """Whether there is nothing in it but complaints."""
        kept = (*self.drafts, *self.changes, self.comment, self.transition, self.due)
        return bool(self.complaints) and not any(kept)


def judge_report(kind: str, data: bytes, said: datetime = BEFORE_ALL) -> Judged:
    """Judge the data of a native message of CloudEvents type ``kind``, said at ``said``.

    A catalogue entry is judged here by its shape only; ``catalogue.py`` reads what stands in it.
    """
    if too_large := size_complaint(data):
        return Judged(complaints=(too_large,))
    if kind not in _READERS:
        return refuse("type", f"{kind!r} is not known here; known are {', '.join(sorted(_READERS))}")
    model, judge = _READERS[kind]
    try:
        return judge(model.model_validate(parse_json(data)), said)
    except Malformed as error:
        return refuse(error.path, str(error))
    except ValidationError as error:
        return Judged(complaints=tuple(_complaints(error)))


def size_complaint(data: bytes, most: int = MOST_BYTES) -> Complaint | None:
    """What is said about more than ``most`` bytes, before anything is parsed."""
    if len(data) <= most:
        return None
    return Complaint(path="", message=f"{len(data)} bytes are more than {most}: send parts")


def is_procurement(kind: str) -> bool:
    """Whether a message carries OCDS: said so by its type, or bare, from a legacy publisher."""
    return kind in {ProcurementRelease.message_type(), "ocds"}


def bare_release(data: bytes) -> bytes:
    """Return the OCDS document in ``data``, which may stand alone or as ``{"release": …}``."""
    if not _IN_RELEASE.match(data):
        return data
    try:
        whole = parse_json(data)
    except Malformed:
        return data
    inside = whole.get("release") if isinstance(whole, dict) else None
    return orjson.dumps(inside) if isinstance(inside, dict | list) else data


def routing_key(kind: str) -> str:
    """The routing key of a CloudEvents type: ``org.citiesshare.need.submitted.v1`` → ``need.submitted``."""
    bare = kind.removeprefix(TYPE_PREFIX)
    return bare.rsplit(".v", 1)[0] if ".v" in bare else bare


def refuse(path: str, message: str) -> Judged:
    """Return the judgement that one thing is wrong."""
    return Judged(complaints=(Complaint(path=path, message=message[:500]),))


def _solution(said: Event, _: datetime) -> Judged:
    assert isinstance(said, SolutionSubmitted)
    lacking = [
        Complaint(path=f"problem.{name}", message=f"no solution without {why}: add it")
        for name, why in (
            ("code", "the code of the problem it answers"),
            ("service_owner", "the owner of the service"),
            ("baseline", "a dated baseline"),
        )
        if getattr(said.problem, name) is None
    ]
    if lacking:
        return Judged(complaints=tuple(lacking))
    fact = Solution.model_validate(said.model_dump())
    hidden = {name: getattr(said, name) for name in ("embargo_until", "embargo_until_transition")}
    return Judged((Draft(fact=fact, **hidden),))


def _outcome(said: Event, _: datetime) -> Judged:
    assert isinstance(said, OutcomeReported)
    if said.failure is not None and said.outcome in {Outcome.SUCCEEDED, Outcome.RUNNING}:
        return refuse("failure", f"a failure record does not go with outcome {said.outcome.value!r}")
    fact = Implementation.model_validate({**said.model_dump(), "rung": 1})
    return Judged((Draft(fact=fact, verified_by=said.verification),))


def _adoption(said: Event, _: datetime) -> Judged:
    assert isinstance(said, AdoptionDeclared)
    fact = Adoption.model_validate(said.model_dump())
    if wrong := adoption.complaints(fact):
        return Judged(complaints=wrong)
    return Judged((Draft(fact=fact),))


def _need(said: Event, _: datetime) -> Judged:
    return Judged((Draft(fact=Need.model_validate(said.model_dump())),))


def _city(said: Event, _: datetime) -> Judged:
    return Judged((Draft(fact=CityProfile.model_validate(said.model_dump())),))


def _voice(said: Event, when: datetime) -> Judged:
    assert isinstance(said, CitizenVoice)
    return _proposal(said) if said.kind == "proposal" else _opinion(said, when)


def _proposal(said: CitizenVoice) -> Judged:
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
    return Judged((Draft(fact=need, state="draft", verified_by=Verification.CITIZEN_PANEL),))


def _opinion(said: CitizenVoice, when: datetime) -> Judged:
    if said.solution is None:
        return refuse("solution", "an opinion names the solution it is about")
    if said.answers is None or said.positive is None:
        return refuse("answers", "an opinion counts the answers, and the positive ones among them")
    if said.positive > said.answers:
        return refuse("positive", f"{said.positive} positive of {said.answers} answers cannot be")
    opinion = Opinion(reference=said.reference, when=when, answers=said.answers, positive=said.positive)
    step = steps.hearing_citizens(said.city, opinion)
    return Judged(changes=(Change(f"solution|{said.solution}", said.city, step),))


def _confirmed(said: Event, _: datetime) -> Judged:
    assert isinstance(said, RecordConfirmed)
    return Judged(changes=(Change(said.subject, said.city, steps.confirming(said.city, said.by)),))


def _withdrawn(said: Event, _: datetime) -> Judged:
    assert isinstance(said, RecordWithdrawn)
    step = steps.withdrawing(said.city, said.by, said.reason)
    return Judged(changes=(Change(said.subject, said.city, step),))


def _embargoed(said: Event, _: datetime) -> Judged:
    assert isinstance(said, SolutionEmbargoed)
    step = steps.hiding(said.city, said.until, until_transition=said.until_transition)
    return Judged(changes=(Change(f"solution|{said.solution}", said.city, step),))


def _transition(said: Event, _: datetime) -> Judged:
    assert isinstance(said, CityTransition)
    return Judged(transition=said)


def _due(said: Event, _: datetime) -> Judged:
    assert isinstance(said, RecordDue)
    return Judged(due=said)


def _comment(said: Event, _: datetime) -> Judged:
    assert isinstance(said, CommentMade)
    if not said.text:
        return refuse("text", "a comment says something")
    return Judged(comment=said)


def _entry(_said: Event, _: datetime) -> Judged:
    return Judged()


_READERS: Mapping[str, tuple[type[Event], Callable[[Event, datetime], Judged]]] = {
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
        (CityTransition, _transition),
        (RecordDue, _due),
    )
}


def _complaints(error: ValidationError) -> list[Complaint]:
    return [
        Complaint(path=".".join(str(part) for part in problem["loc"])[:500], message=problem["msg"][:500])
        for problem in error.errors(include_url=False, include_input=False)[:MOST_COMPLAINTS]
    ]
