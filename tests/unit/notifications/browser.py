"""A real browser without a window: what a reader sees, and what axe-core makes of it."""

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import axe_selenium_python
import pytest
from websocket import WebSocket, create_connection

BINARY = shutil.which("chromium")
AXE = Path(axe_selenium_python.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --remote-debugging-port=0 --remote-allow-origins=* about:blank"
)


class Browser:
    """One tab, spoken to by the DevTools protocol."""

    def __init__(self, wire: WebSocket) -> None:
        self.wire = wire
        self.count = 0

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command and wait for its answer; what the browser says in between is not needed."""
        self.count += 1
        self.wire.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            said = json.loads(self.wire.recv())
            if said.get("id") == self.count:
                assert "error" not in said, said
                return dict(said["result"])

    def show(self, html: str, width: int, scheme: Literal["light", "dark"]) -> None:
        """Lay out ``html`` at ``width`` pixels."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        frame = self.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.ask("Page.setDocumentContent", frameId=frame, html=html)

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the page says
        """The value of a script, awaited."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2 A and AA, one line each."""
        self.run(AXE.read_text("utf-8") + ";0")
        found = self.run(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})"
            ".then(r => r.violations.flatMap(v => v.nodes.map(n => `${v.id} ${n.html} ${n.failureSummary}`)))"
        )
        return [str(one) for one in found]

    def overflows(self) -> bool:
        """Whether a reader would have to scroll sideways."""
        return bool(self.run("document.documentElement.scrollWidth > window.innerWidth"))

    def picture(self, file: Path) -> None:
        """Keep what is shown, from top to bottom."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        taken = self.ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(taken["data"]))


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser with a folder of its own, and end it; skips where none is installed."""
    if BINARY is None:
        pytest.skip("chromium is not installed; the mails and pages are not looked at")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [BINARY, f"--user-data-dir={folder}", *FLAGS.split()], stderr=subprocess.PIPE, text=True
        )
        try:
            wire = create_connection(_tab(process), timeout=30, suppress_origin=True)
            yield Browser(wire)
            wire.close()
        finally:
            process.terminate()
            process.wait(10)


def _tab(process: "subprocess.Popen[str]") -> str:
    """The address of the first tab: the browser names its port on stderr."""
    assert process.stderr is not None
    for line in process.stderr:
        if "DevTools listening on ws://" in line:
            host = line.split("ws://", 1)[1].split("/", 1)[0]
            with urllib.request.urlopen(f"http://{host}/json") as answer:
                tabs = json.loads(answer.read())
            return next(str(tab["webSocketDebuggerUrl"]) for tab in tabs if tab["type"] == "page")
    raise AssertionError("chromium ended before it said where it listens")
