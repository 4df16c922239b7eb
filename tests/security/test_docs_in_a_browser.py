"""Swagger UI in a real browser, under the policy of the docs page: all is drawn, nothing is refused."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.contract.documents import application
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
REFUSED = (
    "addEventListener('securitypolicyviolation', "
    "event => (window.refused ||= []).push(event.violatedDirective + ' ' + event.blockedURI))"
)
DRAWN = "document.querySelectorAll('.opblock').length"
SECONDS = 30


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
    opened.ask("Page.enable")
    opened.ask("Page.addScriptToEvaluateOnNewDocument", source=REFUSED)
    opened.ask("Page.navigate", url=f"{address}/docs")
    until = time.monotonic() + SECONDS
    while not opened.run(DRAWN) and time.monotonic() < until:
        time.sleep(0.2)
    assert opened.run(DRAWN) > 0, opened.run("document.body.innerText")
    opened.run("document.querySelector('.opblock-summary-control').click()")
    opened.run("new Promise(done => setTimeout(done, 300))")
    assert opened.run("document.querySelectorAll('.opblock.is-open').length") == 1
    assert opened.run("window.refused || []") == []
