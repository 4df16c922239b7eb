"""What an official may do at the desk, by the role of the post.

Leads and barrier-busters send for their city, owners of departments where a record names one of theirs or no
department at all, deputies while the person they stand in for is away. Everybody reads and drafts.
"""

from collections.abc import Iterable
from enum import StrEnum

from services.notifications.domain.officials import Official, Role

SENDERS = frozenset({Role.LEAD, Role.BARRIER_BUSTER, Role.OWNER})


class Permission(StrEnum):
    """What a page of the desk asks for."""

    READ = "read"
    DRAFT = "draft"
    SEND = "send"
    ADMINISTER = "administer"
    MODERATE = "moderate"
    OPERATE = "operate"


def permissions(
    official: Official, *, stands_in: bool = False, operates: bool = False
) -> frozenset[Permission]:
    """Return what ``official`` may do; ``stands_in`` for a deputy: whether who it stands in for is away.

    ``operates``: whether it moderates for every city. Who looks after a city moderates what concerns it.
    """
    allowed = {Permission.READ, Permission.DRAFT}
    if official.role in SENDERS or (official.role is Role.DEPUTY and stands_in):
        allowed.add(Permission.SEND)
    if official.administers:
        allowed |= {Permission.ADMINISTER, Permission.MODERATE}
    if operates:
        allowed |= {Permission.MODERATE, Permission.OPERATE}
    return frozenset(allowed)


def concerns(official: Official, departments: Iterable[str]) -> bool:
    """Whether a record of these departments is one that ``official`` may send about."""
    named = {department.casefold() for department in departments}
    own = {department.casefold() for department in official.departments}
    return official.role is not Role.OWNER or not named or bool(named & own)
