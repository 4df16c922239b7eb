"""What there is to see of a solution: its scorecard, for its reader or shared."""

from datetime import UTC, datetime

from services.notifications.application.replies_to_failures import RepliesIn
from services.notifications.application.solution_history import SolutionHistory
from services.notifications.application.stored_models import MatchCard
from services.notifications.domain.desk.replies import may_reply
from services.notifications.domain.hidden_attempts import attempt_keys
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.letters.legacy_pack import LegacyPackLetter
from services.notifications.domain.letters.lineage import LineageLetter
from services.notifications.domain.letters.warning import WarningLetter as Warned
from services.notifications.web.desk.addresses import ask_address, reply_address
from services.notifications.web.page_session import Page, PageSession
from services.notifications.web.scorecard import Scorecard, scorecard, side_by_side


async def scorecard_page(session: PageSession) -> Page:
    """The scorecard of the letter's solution, or what there is to a letter that has none."""
    letter = session.letter
    if isinstance(letter, DigestLetter):
        return await _list(session, letter)
    if isinstance(letter, LegacyPackLetter):
        return session.show("pack", letter=await session.visible_letter())
    if isinstance(letter, LineageLetter):
        return await _lineage(session, letter)
    if (
        isinstance(letter, Warned)
        and await session.context.match_cards.find(letter.solution or "", letter.city) is None
    ):
        return session.show("warned", letter=await session.visible_letter(), said=await _said(session))
    return await _scorecard(session, await session.card(), own=True)


async def _list(session: PageSession, letter: DigestLetter) -> Page:
    """What of a digest may still be told, each item under the number it had."""
    hidden = await session.hidden()
    items = [
        (number, visible)
        for number, item in enumerate(letter.everything(), 1)
        if (visible := item.without(hidden))
    ]
    about = (key for _, item in items for key in item.tells_of)
    return await session.show_words("list", (), about, city_name=letter.city_name, items=items)


async def _lineage(session: PageSession, letter: LineageLetter) -> Page:
    """What happened, and what became of the solution elsewhere; of a withdrawn one only that it was."""
    withdrawn = letter.what == "withdrawn"
    story = (
        SolutionHistory()
        if withdrawn
        else await session.context.histories.find(letter.solution or "", letter.city)
    )
    said = [] if withdrawn else await _said(session)
    return session.show("lineage", letter=await session.visible_letter(), story=story, said=said)


async def _said(session: PageSession) -> list[RepliesIn]:
    """The replies to failures at the letter's solution."""
    letter = session.letter
    return await session.context.replies.at(letter.solution or "", letter.city, datetime.now(UTC))


async def shared(session: PageSession) -> Page:
    """The same scorecard for whoever was given the link: to look at, not to answer in the reader's name."""
    return await _scorecard(session, await session.card(), own=False)


async def match(session: PageSession, card: MatchCard) -> Page:
    """The scorecard of a match that no letter told of: to look at, for there is no letter to answer."""
    return await _scorecard(session, card, own=True, letter=False)


async def _scorecard(session: PageSession, card: MatchCard, *, own: bool, letter: bool = True) -> Page:
    alternatives = await session.context.match_cards.alternatives(card)
    compared = (card, *alternatives[:3])
    cards = [_scored(session, shown) for shown in compared]
    about = {key for shown in compared for key in _keys(shown)}
    solution = card.brief.solution
    told = [f"{solution.id}|{attempt.city}" for attempt in card.brief.implementations]
    replies = await session.context.replies.beside(told)
    names = await session.context.replies.names(reply for said in replies.values() for reply in said)
    replying = {
        f"{solution.id}|{attempt.city}": reply_address(f"{solution.id}|{attempt.city}")
        for attempt in card.brief.implementations
        if own and may_reply(session.official, attempt, solution.city)
    }
    return await session.show_words(
        "scorecard",
        cards[0].phrases,
        about,
        scorecard=cards[0],
        solution=solution.id,
        ask_link=ask_address(solution.id) if own and solution.city != session.official.city else None,
        sharing_city=card.brief.city_name,
        replies=replies,
        reply_cities=names,
        replying=replying,
        compared=side_by_side(cards) if alternatives else (),
        comments=await session.comments() if own else [],
        share_link=session.link("shared") if letter else None,
        feedback_link=session.link("feedback") if own and letter else None,
        talk_link=session.link("talk") if own and letter else None,
    )


def _keys(card: MatchCard) -> tuple[str, ...]:
    own = (f"solution|{card.brief.solution.id}", f"need|{card.match.need}")
    return (*own, *attempt_keys(card.brief))


def _scored(session: PageSession, card: MatchCard) -> Scorecard:
    return scorecard(card.brief, card.match.assessment, session.letter.languages, card.match)
