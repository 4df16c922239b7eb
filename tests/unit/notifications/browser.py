"""A real browser without a window: what a reader sees, and what axe-core makes of it.

Playwright runs in a thread of its own: its event loop would otherwise be that of the test.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

import axe_playwright_python
from playwright.sync_api import Page, sync_playwright

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8") + ";0"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
VIOLATIONS = (
    f"axe.run(document, {RULES})"
    ".then(r => r.violations.flatMap(v => v.nodes.map(n => `${v.id} ${n.html} ${n.failureSummary}`)))"
)
"""Run after ``AXE``: what axe-core finds, one line each."""
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
T = TypeVar("T")


class Browser:
    """One page in a browser of its own."""

    def __init__(self, page: Page, thread: ThreadPoolExecutor) -> None:
        self._page, self._thread = page, thread

    def do(self, what: Callable[[Page], T]) -> T:
        """Return what a function does with the page of Playwright."""
        return self._thread.submit(what, self._page).result()

    def show(self, html: str, width: int, scheme: Literal["light", "dark"]) -> None:
        """Lay out ``html`` at ``width`` pixels."""

        def laid_out(page: Page) -> None:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.set_content(html)

        self.do(laid_out)

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the page says
        """Return the value of a script, awaited."""
        return self.do(lambda page: page.evaluate(script))

    def violations(self) -> list[str]:
        """Return what axe-core finds against WCAG 2.0 to 2.2, A and AA, one line each."""
        self.run(AXE)
        return [str(one) for one in self.run(VIOLATIONS)]

    def overflows(self) -> bool:
        """Return whether a reader would have to scroll sideways."""
        return bool(self.run(TOO_WIDE))

    def picture(self, file: Path) -> None:
        """Write what is shown, from top to bottom, as PNG."""
        self.do(lambda page: page.screenshot(path=file, full_page=True))


def chromium() -> str:
    """Return the path of the system's Chromium. Raises where there is none: ``make setup`` installs it."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("chromium is not installed: run make setup")
    return path


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser, and end it."""
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        try:
            started = thread.submit(
                lambda: playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
            ).result()
            yield Browser(thread.submit(started.new_page).result(), thread)
        finally:
            thread.submit(playwright.stop).result()
