"""Errors as pages: a browser gets words and the way on, a program the problem document of every service."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.notifications.http.answers import html
from services.notifications.http.forms import wanted_language
from services.notifications.web.problems import Reason
from services.notifications.web.rendering import PageRenderer
from shared.http.problem_details import problem

REASONS: dict[int, Reason] = {400: "unreadable", 404: "not_there", 405: "not_there", 500: "failed"}
"""Why there is no page, by the HTTP status."""
Handler: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]


def show_errors(app: FastAPI, renderer: PageRenderer) -> None:
    """Have ``app`` answer errors with a page where HTML is asked for, else as it does already."""
    own = dict(app.exception_handlers)

    def page(request: Request, status: int) -> Response | None:
        if "text/html" not in request.headers.get("accept", "") or status not in REASONS:
            return None
        locale, reason = wanted_language(request), REASONS[status]
        return html(renderer.show("closed", locale, reason=reason, acts=False), status)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        # An address with an unknown part answers 422 to programs; to a reader it is no page.
        return page(request, status) or await _own(own, request, error)

    async def failed(request: Request, _: Exception) -> Response:
        return page(request, 500) or problem(500, "Internal Server Error")

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(Exception, failed)


async def _own(own: dict[object, Handler], request: Request, error: Exception) -> Response:
    kind = HTTPException if isinstance(error, HTTPException) else RequestValidationError
    return await own[kind](request, error)
