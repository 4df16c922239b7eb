"""Evaluators of a solution, for its own city and for operators; and what an evaluator writes and recommends.

Notes are on the evaluator's own page alone.
"""

from services.notifications.domain.addresses import normal_address
from services.notifications.domain.desk.evaluations import (
    DESIGNS,
    LONGEST_NOTES,
    LONGEST_REASON,
    SIGNS,
    EvidenceDecision,
    Recommendation,
    SolutionEvaluation,
)
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.officials import Official
from services.notifications.web.desk.addresses import (
    EVALUATIONS,
    EVALUATORS,
    evaluation_address,
    evaluators_address,
)
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem
from shared.facts import Solution

UNUSABLE = 422


async def evaluators(request: DeskRequest) -> Page | Redirect:
    """Who judges a solution, what was recommended, and the forms to assign, end and decide."""
    solution = await _solution(request)
    if not request.acts:
        return await _show(request, solution, {})
    mistakes: dict[str, str] = {}
    match request.field("do"):
        case "assign":
            mistakes = await _assign(request, solution)
        case "end":
            await request.context.evaluations.end(await _evaluation(request, solution), request.now)
        case "accept" | "decline":
            mistakes = await _decide(request, solution)
        case _:
            mistakes = {"evaluator": "choose"}
    if mistakes:
        return await _show(request, solution, mistakes)
    return Redirect(f"{evaluators_address(solution.id)}?done=saved")


async def mine(request: DeskRequest) -> Page:
    """What the official is asked to judge."""
    lines = await request.context.evaluations.mine(request.official, request.now)
    return request.show("desk/evaluations", lines=lines, evaluation_address=evaluation_address)


async def evaluation(request: DeskRequest) -> Page | Redirect:
    """The evaluator's notes, which nobody else sees, and the recommendation to the solution's city."""
    evaluations, official = request.context.evaluations, request.official
    own = await evaluations.own(request.path["evaluation"], official)
    if own is None:
        raise PageProblem("not_there")
    mistakes: dict[str, str] = {}
    if request.acts:
        mistakes = await (_recommend if request.field("do") == "recommend" else _save_notes)(request, own)
        if not mistakes:
            return Redirect(f"{evaluation_address(own.id)}?done=saved")
    notes = await evaluations.notes(own, official)
    solution = await evaluations.solution(own.solution, official, request.now)
    recommended = own.recommendation
    stored = {"notes": notes.text} | (
        {"sms": str(recommended.sms), "sign": recommended.sign, "reason": recommended.reason}
        if recommended
        else {}
    )
    typed = {name: request.field(name) for name in ("notes", "sms", "sign", "reason") if name in request.form}
    return request.show(
        "desk/evaluation",
        UNUSABLE if mistakes else 200,
        evaluation=own,
        notes=notes,
        solution=solution,
        owner=await request.context.store.city_name(own.owner),
        designs=DESIGNS,
        signs=SIGNS,
        values=stored | typed,
        mistakes=mistakes,
    )


async def _solution(request: DeskRequest) -> Solution:
    """The solution of the address. Raises ``PageProblem`` where the official may not assign evaluators."""
    evaluations = request.context.evaluations
    solution = await evaluations.solution(request.path["record"], request.official, request.now)
    if solution is None:
        raise PageProblem("not_there")
    if not (_owns(request, solution) or request.may(Permission.OPERATE)):
        raise PageProblem("not_there")
    return solution


def _owns(request: DeskRequest, solution: Solution) -> bool:
    return solution.city == request.official.city and request.may(Permission.SEND)


async def _show(request: DeskRequest, solution: Solution, mistakes: dict[str, str]) -> Page:
    evaluations, owns = request.context.evaluations, _owns(request, solution)
    lines = await evaluations.of_solution(solution.id, request.official, request.now)
    return request.show(
        "desk/evaluators",
        UNUSABLE if mistakes else 200,
        solution=solution,
        lines=lines,
        owns=owns,
        posts=await evaluations.evaluators(request.official) if owns else [],
        operates=request.may(Permission.OPERATE),
        mistakes=mistakes,
    )


async def _assign(request: DeskRequest, solution: Solution) -> dict[str, str]:
    """Ask a post of the own city, or, as an operator, whoever has an address."""
    evaluator, operates = await _evaluator(request, solution)
    if evaluator is None:
        return {"email" if operates else "evaluator": "choose"}
    await request.context.evaluations.assign(
        solution, evaluator, request.official, request.now, by_operator=operates
    )
    return {}


async def _evaluator(request: DeskRequest, solution: Solution) -> tuple[Official | None, bool]:
    evaluations, address = request.context.evaluations, request.field("email")
    if address and request.may(Permission.OPERATE):
        return await evaluations.at_address(normal_address(address)), True
    posts = await evaluations.evaluators(request.official) if _owns(request, solution) else []
    return next((post for post in posts if post.id == request.field("evaluator")), None), False


async def _decide(request: DeskRequest, solution: Solution) -> dict[str, str]:
    """Accept a recommendation as evidence, or not: the solution's own city alone."""
    if not _owns(request, solution):
        raise PageProblem("not_allowed")
    found, evaluations = await _evaluation(request, solution), request.context.evaluations
    accepted = request.field("do") == "accept"
    if found.decision and found.decision.accepted is accepted:
        return {}
    if not found.waits or request.field("version") != str(found.version):
        return {"evaluator": "changed_meanwhile"}
    if accepted and not await evaluations.takes_evidence(found):
        return {"evaluator": "not_decided"}
    if accepted and (message := await evaluations.message(found)):
        await request.publish(message)
    decision = EvidenceDecision(accepted=accepted, by=request.official.post, at=request.now)
    return {} if await evaluations.decide(found, decision) else {"evaluator": "changed_meanwhile"}


async def _evaluation(request: DeskRequest, solution: Solution) -> SolutionEvaluation:
    """The evaluation that the form names. Raises ``PageProblem`` where it is none of this solution."""
    found = await request.context.store.evaluations.find(request.field("evaluation"))
    if found is None or found.solution != solution.id:
        raise PageProblem("not_there")
    return found


async def _save_notes(request: DeskRequest, own: SolutionEvaluation) -> dict[str, str]:
    text = request.field("notes")
    if len(text) > LONGEST_NOTES:
        return {"notes": "too_long"}
    evaluations, version = request.context.evaluations, request.field("version")
    notes = await evaluations.notes(own, request.official)
    seen = int(version) if version.isdecimal() and len(version) < 10 else -1
    saved = await evaluations.save_notes(notes, text, seen, request.now)
    return {} if saved else {"notes": "changed_meanwhile"}


async def _recommend(request: DeskRequest, own: SolutionEvaluation) -> dict[str, str]:
    sms, sign, reason = (request.field(name) for name in ("sms", "sign", "reason"))
    mistakes: dict[str, str] = {}
    if sms not in map(str, DESIGNS):
        mistakes["sms"] = "choose"
    if sign not in SIGNS:
        mistakes["sign"] = "choose"
    if not reason or len(reason) > LONGEST_REASON:
        mistakes["reason"] = "too_long" if reason else "say_something"
    if mistakes:
        return mistakes
    before = own.recommendation
    if before and (str(before.sms), before.sign, before.reason) == (sms, sign, reason):
        return {}
    given = {"sms": int(sms), "sign": sign, "reason": reason, "at": request.now}
    recommendation = Recommendation.model_validate(given)
    done = await request.context.evaluations.recommend(own, recommendation)
    return {} if done else {"reason": "changed_meanwhile"}


ROUTES = (
    DeskRoute(EVALUATORS + "/{record:path}", evaluators),
    DeskRoute(EVALUATIONS, mine),
    DeskRoute(EVALUATIONS + "/{evaluation}", evaluation),
)
