"""What is behind the buttons of a letter: stop, confirm, be introduced, sign in."""

from datetime import UTC, datetime

from services.notifications.domain.letters.account import AccountLetter
from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.preferences import stop
from services.notifications.domain.vocabulary import KINDS
from services.notifications.web.page_session import Page, PageSession, Redirect
from services.notifications.web.problems import PageProblem

TOPIC = "topic:"


async def unsubscribe(session: PageSession) -> Page:
    """One click: any POST stops letters of this kind, ``scope`` may say more or take it back.

    It only ever stops what its own letter is about, for the holder it was written to (RFC 8058).
    """
    kind = session.letter.kind if session.letter.kind in KINDS else "all"
    topics = session.topics()
    scopes = {kind, "all", "undo", *(TOPIC + topic.code for topic in topics)}
    wanted = session.field("scope", kind)
    scope = wanted if wanted in scopes else kind
    if session.acts and scope == "undo":
        await session.context.store.officials.undo(session.official)
    elif session.acts:
        await session.update_preferences(stop(session.official, scope), "one_click")
    return session.show(
        "unsubscribe",
        acts=session.acts,
        kind=kind,
        scope=scope,
        subject=await session.subject(),
        official=session.official,
        topics=topics,
        preferences_link=session.link("preferences"),
    )


async def confirm(session: PageSession) -> Page:
    """The reader confirms the address: the second step of the double opt-in."""
    if not session.acts:
        return session.show("button", answer="confirm", button="confirm", official=session.official)
    await session.context.store.officials.confirm(session.official)
    return session.show("button", answer="confirmed", button=None)


async def introduce(session: PageSession) -> Page:
    """The reader agrees to be introduced."""
    ask, thanks = (
        ("talk", "talking") if isinstance(session.letter, CircleLetter) else ("introduce", "introduced")
    )
    if session.acts:
        await session.context.introductions.agree(session.letter)
    return session.show(
        "button",
        answer=thanks if session.acts else ask,
        button=None if session.acts else ask,
        official=session.official,
        subject=await session.subject(),
        topics=session.topics(),
    )


async def sign_in(session: PageSession) -> Page | Redirect:
    """Begin a session of the desk; only the button does, so that a mail scanner does not."""
    if not session.acts:
        return session.show("button", answer="sign_in", button="sign_in", official=session.official)
    now, sessions = datetime.now(UTC), session.context.sessions
    if not await session.context.store.used_links.use(session.letter.id, now):
        raise PageProblem("used")
    token = await sessions.begin(session.official, session.user_agent, now)
    form = await sessions.newest_kept_form(session.official)
    if form is not None:
        separator = "&" if "?" in form.address else "?"
        return Redirect(f"{form.address}{separator}kept={form.key}", token)
    after = session.letter.after if isinstance(session.letter, AccountLetter) else None
    return Redirect(after or "/desk", token)
