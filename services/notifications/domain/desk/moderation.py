"""What waits for a moderator, as submissions tells it, and the decisions that are sent back."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from pydantic import AwareDatetime

from shared.facts import Fact

Action: TypeAlias = Literal["show", "refuse", "place"]
Answer: TypeAlias = Literal["decided", "changed_meanwhile", "not_decided", "not_sent"]
"""``not_decided``: submissions refused it; ``not_sent``: nothing is known of it, so it can be sent again."""
REASONS = ("spam", "person", "off_topic", "insult", "other")
LONGEST_WORDS = 400
NO_CITY = "none"
COMMENTS = frozenset({"comment", "reply", "dispute"})


class NamedCity(Fact):
    """A city by id and name."""

    id: str
    name: str
    country: str | None = None


class MarkedText(Fact):
    """A text to decide on; ``marks`` are its passages to look at: first, last plus one, why."""

    path: str
    text: str
    language: str | None = None
    marks: tuple[tuple[int, int, str], ...] = ()

    def parts(self) -> tuple[tuple[str, str | None], ...]:
        """Return the text in parts, those to look at with why."""
        parts: list[tuple[str, str | None]] = []
        end = 0
        for start, stop, why in self.marks:
            parts += [(self.text[end:start], None), (self.text[start:stop], why)]
            end = stop
        return tuple(part for part in (*parts, (self.text[end:], None)) if part[0])


class MadeDecision(Fact):
    """One decision of the trail."""

    when: AwareDatetime
    who: str
    verdict: Literal["shown", "refused"] | None = None
    reason: str | None = None
    city: str | None = None

    @property
    def of_city(self) -> str | None:
        """The city in ``who``, which is `<city>: <post>`, or `operator: <post>`."""
        city, separator, _ = self.who.partition(": ")
        return city if separator and city != "operator" else None

    def named(self, names: Mapping[str, str]) -> "MadeDecision":
        """Return it with names of cities in place of their ids, where they are known."""
        own = self.of_city
        who = names[own] + self.who.removeprefix(own) if own and own in names else self.who
        return self.model_copy(update={"who": who, "city": names.get(self.city or "", self.city)})


class QueueItem(Fact):
    """One thing that waits or waited; ``actions`` are what the reader may decide about it now."""

    id: str
    kind: Literal["comment", "reply", "dispute", "question", "answer", "held", "place"]
    state: Literal["waiting", "shown", "refused", "decided"]
    since: AwareDatetime
    why: tuple[str, ...] = ()
    cities: tuple[NamedCity, ...] = ()
    texts: tuple[MarkedText, ...] = ()
    about: str | None = None
    by: str | None = None
    candidates: tuple[NamedCity, ...] = ()
    processes: int = 0
    decisions: tuple[MadeDecision, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def unnamed(self) -> frozenset[str]:
        """The ids of cities in it that stand without their names."""
        told = (city.id for city in (*self.cities, *self.candidates) if city.name == city.id)
        decided = (city for made in self.decisions for city in (made.city, made.of_city))
        return frozenset(filter(None, (*told, *decided, self._sender)))

    @property
    def _sender(self) -> str | None:
        """The city at the end of ``by``, of a comment or reply."""
        return self.by.rpartition(" · ")[2] if self.by and self.kind in COMMENTS else None

    def named(self, names: Mapping[str, str]) -> "QueueItem":
        """Return it with names of cities in place of their ids, where they are known."""
        own = {city.id: city.name for city in (*self.cities, *self.candidates) if city.name != city.id}
        known, by, sender = {**names, **own}, self.by, self._sender
        if by and sender and sender in known:
            by = by.removesuffix(sender) + known[sender]
        return self.model_copy(
            update={
                "by": by,
                "cities": tuple(_named(city, known) for city in self.cities),
                "candidates": tuple(_named(city, known) for city in self.candidates),
                "decisions": tuple(made.named(known) for made in self.decisions),
            }
        )

    @property
    def begins(self) -> str:
        """The first words, as the item is called in a list."""
        return " ".join((self.texts[0].text if self.texts else self.id).split())[:100]


def _named(city: NamedCity, names: Mapping[str, str]) -> NamedCity:
    return city.model_copy(update={"name": names.get(city.id, city.name)})


class Queue(Fact):
    """A part of the queue, and how many items there are in all."""

    items: tuple[QueueItem, ...]
    total: int


class NewDecision(NamedTuple):
    """A decision as it is sent; ``seen`` is the state that its page showed."""

    action: Action
    by: str
    seen: str
    reason: str | None = None
    words: str | None = None
    city: str | None = None


def read_decision(
    form: Mapping[str, str], item: QueueItem, by: str
) -> tuple[NewDecision | None, dict[str, str]]:
    """Return what was decided with a form, or the mistakes by field."""
    action = next((each for each in item.actions if each == form.get("action")), None)
    if item.kind == "place":
        action = "place" if "place" in item.actions else None
    words, mistakes = form.get("words", ""), dict[str, str]()
    if action is None:
        mistakes["action"] = "choose"
    if action == "refuse" and form.get("reason") not in REASONS:
        mistakes["reason"] = "choose_reason"
    if len(words) > LONGEST_WORDS:
        mistakes["words"] = "too_long"
    city = form.get("other") or form.get("city", "")
    if action == "place" and not city:
        mistakes["city"] = "choose"
    if mistakes or action is None:
        return None, mistakes
    reason = form["reason"] if action == "refuse" else None
    chosen = city if action == "place" and city != NO_CITY else None
    return NewDecision(action, by, form.get("seen", ""), reason, words or None, chosen), {}
