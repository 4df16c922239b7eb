"""The security headers of every answer of every service, in one place.

A page that needs more than nothing says so itself, with ``policy``; what an answer sets is left as it is.
"""

from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = "Content-Security-Policy"
NOBODY, SELF = "'none'", "'self'"
YEAR = 31_536_000


def policy(**directives: str) -> str:
    """Return a content security policy that allows nothing but ``directives`` (``style_src="'self'"``)."""
    nothing = {"default-src": NOBODY, "base-uri": NOBODY, "form-action": NOBODY, "frame-ancestors": NOBODY}
    allowed = {name.replace("_", "-"): value for name, value in directives.items()}
    return "; ".join(f"{name} {value}" for name, value in (nothing | allowed).items())


def hash_of(text: str) -> str:
    """Return how a policy names the inline style or script ``text``."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


# What is neither a page nor part of one is never rendered, framed, or guessed to be something else.
EVERY_ANSWER = {
    CSP: policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SecurityHeaders:
    """Adds the headers to each answer of ``app``; ``https``: whether it is reached over TLS only."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._always = EVERY_ANSWER | ({"Strict-Transport-Security": f"max-age={YEAR}"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Whoever shows a key sees what is for it alone: no cache on the way keeps it.
        keyed = {"Cache-Control": "no-store"} if "authorization" in Headers(scope=scope) else {}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (self._always | keyed).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
