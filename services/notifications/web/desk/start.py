"""The first page of the desk: what is due and new for the city, then what it shares."""

from services.notifications.application.our_city import CheckIn, LetterLine, MatchLine
from services.notifications.domain.desk.permissions import Permission
from services.notifications.web.desk import matches
from services.notifications.web.desk.addresses import (
    EDIT,
    address_of,
    effect_address,
    evaluation_address,
    evaluators_address,
    question_address,
    record_address,
)
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page

REPORT = "/desk/report"


async def start(request: DeskRequest) -> Page:
    """Our city."""
    city = await request.context.our_city.find(request.official, request.now)
    evaluations = request.context.evaluations
    asked = await evaluations.mine(request.official, request.now)
    decides = request.may(Permission.SEND)
    recommended = await evaluations.to_decide(request.official, request.now) if decides else []

    def check_in_address(line: CheckIn) -> str:
        if line.question.asks == "effect":
            return effect_address(line.question.subject)
        if not line.known:
            return REPORT
        return record_address("outcome", line.question.subject, EDIT)

    def letter_address(line: LetterLine) -> str:
        return request.context.sender.link(line.scope, line.letter)

    def match_address(line: MatchLine) -> str:
        if line.letter is None:
            return matches.match_address(line.card.brief.solution.id)
        item = f"?item={line.item}" if line.item else ""
        return request.context.sender.link("scorecard", line.letter) + item

    return request.show(
        "desk/start",
        city=city,
        evaluations=asked,
        recommended=recommended,
        evaluation_address=evaluation_address,
        evaluators_address=evaluators_address,
        address_of=address_of,
        check_in_address=check_in_address,
        letter_address=letter_address,
        question_address=question_address,
        match_address=match_address,
    )


ROUTES = (DeskRoute("/desk", start),)
