"""Swagger UI in a real browser, under the policy of the docs page: all is drawn, nothing is refused."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Page

from tests.contract.documents import application
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
REFUSED = (
    "addEventListener('securitypolicyviolation', "
    "event => (window.refused ||= []).push(event.violatedDirective + ' ' + event.blockedURI))"
)
MILLISECONDS = 30_000


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture(params=["submissions", "scoring", "notifications"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a service answers that is never started: its documents need neither broker nor store."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = application(request.param)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_swagger_ui_works_under_the_policy(opened: Browser, address: str) -> None:
    def open_an_operation(page: Page) -> None:
        page.add_init_script(REFUSED)
        page.goto(f"{address}/docs")
        page.wait_for_selector(".opblock", timeout=MILLISECONDS)
        page.click(".opblock-summary-control >> nth=0")
        page.wait_for_selector(".opblock.is-open", timeout=MILLISECONDS)

    opened.do(open_an_operation)
    assert opened.run("window.refused || []") == []
