"""Error responses as ``application/problem+json`` (RFC 9457)."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.validation_messages import sentence

PROBLEM = "application/problem+json"


def problem(status: int, title: str, headers: object = None, **members: object) -> JSONResponse:
    """Return an RFC 9457 problem of type ``about:blank`` with ``status``, ``title`` and ``members``."""
    body = {"type": "about:blank", "title": title, "status": status, **members}
    own_headers = dict(headers) if isinstance(headers, dict) else None
    return JSONResponse(body, status, media_type=PROBLEM, headers=own_headers)


def explain_problems(app: FastAPI) -> None:
    """Make ``app`` answer every HTTP error and every invalid request (422) as a problem."""

    @app.exception_handler(RequestValidationError)
    async def unprocessable(_: Request, error: RequestValidationError) -> JSONResponse:
        complaints = [
            {"path": ".".join(str(part) for part in problem["loc"][1:]), "message": sentence(problem)}
            for problem in error.errors()
        ]
        return problem(422, "The request cannot be used", complaints=complaints)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=error.headers)
