"""Every answer of every service says what a browser may do with it; documents load nothing from elsewhere."""

import re

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from services.notifications.web.rendering import security_headers
from shared.http.asgi import Service
from tests.contract.documents import application

SERVICES = ("submissions", "scoring", "notifications")
EVERY = pytest.mark.parametrize("service", SERVICES)
PATHS = (
    "/docs",
    "/asyncapi",
    "/openapi.json",
    "/asyncapi.json",
    "/health/live",
    "/swagger/swagger-ui.css",
    "/pages/docs.js",
    "/nowhere",
    "/swagger/nowhere.js",
)


async def ask(app: FastAPI, path: str, method: str = "GET", **headers: str) -> Response:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.request(method, path, headers=headers)


def directives(answer: Response) -> dict[str, str]:
    """The policy of an answer, by directive."""
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def closed(answer: Response) -> bool:
    """Whether nobody frames the answer, guesses its type, or is told where its links were."""
    policy = directives(answer)
    none = {"default-src", "base-uri", "frame-ancestors"}
    return (
        {policy[name] for name in none} == {"'none'"}
        and answer.headers["x-content-type-options"] == "nosniff"
        and answer.headers["referrer-policy"] == "no-referrer"
    )


@EVERY
@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_is_closed(service: str, path: str) -> None:
    for method in ("GET", "DELETE"):
        answer = await ask(application(service), path, method)
        assert closed(answer), (method, path, answer.headers)


@EVERY
@pytest.mark.parametrize("path", ["/metrics", "/health/work", "/asyncapi", "/asyncapi.json", "/nowhere"])
async def test_the_operators_answers_are_closed_too(service: str, path: str) -> None:
    app = application(service).operations
    assert app is not None
    assert closed(await ask(app, path))


async def test_an_error_inside_is_closed_too() -> None:
    app = Service("broken", https=True)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("inside")

    answer = await ask(app, "/broken")
    assert answer.status_code == 500
    assert closed(answer)
    assert "inside" not in answer.text


@pytest.mark.parametrize(("https", "said"), [(True, "max-age=31536000"), (False, None)])
async def test_who_is_reached_over_tls_stays_so(https: bool, said: str | None) -> None:
    answer = await ask(Service("any", https=https), "/nowhere")
    assert answer.headers.get("strict-transport-security") == said


@EVERY
async def test_what_is_answered_to_a_key_is_kept_by_no_cache(service: str) -> None:
    keyed = await ask(application(service), "/openapi.json", authorization="Bearer any")
    assert keyed.headers["cache-control"] == "no-store"
    assert "cache-control" not in (await ask(application(service), "/openapi.json")).headers


@EVERY
async def test_the_docs_page_has_no_inline_script_and_its_policy_lets_its_own_files_in(service: str) -> None:
    answer = await ask(application(service), "/docs")
    policy = directives(answer)
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    assert re.findall(r"\bon\w+=|<style|style=", answer.text) == []
    files = re.findall(r"(?:src|href)='([^']+)'", answer.text)
    assert len(files) == 4
    for file in files:
        assert not re.match(r"https?:|//", file)
        assert (await ask(application(service), f"/{file}")).status_code == 200


async def test_pages_of_letters_have_the_same_headers_and_a_policy_of_their_own() -> None:
    headers = security_headers()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    answer = await ask(application("notifications"), "/in", "OPTIONS")
    assert closed(answer)
