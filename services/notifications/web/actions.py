"""What is behind the buttons of a letter: stop, confirm, be introduced, sign in."""

from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.preferences import stop
from services.notifications.domain.vocabulary import KINDS
from services.notifications.web.page_session import Page, PageSession
from services.notifications.web.problems import PageProblem

TOPIC = "topic:"


async def unsubscribe(visit: PageSession) -> Page:
    """One click: any POST stops letters of this kind, ``scope`` may say more or take it back.

    It only ever stops what its own letter is about, for the holder it was written to (RFC 8058).
    """
    kind = visit.letter.kind if visit.letter.kind in KINDS else "all"
    topics = visit.topics()
    scopes = {kind, "all", "undo", *(TOPIC + topic.code for topic in topics)}
    asked = visit.said("scope", kind)
    scope = asked if asked in scopes else kind
    if visit.acts and scope == "undo":
        await visit.desk.undo(visit.official)
    elif visit.acts:
        await visit.desk.change_wishes(visit.official, stop(visit.official, scope), "one_click")
    return visit.show(
        "unsubscribe",
        acts=visit.acts,
        kind=kind,
        scope=scope,
        subject=await visit.subject(),
        official=visit.official,
        topics=topics,
        preferences_link=visit.link("preferences"),
    )


async def confirm(visit: PageSession) -> Page:
    """The second yes of the double opt-in."""
    if not visit.acts:
        return visit.show("button", answer="confirm", button="confirm", official=visit.official)
    await visit.desk.confirm(visit.official)
    return visit.show("button", answer="confirmed", button=None)


async def introduce(visit: PageSession) -> Page:
    """One side of an introduction says yes."""
    ask, thanks = (
        ("talk", "talking") if isinstance(visit.letter, CircleLetter) else ("introduce", "introduced")
    )
    if visit.acts:
        await visit.desk.agree(visit.letter)
    return visit.show(
        "button",
        answer=thanks if visit.acts else ask,
        button=None if visit.acts else ask,
        official=visit.official,
        subject=await visit.subject(),
        topics=visit.topics(),
    )


async def sign_in(visit: PageSession) -> Page:
    """What the reader was told and what not; only the button opens it, so that a mail scanner does not."""
    if not visit.acts:
        return visit.show("button", answer="sign_in", button="sign_in", official=visit.official)
    if not await visit.desk.use_up(visit.letter.id):
        raise PageProblem("used")
    return visit.show(
        "mine",
        official=visit.official,
        lines=await visit.desk.find_log(visit.official),
        conflicts=await visit.desk.find_conflicts(visit.official),
        changes=await visit.changes(),
        preferences_link=visit.link("preferences"),
    )
