"""Pages and redirects as HTTP responses."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from services.notifications.application.ports import NoPdf
from services.notifications.http.session_cookie import session_cookie
from services.notifications.web.page_context import PageContext
from services.notifications.web.page_session import Page, Printed, Redirect
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers


def html(page: str, status: int = 200) -> HTMLResponse:
    """Return a page with the security headers."""
    return HTMLResponse(page, status, security_headers())


def closed(context: PageContext, problem: PageProblem, locale: str, *, acts: bool = False) -> HTMLResponse:
    """Return the page for what cannot be shown: why, and what to do.

    A mail program that unsubscribes for its reader must not be told of an error where nothing comes any more.
    """
    status = 200 if problem.reason == "stopped_with_post" else problem.status
    return html(context.renderer.show("closed", locale, reason=str(problem.reason), acts=acts), status)


async def pdf(context: PageContext, page: Printed, headers: dict[str, str]) -> Response:
    """Return a page as PDF. Raises ``PageProblem`` where it cannot be made now."""
    try:
        content = await context.pdf.print(page.pages)
    except NoPdf as error:
        raise PageProblem("no_pdf") from error
    named = f"inline; filename=\"briefing.pdf\"; filename*=UTF-8''{quote(page.name)}"
    return Response(content, 200, headers | {"Content-Disposition": named}, "application/pdf")


async def answer(context: PageContext, request: Request, page: Page | Printed | Redirect) -> Response:
    """Return what a page's handler decided; a session that begins takes the place of the browser's last."""
    if isinstance(page, Printed):
        return await pdf(context, page, security_headers())
    if isinstance(page, Page):
        return html(page.html, page.status)
    response = RedirectResponse(page.address, 303, security_headers())
    if page.token is not None:
        cookie = session_cookie(context.sender.site, context.sessions.limits)
        await context.sessions.end_by_token(cookie.read(request))
        cookie.write(response, page.token)
    return response
