"""What is behind each address: a page, and what a POST does. The key of the visitor was checked before."""

from datetime import UTC, datetime
from typing import NamedTuple

from services.notifications.domain.here import how_it_could_work
from services.notifications.domain.letters import Letter, title_for
from services.notifications.domain.models import Official
from services.notifications.domain.vocabulary import KINDS
from services.notifications.domain.wishes import changed, confirmed, stop
from services.notifications.kinds.circle import Circle
from services.notifications.kinds.digest import Digest
from services.notifications.kinds.legacy_pack import LegacyPack
from services.notifications.kinds.lineage import Lineage
from services.notifications.kinds.outcome_checkin import OutcomeCheckin
from services.notifications.kinds.warning import Warning as Warned
from services.notifications.language import LANGUAGES
from services.notifications.pages import answers
from services.notifications.pages.desk import Card, Desk, Remark
from services.notifications.pages.page import show
from services.notifications.pages.scorecard import Scorecard, scorecard, side_by_side
from services.notifications.sender import Sender

OF_AN_ITEM = frozenset({"scorecard", "shared", "feedback", "talk"})
"""What a reader may do with one item of a digest."""


class Visit(NamedTuple):
    """Somebody holds the key to one letter's door; ``acts`` is true for a POST.

    ``item`` is the number of the item of a digest that ``letter`` is then about.
    """

    desk: Desk
    sender: Sender
    letter: Letter
    form: dict[str, list[str]]
    acts: bool
    item: int | None = None

    def said(self, name: str, otherwise: str = "") -> str:
        """The first value of a field of the form."""
        return next(iter(self.form.get(name, [])), otherwise)

    def link(self, scope: str) -> str:
        """Another page for the same letter, and the same item of it."""
        item = f"?item={self.item}" if self.item and scope in OF_AN_ITEM else ""
        return self.sender.link(scope, self.letter) + item

    def show(self, page: str, **context: object) -> str:
        """A page in the language of the letter."""
        return show(page, self.letter.locale, self.letter.timezone, **context)

    async def official(self) -> Official:
        """The reader. Raises ``ValueError`` where the post was given up."""
        found = await self.desk.find_official(self.letter.official)
        if found is None:
            raise ValueError(f"the post {self.letter.official} does not exist any more")
        return found

    async def remarks(self) -> list[Remark]:
        """What colleagues said about what the letter is about."""
        return await self.desk.find_remarks(self.letter.solution or "", self.letter.city)

    async def card(self) -> Card:
        """What the letter is about. Raises ``ValueError`` where it was withdrawn."""
        solution = self.letter.solution
        found = await self.desk.find_card(solution, self.letter.city) if solution else None
        if found is None:
            raise ValueError(f"{solution or 'what this letter is about'} is not published any more")
        return found


async def scorecard_page(visit: Visit) -> str:
    """The scorecard of the letter's solution, or what there is to a letter that has none."""
    letter = visit.letter
    if isinstance(letter, Digest):
        return visit.show("list", city_name=letter.city_name, items=letter.everything())
    if isinstance(letter, LegacyPack):
        return visit.show("pack", letter=letter)
    if isinstance(letter, Lineage):
        return visit.show("lineage", letter=letter, story=await visit.desk.find_story(letter.solution or ""))
    if isinstance(letter, Warned) and await visit.desk.find_card(letter.solution or "", letter.city) is None:
        return visit.show("warned", letter=letter)
    return await _scorecard(visit, await visit.card(), own=True)


async def shared(visit: Visit) -> str:
    """The same scorecard for whoever was given the link: to look at, not to answer in the reader's name."""
    return await _scorecard(visit, await visit.card(), own=False)


async def _scorecard(visit: Visit, card: Card, *, own: bool) -> str:
    rivals = await visit.desk.find_rivals(card)
    cards = [_scored(visit, one) for one in (card, *rivals[:3])]
    return visit.show(
        "scorecard",
        scorecard=cards[0],
        compared=side_by_side(cards) if rivals else (),
        remarks=await visit.remarks() if own else [],
        share_link=visit.link("shared"),
        feedback_link=visit.link("feedback") if own else None,
        talk_link=visit.link("talk") if own else None,
    )


async def talk(visit: Visit) -> str:
    """What colleagues of all departments say to each other about a solution: open within the city."""
    card = await visit.card()
    if visit.acts:
        await visit.desk.keep_remark(visit.letter, visit.said("words"))
    title = title_for(card.brief.solution, visit.letter.languages)
    return visit.show("talk", title=title, remarks=await visit.remarks())


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
        for event in answers.feedback(visit.letter, said, datetime.now(UTC)):
            await visit.desk.say(event)
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
        await visit.desk.say(answers.outcome(asked, said))
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


def _scored(visit: Visit, card: Card) -> Scorecard:
    return scorecard(card.brief, card.match.assessment, visit.letter.languages, card.match)
