"""The cookie of a session at the desk: out of reach of scripts, and of other sites' forms."""

from datetime import timedelta
from typing import NamedTuple

from fastapi import Request
from starlette.responses import Response

from services.notifications.domain.desk.sessions import SessionLimits
from shared.secrets import host_of, is_loopback

KNOWN_AFTER = timedelta(days=1)
"""How long the browser keeps the cookie of a session that ended, so that a late form keeps its text."""


class SessionCookie(NamedTuple):
    """How the cookie is named and kept; ``secure`` is false only for a system on one machine without TLS."""

    secure: bool
    seconds: int

    @property
    def name(self) -> str:
        """``__Host-`` binds the cookie to this host and to TLS."""
        return "__Host-citiesshare" if self.secure else "citiesshare"

    def read(self, request: Request) -> str:
        """Return the token in the cookie; empty where there is none."""
        return request.cookies.get(self.name, "")

    def write(self, response: Response, token: str) -> None:
        """Set the cookie, or remove it where ``token`` is empty."""
        age = self.seconds if token else 0
        response.set_cookie(
            self.name, token, max_age=age, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def session_cookie(site: str, limits: SessionLimits) -> SessionCookie:
    """Return how cookies are set at ``site``, the public address."""
    secure = site.lower().startswith("https://") or not is_loopback(host_of(site))
    return SessionCookie(secure, int((limits.absolute + KNOWN_AFTER).total_seconds()))
