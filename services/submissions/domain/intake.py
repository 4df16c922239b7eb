"""What becomes of a message: drafts to keep, or complaints its sender can act on. Trusts nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from services.submissions.domain.records import Draft
from shared.cloudevents import Malformed, parse_json
from shared.events import (
    TYPE_PREFIX,
    AdoptionDeclared,
    CityDescribed,
    Complaint,
    Event,
    NeedSubmitted,
    OutcomeReported,
    ProcurementRelease,
    SolutionSubmitted,
)
from shared.facts import Adoption, CityProfile, Implementation, Need, Outcome, Solution

MOST_BYTES = 10_000_000
MOST_COMPLAINTS = 20


@dataclass(frozen=True)
class Judged:
    """Drafts, or the complaints that stand against them: never both."""

    drafts: tuple[Draft, ...] = ()
    complaints: tuple[Complaint, ...] = ()


def event_type(model: type[Event]) -> str:
    """The CloudEvents type under which ``model`` comes in."""
    return model.message_type()


def judge_report(kind: str, data: bytes) -> Judged:
    """Judge the data of a native message of CloudEvents type ``kind``."""
    if len(data) > MOST_BYTES:
        return _refuse("", f"{len(data)} bytes are more than {MOST_BYTES}: send parts, or a link as dataref")
    if kind not in _READERS:
        return _refuse("type", f"{kind!r} is not known here; known are {', '.join(sorted(_READERS))}")
    model, draft = _READERS[kind]
    try:
        said = model.model_validate(parse_json(data))
    except Malformed as error:
        return _refuse(error.path, str(error))
    except ValidationError as error:
        return Judged(complaints=tuple(_complaints(error)))
    return draft(said)


def _solution(said: Event) -> Judged:
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
    return Judged((Draft(fact=fact, embargo_until=said.embargo_until),))


def _outcome(said: Event) -> Judged:
    assert isinstance(said, OutcomeReported)
    if said.failure is not None and said.outcome in {Outcome.SUCCEEDED, Outcome.RUNNING}:
        return _refuse("failure", f"a failure record does not go with outcome {said.outcome.value!r}")
    return Judged((Draft(fact=Implementation.model_validate({**said.model_dump(), "rung": 1})),))


def _adoption(said: Event) -> Judged:
    assert isinstance(said, AdoptionDeclared)
    if said.kind != "built" and said.parent is None:
        return _refuse("parent", f"an adoption of kind {said.kind!r} names the parent solution it came from")
    return Judged((Draft(fact=Adoption.model_validate(said.model_dump())),))


def _need(said: Event) -> Judged:
    return Judged((Draft(fact=Need.model_validate(said.model_dump())),))


def _city(said: Event) -> Judged:
    return Judged((Draft(fact=CityProfile.model_validate(said.model_dump())),))


_READERS: Mapping[str, tuple[type[Event], Callable[[Event], Judged]]] = {
    event_type(SolutionSubmitted): (SolutionSubmitted, _solution),
    event_type(NeedSubmitted): (NeedSubmitted, _need),
    event_type(OutcomeReported): (OutcomeReported, _outcome),
    event_type(AdoptionDeclared): (AdoptionDeclared, _adoption),
    event_type(CityDescribed): (CityDescribed, _city),
}


def is_procurement(kind: str) -> bool:
    """Whether a message carries OCDS: said so by its type, or bare, from a legacy publisher."""
    return kind in {ProcurementRelease.message_type(), "ocds"}


def routing_key(kind: str) -> str:
    """The routing key of a CloudEvents type: ``org.citiesshare.need.submitted.v1`` → ``need.submitted``."""
    bare = kind.removeprefix(TYPE_PREFIX)
    return bare.rsplit(".v", 1)[0] if ".v" in bare else bare


def _complaints(error: ValidationError) -> list[Complaint]:
    return [
        Complaint(path=".".join(str(part) for part in problem["loc"]), message=problem["msg"][:500])
        for problem in error.errors(include_url=False, include_input=False)[:MOST_COMPLAINTS]
    ]


def _refuse(path: str, message: str) -> Judged:
    return Judged(complaints=(Complaint(path=path, message=message[:500]),))
