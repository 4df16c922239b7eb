"""What waits for a moderator, who may decide what about it, and which words to look at.

| what waits | an operator | who looks after a city |
|---|---|---|
| a comment on a record | shows, refuses | shows, refuses: on records of the city |
| a reply or dispute beside a failure | shows, refuses | nothing: the city is a party to it |
| a question or an answer to be published | shows, refuses | nothing: the city is a party to it |
| a text that names an office-holder | shows, refuses | refuses what the city itself sent |
| a buyer whose city is doubtful | any city, or none | its own city, where that is a candidate |
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Literal, NamedTuple, TypeAlias

from services.submissions.domain.office_holders import SHORTEST, OfficeHolder
from shared.folding import fold

ItemKind: TypeAlias = Literal["comment", "reply", "dispute", "question", "answer", "held", "place"]
Verdict: TypeAlias = Literal["shown", "refused"]
Action: TypeAlias = Literal["show", "refuse", "place"]
State: TypeAlias = Literal["waiting", "shown", "refused", "decided"]
Doubt: TypeAlias = Literal["office_holder", "link"]
RefusalReason: TypeAlias = Literal["spam", "person", "off_topic", "insult", "other"]
REASONS: Mapping[RefusalReason, str] = {
    "spam": "it is advertising or was sent many times",
    "person": "it names a person or a party: say the post, or what was done",
    "off_topic": "it is not about this record",
    "insult": "it insults somebody",
    "other": "a moderator refused it",
}
VERDICTS: Mapping[Action, Verdict] = {"show": "shown", "refuse": "refused"}
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
WORD = re.compile(r"\S+")
OPENING = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
AFTER_LINK = ".,;:!?)]}>\"'»”’/"
SAME_TEXT, SAME_LINK = "text", "link"
REPEATED = {SAME_TEXT: 2, SAME_LINK: 3}
"""In how many comments the same text of one sender, or the same link of anybody, is called repeated."""


class Reviewer(NamedTuple):
    """Who decides: ``who`` stands in the trail; an ``operator`` decides for every city."""

    who: str
    city: str | None = None
    operator: bool = False


class Mark(NamedTuple):
    """A passage to look at, by its first character and the one after its last, and why."""

    start: int
    end: int
    doubt: Doubt


def actions(reviewer: Reviewer, kind: ItemKind, cities: Iterable[str], state: State) -> frozenset[Action]:
    """Return what ``reviewer`` may decide; ``cities`` are those that the item concerns.

    A held message that was shown is recorded: its city withdraws the record, no moderator does.
    """
    allowed = _by_role(reviewer, kind, cities)
    if kind == "held" and state == "shown":
        return frozenset()
    return allowed


def may_see(reviewer: Reviewer, kind: ItemKind, cities: Iterable[str]) -> bool:
    """Return whether an item stands in the reviewer's queue."""
    return bool(_by_role(reviewer, kind, cities))


def _by_role(reviewer: Reviewer, kind: ItemKind, cities: Iterable[str]) -> frozenset[Action]:
    if reviewer.operator:
        return frozenset({"place"} if kind == "place" else {"show", "refuse"})
    if reviewer.city is None or reviewer.city not in {*cities}:
        return frozenset()
    own: Mapping[ItemKind, frozenset[Action]] = {
        "comment": frozenset({"show", "refuse"}),
        "held": frozenset({"refuse"}),
        "place": frozenset({"place"}),
    }
    return own.get(kind, frozenset())


def refusal(reason: RefusalReason, words: str | None) -> str:
    """Return what the sender is told: the reason, and the moderator's words."""
    return f"{REASONS[reason]}: {words}"[:500] if words else REASONS[reason]


def doubts(text: str, holders: Iterable[OfficeHolder]) -> tuple[Mark, ...]:
    """Return the passages of ``text`` to look at: names of office-holders, and links."""
    marks = [Mark(*match.span(), "link") for match in LINK.finditer(text)]
    words = [(word, match.span()) for match in WORD.finditer(text) for word in fold(match[0]).split()]
    for name in {fold(name) for holder in holders for name in holder.names}:
        parts = name.split()
        if len(name) < SHORTEST:
            continue
        for first in range(len(words) - len(parts) + 1):
            if [word for word, _ in words[first : first + len(parts)]] == parts:
                last = words[first + len(parts) - 1][1]
                marks.append(Mark(words[first][1][0], last[1], "office_holder"))
    return tuple(_without_overlaps(sorted(marks)))


def repeatable(text: str, sender: Iterable[str | None]) -> frozenset[str]:
    """Return keys of what would be the same in another comment: its text by this ``sender``, and each link.

    Case, accents and punctuation of the text do not count; of a link neither case, ``www.`` nor a fragment.
    """
    keys = {_key(SAME_LINK, _bare_link(match[0])) for match in LINK.finditer(text)}
    if words := fold(text):
        keys.add(_key(SAME_TEXT, words, *(name or "" for name in sender)))
    return frozenset(keys)


def is_repeated(keys: Iterable[str], counts: Mapping[str, int]) -> bool:
    """Return whether others say the same; ``counts`` are of comments by key, this one among them."""
    return any(counts.get(key, 0) >= REPEATED[key.partition(":")[0]] for key in keys)


def _bare_link(link: str) -> str:
    return OPENING.sub("", link.partition("#")[0]).rstrip(AFTER_LINK).casefold()


def _key(kind: str, *parts: str) -> str:
    digest = blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{kind}:{digest.hexdigest()}"


def _without_overlaps(marks: Iterable[Mark]) -> list[Mark]:
    apart: list[Mark] = []
    for mark in marks:
        if not apart or mark.start >= apart[-1].end:
            apart.append(mark)
    return apart
