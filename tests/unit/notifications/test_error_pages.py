"""What a browser and a program get for a request that fails."""

import re

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.templates import words_in
from services.notifications.domain.legal import LegalName
from services.notifications.http.errors import show_errors
from services.notifications.web.rendering import PageRenderer
from shared.http.problem_details import PROBLEM, explain_problems


def an_app() -> FastAPI:
    app = FastAPI()
    explain_problems(app)
    show_errors(app, PageRenderer(words_in, localizer_for))

    @app.get("/legal/{name}")
    async def legal(name: LegalName) -> str:
        return name

    @app.get("/broken")
    async def broken() -> None:
        raise ValueError("a secret of the store")

    return app


@pytest.mark.parametrize(
    ("address", "status", "for_programs", "words"),
    [
        ("/nothing", 404, 404, "There is no such page."),
        ("/legal/foo", 404, 422, "There is no such page."),
        ("/broken", 500, 500, "This page cannot be shown because of an error on our side."),
    ],
)
async def test_a_browser_gets_a_page_and_a_program_a_problem_document(
    address: str, status: int, for_programs: int, words: str
) -> None:
    transport = ASGITransport(an_app(), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        page = await client.get(address, headers={"accept": "text/html,*/*;q=0.8"})
        answer = await client.get(address, headers={"accept": "application/json"})
    assert page.status_code == status
    assert words in re.sub(r"<[^>]+>", "", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert answer.status_code == for_programs
    assert answer.headers["content-type"] == PROBLEM
    assert "secret" not in page.text + answer.text
