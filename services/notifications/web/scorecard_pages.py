"""What there is to see of a solution: its scorecard, for its reader or shared."""

from services.notifications.application.page_queries import MatchCard, SolutionHistory
from services.notifications.domain.hidden_attempts import attempts_told
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.letters.legacy_pack import LegacyPackLetter
from services.notifications.domain.letters.lineage import LineageLetter
from services.notifications.domain.letters.warning import WarningLetter as Warned
from services.notifications.web.page_session import Page, PageSession
from services.notifications.web.scorecard import Scorecard, scorecard, side_by_side


async def scorecard_page(visit: PageSession) -> Page:
    """The scorecard of the letter's solution, or what there is to a letter that has none."""
    letter = visit.letter
    if isinstance(letter, DigestLetter):
        return await _list(visit, letter)
    if isinstance(letter, LegacyPackLetter):
        return visit.show("pack", letter=await visit.told())
    if isinstance(letter, LineageLetter):
        return await _lineage(visit, letter)
    if isinstance(letter, Warned) and await visit.desk.find_card(letter.solution or "", letter.city) is None:
        return visit.show("warned", letter=await visit.told())
    return await _scorecard(visit, await visit.card(), own=True)


async def _list(visit: PageSession, letter: DigestLetter) -> Page:
    """What of a digest may still be told, each item under the number it had."""
    hidden = await visit.desk.find_hidden(letter)
    everything = enumerate(letter.everything(), 1)
    items = [(number, left) for number, one in everything if (left := one.without(hidden))]
    about = (key for _, left in items for key in left.tells_of)
    return await visit.show_words("list", (), about, city_name=letter.city_name, items=items)


async def _lineage(visit: PageSession, letter: LineageLetter) -> Page:
    """What happened, and what became of the solution elsewhere; of a withdrawn one only that it was."""
    withdrawn = letter.what == "withdrawn"
    story = (
        SolutionHistory() if withdrawn else await visit.desk.find_story(letter.solution or "", letter.city)
    )
    return visit.show("lineage", letter=await visit.told(), story=story)


async def shared(visit: PageSession) -> Page:
    """The same scorecard for whoever was given the link: to look at, not to answer in the reader's name."""
    return await _scorecard(visit, await visit.card(), own=False)


async def _scorecard(visit: PageSession, card: MatchCard, *, own: bool) -> Page:
    rivals = await visit.desk.find_rivals(card)
    cards = [_scored(visit, one) for one in (card, *rivals[:3])]
    about = {key for each in (card, *rivals[:3]) for key in _keys(each)}
    return await visit.show_words(
        "scorecard",
        cards[0].phrases,
        about,
        scorecard=cards[0],
        compared=side_by_side(cards) if rivals else (),
        remarks=await visit.remarks() if own else [],
        share_link=visit.link("shared"),
        feedback_link=visit.link("feedback") if own else None,
        talk_link=visit.link("talk") if own else None,
    )


def _keys(card: MatchCard) -> tuple[str, ...]:
    own = (f"solution|{card.brief.solution.id}", f"need|{card.match.need}")
    return (*own, *attempts_told(card.brief))


def _scored(visit: PageSession, card: MatchCard) -> Scorecard:
    return scorecard(card.brief, card.match.assessment, visit.letter.languages, card.match)
