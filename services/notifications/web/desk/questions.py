"""Questions at the desk: asking the city that shared a solution, those asked to us, and those asked by us."""

from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.questions import CityQuestion
from services.notifications.web.desk.addresses import ASK, QUESTIONS, question_address
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem
from services.notifications.web.question_page import DONE, act, mistakes_in


async def ask(request: DeskRequest) -> Page | Redirect:
    """The form that asks the city of a solution; its text waits here while somebody signs in."""
    context, official = request.context, request.official
    solution = await context.questions.solution(request.path["solution"], official, request.now)
    if solution is None:
        raise PageProblem("not_there")
    mistakes: dict[str, str] = {}
    if request.acts:
        mistakes = mistakes_in({"words": request.field("words")})
        if not mistakes:
            asked = await context.questions.ask(official, solution, request.field("words"), request.now)
            if isinstance(asked, CityQuestion):
                return Redirect(f"{question_address(asked.id)}?done=asked")
            mistakes = {"words": asked}
    return request.show(
        "desk/ask",
        422 if mistakes else 200,
        title=title_for(solution, official.speaks()),
        city=await context.store.city_name(solution.city),
        own=solution.city == official.city,
        mistakes=mistakes,
    )


async def questions(request: DeskRequest) -> Page:
    """What others ask us, and what we asked."""
    pages = await request.context.questions.of_city(request.official, request.now)
    return request.show(
        "desk/questions",
        asked_us=[page for page in pages if page.side == "asked"],
        asked_by_us=[page for page in pages if page.side == "asking"],
        question_address=question_address,
    )


async def question(request: DeskRequest) -> Page | Redirect:
    """One question. That somebody of the asked city opens it here is what its state ``read`` means."""
    service, official, key = request.context.questions, request.official, request.path["question"]
    page = await service.find(key, official, request.now)
    if page is None:
        raise PageProblem("not_there")
    mistakes: dict[str, str] = {}
    if request.acts:
        if not request.may(Permission.SEND):
            raise PageProblem("not_allowed")
        form = {name: request.field(name) for name in request.form}
        mistakes = await act(service, page, official, form, request.publish, request.now)
        if not mistakes:
            return Redirect(f"{question_address(key)}?done={DONE[form['do']]}")
        page = await service.find(key, official, request.now) or page
    else:
        read = await service.note_read(page.question, official, request.now)
        page = page._replace(question=read)
    return request.show("desk/question", 422 if mistakes else 200, shown=page, mistakes=mistakes)


ROUTES = (
    DeskRoute(ASK + "/{solution:path}", ask, Permission.SEND),
    DeskRoute(QUESTIONS, questions),
    DeskRoute(QUESTIONS + "/{question}", question),
)
