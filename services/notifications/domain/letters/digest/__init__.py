"""The digest: what waited for its day, best first, failures in a section of their own, never empty."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from services.notifications.domain.letter_content import band_for, name_in, to_learn
from services.notifications.domain.letters.base import Letter, envelope, letter_id, title_for
from services.notifications.domain.localized_texts import LocalizedText, distinct, need_phrases
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import Shown
from services.notifications.domain.vocabulary import band_key
from shared.events import Match, SolutionMatched
from shared.facts import Fact, Id, Language, Line

MOST = 10
FEW = 5
ALL = 100


class DigestItem(Fact):
    """One match that waits for a digest; ``told`` where an alert about it arrived already.

    ``learn``: it is to be learned from, not copied, and counts among the failures.
    """

    solution: Id
    need: Id
    need_title: Shown
    need_language: Language | None = None
    title: LocalizedText
    fit: float
    risk: float
    band: str
    harm: bool = False
    learn: bool = False
    failures: tuple[str, ...] = ()
    failed_in: tuple[Id, ...] = ()
    topics: tuple[Line, ...] = ()
    told: bool = False
    phrases: tuple[LocalizedText, ...] = ()

    @property
    def tells_of(self) -> tuple[str, ...]:
        """The keys of the records it tells of."""
        failed = (f"outcome|{self.solution}|{city}" for city in self.failed_in)
        return f"solution|{self.solution}", f"need|{self.need}", *failed

    def without(self, hidden: frozenset[str]) -> "DigestItem | None":
        """The item without failures that may not be told of; None where the match itself may not be."""
        if hidden.intersection(self.tells_of[:2]):
            return None
        pairs = zip(self.failures, self.failed_in, strict=False)  # before there were ids there was none
        if hidden.isdisjoint(self.tells_of):
            return self
        left = [(name, city) for name, city in pairs if f"outcome|{self.solution}|{city}" not in hidden]
        names, cities = (tuple(pair[place] for pair in left) for place in (0, 1))
        return self.model_copy(update={"failures": names, "failed_in": cities})

    @property
    def teaches(self) -> bool:
        """Whether it belongs to the failures; an older version wrote only the harm, and the band."""
        return self.learn or self.harm or band_key(self.band) == "learn"


class DigestGroup(Fact):
    """The items for one need, best first."""

    need_title: Shown
    need_language: Language | None = None
    items: tuple[DigestItem, ...]


class DigestLetter(Letter):
    """At most ten items by need, what to learn from, what was told before, and what was below the limits."""

    kind: Literal["digest"] = "digest"
    period: str
    groups: tuple[DigestGroup, ...] = ()
    failures: tuple[DigestItem, ...] = ()
    told: tuple[DigestItem, ...] = ()
    rest: tuple[DigestItem, ...] = ()
    below_limits: int = 0

    @property
    def tells_of(self) -> tuple[str, ...]:
        """What any of its items tells of."""
        return tuple(key for item in (*self.everything(), *self.told) for key in item.tells_of)

    def without(self, hidden: frozenset[str]) -> "DigestLetter | None":
        """The digest without the items that may not be told of; None where nothing new is left."""
        groups = tuple(
            group.model_copy(update={"items": items})
            for group in self.groups
            if (items := _without(group.items, hidden))
        )
        parts = {name: _without(getattr(self, name), hidden) for name in ("failures", "told", "rest")}
        left = self.model_copy(update={"groups": groups, **parts})
        return left if left.everything() else None

    @property
    def more(self) -> int:
        """How many are on the page but not in the letter."""
        return len(self.rest)

    @property
    def counted(self) -> tuple[DigestItem, ...]:
        """What the subject counts: the solutions in the letter, or its failures where it has none.

        Where all that stood in the letter may not be told of any more it is what is left on the page.
        """
        left = (*(one for group in self.groups for one in group.items), *self.failures) or self.rest
        return tuple(one for one in left if not one.teaches) or left

    def everything(self) -> tuple[DigestItem, ...]:
        """All that is new in this digest, in the letter or on its page."""
        return (*(one for group in self.groups for one in group.items), *self.failures, *self.rest)

    def number(self, item: DigestItem) -> int:
        """The number by which a link asks for one item, from 1."""
        return self.everything().index(item) + 1

    def about(self, number: int) -> Letter:
        """This letter as if it were about one item alone. Raises ``ValueError`` where it has no such item."""
        if not 1 <= number <= len(self.everything()):
            raise ValueError(f"this letter has no item {number}")
        item = self.everything()[number - 1]
        own = {name: getattr(self, name) for name in Letter.model_fields}
        return Letter(**own | {"solution": item.solution, "need": item.need})


def item(event: SolutionMatched, match: Match, official: Official) -> DigestItem:
    """What a digest keeps of a match until its day."""
    names = event.brief.city_names
    failed = sorted(
        (name_in(names, one.city), one.city)
        for one in event.brief.implementations
        if one.outcome in {"failed", "abandoned"}
    )
    return DigestItem(
        solution=event.brief.solution.id,
        need=match.need,
        need_title=match.need_title,
        need_language=match.need_language,
        title=title_for(event.brief.solution, official.speaks()),
        fit=match.fit,
        risk=match.assessment.risk.value,
        band=band_for(match.assessment, event.brief),
        harm=match.assessment.harm,
        learn=to_learn(match.assessment, event.brief),
        failures=tuple(name for name, _ in failed),
        failed_in=tuple(city for _, city in failed),
        topics=match.topics,
        phrases=need_phrases(match, official.speaks()),
    )


def write(
    official: Official,
    period: str,
    items: Iterable[DigestItem],
    closes: datetime,
    below_limits: int = 0,
    most: int = MOST,
) -> DigestLetter | None:
    """The digest of one period such as ``weekly|2026-W47``, or ``None`` where there is nothing new to say.

    An item an alert went out for is only referred to; matches below the limits are a count. The id comes from
    the period, so that a period has one digest however often it is composed. ``most`` are in the letter, the
    others are on its page; a letter of one item names no more than a few of the cities that failed.
    """
    everything = sorted(items, key=lambda one: (-one.fit, one.solution, one.need))
    new = [one for one in everything if not one.told]
    if not new:
        return None
    if most == 1:
        new = [one.model_copy(update={"failures": one.failures[:FEW]}) for one in new]
    shown = new[:most]
    return DigestLetter(
        **envelope(official).model_dump(),
        id=letter_id("digest", official.id, period, ""),
        written=closes,
        phrases=distinct(phrase for one in everything for phrase in one.phrases),
        period=period,
        groups=_by_need([one for one in shown if not one.teaches]),
        failures=tuple(one for one in shown if one.teaches),
        told=tuple(one for one in everything if one.told)[:most],
        rest=tuple(new[most:ALL]),
        below_limits=below_limits,
    )


def _without(items: tuple[DigestItem, ...], hidden: frozenset[str]) -> tuple[DigestItem, ...]:
    return tuple(left for item in items if (left := item.without(hidden)) is not None)


def _by_need(items: list[DigestItem]) -> tuple[DigestGroup, ...]:
    """Groups in the order of their best item."""
    titles = dict.fromkeys((one.need_title, one.need_language) for one in items)
    return tuple(
        DigestGroup(
            need_title=title,
            need_language=language,
            items=tuple(one for one in items if (one.need_title, one.need_language) == (title, language)),
        )
        for title, language in titles
    )
