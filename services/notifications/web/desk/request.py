"""A request to a page of the desk by an official who is signed in. Session and form were checked before."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from services.notifications.domain.desk.permissions import Permission, concerns
from services.notifications.domain.desk.sent import joined, sent_messages, with_actor
from services.notifications.domain.desk.sessions import Session
from services.notifications.domain.officials import Official
from services.notifications.web.desk.context import DeskContext
from services.notifications.web.page_session import Page, Printed, Redirect
from shared.events import Event

__all__ = ["DeskRequest", "DeskRoute", "Page", "Redirect"]


class DeskRequest(NamedTuple):
    """What a page of the desk is given.

    ``acts`` is true for a POST whose CSRF token was right. ``form`` has the fields of its body; on a GET
    those of the address or, where ``kept`` is set, what was typed when an earlier session had ended.
    ``address`` is the path and query that were asked for.
    """

    context: DeskContext
    official: Official
    session: Session
    acts: bool
    form: Mapping[str, list[str]]
    path: Mapping[str, str]
    now: datetime
    permissions: frozenset[Permission] = frozenset()
    address: str = "/desk"
    kept: bool = False

    def field(self, name: str, default: str = "") -> str:
        """Return the first value of a field of the form, without spaces around it."""
        return next(iter(self.form.get(name, [])), default).strip()

    def may(self, permission: Permission | str, *departments: Iterable[str]) -> bool:
        """Return whether the official may do this.

        ``departments`` are those that a record names, and those that it names after the change.
        """
        if permission not in self.permissions:
            return False
        return permission != Permission.SEND or all(concerns(self.official, each) for each in departments)

    def show(self, template: str, status: int = 200, **context: object) -> Page:
        """Return the page ``desk/NAME`` in the official's language.

        The templates know ``request``, ``official``, ``values`` (what stands in each field; by default what
        was sent), ``mistakes`` (keys of the vocabulary ``mistake`` by field) and ``labels`` (names of fields,
        for the list of mistakes); by default there are none.
        """
        official, renderer = self.official, self.context.renderer
        html = renderer.page(template, official.locale, official.timezone, self.shown() | context)
        return Page(html, status)

    def shown(self) -> dict[str, object]:
        """Return what every template of the desk is given."""
        return {
            "request": self,
            "official": self.official,
            "values": self.form,
            "mistakes": {},
            "labels": {},
            "desk_addresses": self.context.addresses,
            "ends_soon": self.session.ends_for_good_soon(self.context.sessions.limits, self.now),
        }

    async def publish(self, *events: Event) -> None:
        """Publish what the official says for the city, with the post as ``actor``.

        What is said of a solution and its attempt is one message. It is stored before, so that an answer to
        it finds what it answers.
        """
        sent = with_actor(self.official, joined(events))
        await self.context.store.sent_messages.save(sent_messages(self.official, sent, self.now))
        for event in sent:
            await self.context.publish(event)


Handler: TypeAlias = Callable[[DeskRequest], Awaitable[Page | Printed | Redirect]]


class DeskRoute(NamedTuple):
    """One address of the desk, such as ``/desk/records/{kind}/{record:path}``, for GET and POST."""

    path: str
    handler: Handler
    permission: Permission = Permission.READ
