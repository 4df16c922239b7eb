"""Sessions of the desk: begun with a mailed link, found by the token in a cookie, listed, ended.

Only the hash of a token is stored. A session that ended is known for a day, so that a form that was sent too
late keeps its text for the same official; one that was ended on purpose is deleted at once.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import KeptForm
from services.notifications.domain.addresses import normal_address
from services.notifications.domain.desk.permissions import Permission, permissions
from services.notifications.domain.desk.sessions import (
    TOUCHED_EVERY,
    Session,
    SessionLimits,
    browser_of,
    holder_of,
)
from services.notifications.domain.officials import Official, Role
from shared.store.rate_limits import RateLimit

POSTS = (RateLimit("desk_minute", 60, 60), RateLimit("desk_day", 3000, 86_400))
LONGEST_TOKEN = 100


class SignedIn(NamedTuple):
    """Who a request comes from, by its cookie; ``open`` is false where the session has ended."""

    session: Session
    official: Official
    permissions: frozenset[Permission]
    open: bool


class DeskSessions:
    """Who is signed in where, and what was typed in forms that a session's end interrupted."""

    def __init__(
        self, store: NotificationRepositories, limits: SessionLimits, operators: Iterable[str] = ()
    ) -> None:
        self._store, self.limits = store, limits
        self._operators = frozenset(map(normal_address, operators))

    async def begin(self, official: Official, user_agent: str, now: datetime) -> str:
        """Begin a session of ``official``; returns its token."""
        token, (browser, device) = token_urlsafe(32), browser_of(user_agent)
        session = Session(
            id=_hash(token),
            official=official.id,
            holder=holder_of(official),
            csrf=token_urlsafe(16),
            begun=now,
            used=now,
            ends=self.limits.end(now, now),
            browser=browser,
            device=device,
        )
        await self._store.desk_sessions.save(session)
        return token

    async def find(self, token: str, now: datetime) -> SignedIn | None:
        """Return who has the session with ``token``, and note that it was used.

        None where there is no such session, or where its official does not hold the post any more.
        """
        if not token or len(token) > LONGEST_TOKEN:
            return None
        session = await self._store.desk_sessions.find(_hash(token))
        official = await self._store.officials.find(session.official) if session else None
        if session is None or official is None:
            return None
        if not session.belongs_to(official):
            await self._store.desk_sessions.remove(official.id, session.id)
            return None
        is_open = session.is_open(now)
        if is_open and now - session.used >= TOUCHED_EVERY:
            session = session.model_copy(update={"used": now, "ends": self.limits.end(session.begun, now)})
            await self._store.desk_sessions.touch(session)
        return SignedIn(session, official, await self._permissions(official, now), is_open)

    async def _permissions(self, official: Official, now: datetime) -> frozenset[Permission]:
        operates = normal_address(official.email) in self._operators
        if official.role is not Role.DEPUTY or official.stands_in_for is None:
            return permissions(official, operates=operates)
        principal = await self._store.officials.find(official.stands_in_for)
        stands_in = principal is not None and principal.city == official.city and principal.away(now.date())
        return permissions(official, stands_in=stands_in, operates=operates)

    async def of_official(self, official: Official, now: datetime) -> list[Session]:
        """Return the open sessions of who holds the post now, last used first."""
        sessions = await self._store.desk_sessions.of_official(official.id)
        mine = [session for session in sessions if session.belongs_to(official) and session.is_open(now)]
        return sorted(mine, key=lambda session: session.used, reverse=True)

    async def end(self, official: Official, session: str | None = None) -> None:
        """End one session of a post, or all of them."""
        await self._store.desk_sessions.remove(official.id, session)

    async def end_by_token(self, token: str) -> None:
        """End the session with ``token``, where there is one."""
        if token and (session := await self._store.desk_sessions.find(_hash(token))):
            await self._store.desk_sessions.remove(session.official, session.id)

    async def allow(self, session: Session, now: datetime) -> bool:
        """Count one POST of a session; returns False where there were too many."""
        return await self._store.rate_limits.allow(POSTS, session.id, now)

    async def keep_form(
        self, ended: SignedIn, address: str, fields: dict[str, list[str]], now: datetime
    ) -> None:
        """Keep what was sent with a session that had ended, for the same official and nobody else."""
        session = ended.session
        key = _hash(f"{session.holder}|{address}")
        await self._store.kept_forms.save(
            KeptForm(key, session.official, session.holder, address, fields, now)
        )

    async def newest_kept_form(self, official: Official) -> KeptForm | None:
        """Return what was kept last for an official."""
        kept = await self._store.kept_forms.of_holder(official.id, holder_of(official))
        return next(iter(kept), None)

    async def kept_form(self, official: Official, key: str, address: str) -> KeptForm | None:
        """Return what was kept for an official by its key, where it was sent to ``address``."""
        kept = await self._store.kept_forms.of_holder(official.id, holder_of(official))
        return next((form for form in kept if (form.key, form.address) == (key, address)), None)

    async def forget_form(self, official: Official, key: str) -> None:
        """Forget what was kept, once it was sent."""
        await self._store.kept_forms.remove(official.id, key)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
