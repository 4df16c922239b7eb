"""What is behind each address but the scorecard: a page, and what a POST does."""

from datetime import UTC, datetime

from services.notifications.domain.here import how_it_could_work
from services.notifications.domain.letters import title_for
from services.notifications.domain.vocabulary import KINDS
from services.notifications.domain.wishes import changed, confirmed, stop
from services.notifications.kinds.circle import Circle
from services.notifications.kinds.outcome_checkin import OutcomeCheckin
from services.notifications.language import LANGUAGES
from services.notifications.pages import answers
from services.notifications.pages.visit import Visit


async def preferences(visit: Visit) -> str:
    """How often, what, and until when not."""
    official = await visit.official()
    if visit.acts and visit.said("action") == "resume":
        await visit.desk.resume(official.email)
    elif visit.acts:
        official = changed(official, visit.form)
        await visit.desk.keep_official(official, "preferences")
    standing = await visit.desk.find_standing(official.email)
    return visit.show(
        "preferences",
        official=official,
        saved=visit.acts,
        stopped=standing.stopped is not None,
        languages=LANGUAGES,
    )


async def unsubscribe(visit: Visit) -> str:
    """One click: any POST stops letters of this kind, ``scope`` may say more or take it back.

    Where the post is gone nothing comes any more, and who clicks hears that it is done (RFC 8058).
    """
    kind = visit.letter.kind if visit.letter.kind in KINDS else "all"
    scope = visit.said("scope", kind)
    if visit.acts and scope == "undo":
        await visit.desk.undo(visit.letter.official)
    elif visit.acts and (official := await visit.desk.find_official(visit.letter.official)):
        await visit.desk.keep_official(stop(official, scope), "one_click")
    done = visit.acts and scope != "undo"
    return visit.show(
        "unsubscribe",
        done=done,
        kind=kind,
        scope=scope,
        topic=visit.letter.topic,
        preferences_link=visit.link("preferences"),
    )


async def feedback(visit: Visit) -> str:
    """Useful, adopted, or not for us because …; a missing unit is answered by how another city closed it."""
    card = await visit.card()
    here = how_it_could_work(card.brief, card.match)
    unit = visit.said("unit")
    gap = next((one for one in here.build_first if one.unit == unit), None)
    if visit.acts:
        said = {name: values[0] for name, values in visit.form.items() if values}
        await visit.say(*answers.feedback(visit.letter, said, datetime.now(UTC)))
    return visit.show(
        "feedback",
        done=visit.acts,
        title=title_for(card.brief.solution, visit.letter.languages),
        units=here.build_first,
        unit=unit,
        closed_by=gap.closed_by if gap else None,
        how_to_close=gap.how_to_close if gap else None,
        language=here.language,
    )


async def confirm(visit: Visit) -> str:
    """The second yes of the double opt-in."""
    if not visit.acts:
        return visit.show("button", answer="confirm", button="confirm")
    await visit.desk.keep_official(confirmed(await visit.official()), "confirmation")
    return visit.show("button", answer="confirmed", button=None)


async def introduce(visit: Visit) -> str:
    """One side of an introduction says yes."""
    ask, thanks = ("talk", "talking") if isinstance(visit.letter, Circle) else ("introduce", "introduced")
    if not visit.acts:
        return visit.show("button", answer=ask, button=ask)
    await visit.desk.agree(visit.letter)
    return visit.show("button", answer=thanks, button=None)


async def outcome(visit: Visit) -> str:
    """How the reader's own attempt went."""
    asked = visit.letter if isinstance(visit.letter, OutcomeCheckin) else None
    if asked is None:
        raise ValueError("this letter did not ask how something went")
    if visit.acts:
        said = {name: values[0] for name, values in visit.form.items() if values}
        await visit.say(answers.outcome(asked, said))
    return visit.show("outcome", done=visit.acts, title=asked.title)


async def sign_in(visit: Visit) -> str:
    """What the reader was told and what not; only the button opens it, so that a mail scanner does not."""
    if not visit.acts:
        return visit.show("button", answer="sign_in", button="sign_in")
    if not await visit.desk.use_up(visit.letter.id):
        raise ValueError("this link was used before; ask for a new one")
    official = await visit.official()
    log = await visit.desk.find_log(official)
    return visit.show("mine", official=official, lines=log, preferences_link=visit.link("preferences"))
