"""The security headers of every response of every service.

A page that needs scripts or styles sets its own header with ``policy``; headers of a response are not
replaced.
"""

from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = "Content-Security-Policy"
NOBODY, SELF = "'none'", "'self'"
YEAR = 31_536_000


def policy(**directives: str) -> str:
    """Return a Content-Security-Policy that allows only ``directives``, such as ``style_src="'self'"``."""
    defaults = {"default-src": NOBODY, "base-uri": NOBODY, "form-action": NOBODY, "frame-ancestors": NOBODY}
    allowed = {name.replace("_", "-"): value for name, value in directives.items()}
    return "; ".join(f"{name} {value}" for name, value in (defaults | allowed).items())


def hash_of(text: str) -> str:
    """Return the source expression that allows the inline style or script ``text`` (CSP 3, hash-source)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


# By default a response is not rendered, not framed, and its type is not guessed.
EVERY_ANSWER = {
    CSP: policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SecurityHeaders:
    """Adds the headers to each response of ``app``; with ``https`` also Strict-Transport-Security."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._always = EVERY_ANSWER | ({"Strict-Transport-Security": f"max-age={YEAR}"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # A response to a request with a key is meant for its owner only: no cache may store it.
        no_store = {"Cache-Control": "no-store"} if "authorization" in Headers(scope=scope) else {}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (self._always | no_store).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
