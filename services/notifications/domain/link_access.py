"""What the key in a letter still allows: it belongs to the person the letter was written to, for a time.

Whoever holds the post later has keys of their own. What an old key does not allow any more has a reason that
its page says in words.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from services.notifications.domain.addresses import same_address
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.officials import Official

HALF_A_YEAR = timedelta(days=183)
LIFE: dict[str, timedelta | None] = {
    "scorecard": HALF_A_YEAR,
    "talk": HALF_A_YEAR,
    "feedback": HALF_A_YEAR,
    "preferences": HALF_A_YEAR,
    "outcome": HALF_A_YEAR,
    "question": HALF_A_YEAR,
    "introduce": HALF_A_YEAR,
    "reply": HALF_A_YEAR,
    "shared": timedelta(days=30),
    "bounce": timedelta(days=90),
    "confirm": timedelta(days=14),
    "sign_in": timedelta(minutes=15),
    "unsubscribe": None,
}
"""How long each key of a letter works after it was written; stopping letters has no end (RFC 8058)."""
ACCOUNT_LIFE = timedelta(days=1)
"""How long the other pages of an account mail work, once its one button was used."""
UNTIL_THE_LETTER_EXPIRES = frozenset({"confirm", "sign_in", "introduce"})
WITHOUT_CONFIRMATION = frozenset({"confirm", "unsubscribe"})


class Closed(StrEnum):
    """Why a key opens nothing any more; the words are in the vocabulary."""

    EXPIRED = "expired"
    HANDED_OVER = "handed_over"
    LEFT = "left"
    NOT_CONFIRMED = "not_confirmed"


def same_holder(letter: Letter, official: Official) -> bool:
    """Whether the person a letter was written to holds the post now: same city, same address, same name.

    The name counts too: a mailbox of a department outlives those who read it.
    """
    same = letter.city == official.city and letter.to_name == official.name
    return same and same_address(letter.to, official.email)


def written_to_one_person(first: Letter, second: Letter) -> bool:
    """Whether two letters to one post were written to the same holder of it."""
    return first.to_name == second.to_name and same_address(first.to, second.to)


def why_closed(
    scope: str, letter: Letter, since: datetime, official: Official | None, now: datetime
) -> Closed | None:
    """Why the key for ``scope`` of a letter kept ``since`` is refused ``now``; ``None`` where it is good.

    ``official`` is who holds the post now, ``None`` where nobody does.
    """
    if official is None or official.status == "left":
        return Closed.LEFT
    if not same_holder(letter, official):
        return Closed.HANDED_OVER
    if _expired(scope, letter, since, now):
        return Closed.EXPIRED
    pending = official.status == "pending" and scope not in WITHOUT_CONFIRMATION
    return Closed.NOT_CONFIRMED if pending else None


def return_is_void(letter: Letter, since: datetime, official: Official | None, now: datetime) -> bool:
    """Whether a bounce or complaint is too old, or about a letter to an address somebody else reads now.

    It says something about an address, not about a post: it counts where nobody, or nobody else, reads there.
    """
    if _expired("bounce", letter, since, now):
        return True
    if official is None or not same_address(letter.to, official.email):
        return False
    return letter.to_name != official.name


def ends(scope: str, letter: Letter, since: datetime) -> datetime | None:
    """When the key for ``scope`` stops working; ``None`` where it has no end."""
    if letter.expires is not None and scope in UNTIL_THE_LETTER_EXPIRES:
        return letter.expires
    life = ACCOUNT_LIFE if letter.kind == "account" and LIFE[scope] else LIFE[scope]
    return since + life if life is not None else None


def _expired(scope: str, letter: Letter, since: datetime, now: datetime) -> bool:
    end = ends(scope, letter, since)
    return end is not None and now >= end
