"""The judge: a table of who may say what, written for the attack from the rules alone.

It imports nothing of the product. What it knows of the world is what it was told was accepted before.

    1 a publisher speaks for its own cities, under its own sources
    2 the kind of account, the type of message and the routing key agree
    3 a record belongs to the city of its first accepted word, and among publishers to the one that opened it;
      a process belongs to the publisher that opened it
    4 ``verification: independent`` is said by verifiers only
    5 who was revoked says nothing
    6 only our own clock says that something is due
    7 publishers speak on ``citiesshare.in`` only, and as themselves
    8 a deposit is claimed by who made it
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tests.attack.world import ACCOUNTS, CITIES, Account

IN = "citiesshare.in"
TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "city": frozenset(
            {
                "need.submitted",
                "solution.submitted",
                "outcome.reported",
                "adoption.declared",
                "adoption.effect",
                "city.profile",
                "city.transition",
                "record.confirmed",
                "record.withdrawn",
                "solution.embargoed",
                "solution.evidenced",
            }
        ),
        "procurement": frozenset({"procurement.release"}),
        "platform": frozenset({"citizen.voice", "catalogue.entry", "comment.made"}),
    }
)
STEPS = frozenset(
    {"record.confirmed", "record.withdrawn", "solution.embargoed", "solution.evidenced", "adoption.effect"}
)


def type_of(key: str) -> str:
    """The CloudEvents type of what goes under a routing key."""
    return f"org.citiesshare.{key}.v1"


@dataclass(frozen=True)
class Statement:
    """What one input says, and who says it how.

    ``key`` is the routing key, ``said_type`` the CloudEvents type, ``claims`` whom the sender claims to be,
    ``deposit_of`` who made the deposit that the message claims.
    """

    account: str
    key: str
    said_type: str
    source: str
    event: str
    data: Mapping[str, Any]
    exchange: str = IN
    claims: str | None = None
    deposit_of: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether the sender may say it, and why not."""

    may: bool
    why: str = ""


@dataclass(frozen=True)
class Owner:
    """Whose a record is: its city, and the account that opened it."""

    city: str
    account: str


@dataclass
class Judge:
    """Judges statements, and learns from those that were accepted."""

    accounts: Mapping[str, Account] = field(default_factory=lambda: ACCOUNTS)
    owners: dict[str, Owner] = field(default_factory=dict)

    def judge(self, said: Statement) -> Verdict:
        """Whether the statement may be accepted, as things stand."""
        for rule in RULES:
            if why := rule(self, said):
                return Verdict(False, why)
        return Verdict(True)

    def accepted(self, said: Statement) -> None:
        """Note that a statement was accepted: the first word on a record decides whose it is."""
        key, city = record_of(said), city_of(said)
        if key and city and said.key not in STEPS:
            self.owners.setdefault(key, Owner(city, said.account))


def _revoked(judge: Judge, said: Statement) -> str:
    return "who was revoked says nothing" if judge.accounts[said.account].revoked else ""


def _elsewhere(_: Judge, said: Statement) -> str:
    return "" if said.exchange == IN else f"publishers do not speak on {said.exchange!r}"


def _as_another(_: Judge, said: Statement) -> str:
    return "" if said.claims in {None, said.account} else f"{said.account} is not {said.claims}"


def _due(_: Judge, said: Statement) -> str:
    due = type_of("record.due")
    return "only the clock says that something is due" if due == said.said_type else ""


def _kind(judge: Judge, said: Statement) -> str:
    kind = judge.accounts[said.account].kind
    if said.said_type != type_of(said.key) and said.said_type != "ocds":
        return f"type {said.said_type} is not what goes under the key {said.key}"
    return "" if said.key in TYPES[kind] else f"an account of kind {kind} does not say {said.key}"


def _source(judge: Judge, said: Statement) -> str:
    own = judge.accounts[said.account].source
    below = said.source == own or said.source.startswith((f"{own}/", f"{own}:", f"{own}#"))
    return "" if below else f"{said.source} is not below {own}"


def _city(judge: Judge, said: Statement) -> str:
    city = city_of(said)
    if city is None or city in judge.accounts[said.account].cities:
        return ""
    return f"{said.account} does not speak for {city}"


def _record(judge: Judge, said: Statement) -> str:
    key = record_of(said)
    owner = judge.owners.get(key) if key else None
    if key is None or owner is None:
        return "there is no such record" if said.key in STEPS else ""
    if owner.city != city_of(said):
        return f"{key} belongs to {owner.city}"
    return "" if owner.account == said.account else f"{key} was opened by {owner.account}"


def _voice(judge: Judge, said: Statement) -> str:
    """Citizens may judge a solution of their own city whoever opened it."""
    about = said.data.get("solution") if said.key == "citizen.voice" else None
    owner = judge.owners.get(f"solution|{about}")
    return f"{about} belongs to {owner.city}" if owner and owner.city != city_of(said) else ""


def _independent(judge: Judge, said: Statement) -> str:
    independent = said.data.get("verification") == "independent"
    verifies = judge.accounts[said.account].verifies
    return f"{said.account} verifies nothing" if independent and not verifies else ""


def _deposit(_: Judge, said: Statement) -> str:
    theirs = said.deposit_of not in {None, said.account}
    return f"the deposit is {said.deposit_of}'s" if theirs else ""


RULES: tuple[Callable[[Judge, Statement], str], ...] = (
    _revoked,
    _elsewhere,
    _as_another,
    _due,
    _kind,
    _source,
    _city,
    _record,
    _voice,
    _independent,
    _deposit,
)


def city_of(said: Statement) -> str | None:
    """For which city it speaks; None where it names none."""
    if said.key == "city.profile":
        return _text(said.data.get("id"))
    if said.key == "procurement.release":
        return _buyer(said.data)
    return _text(said.data.get("city"))


def record_of(said: Statement) -> str | None:  # noqa: PLR0911 - one line for each kind of record
    """The record that it opens or changes."""
    data = said.data
    if said.key in {"need.submitted", "solution.submitted"}:
        return f"{said.key.partition('.')[0]}|{data.get('id')}"
    if said.key in {"outcome.reported", "adoption.declared", "adoption.effect"}:
        return f"{said.key.partition('.')[0]}|{data.get('solution')}|{data.get('city')}"
    if said.key == "city.profile":
        return f"city|{data.get('id')}"
    if said.key in {"record.confirmed", "record.withdrawn"}:
        return f"{data.get('kind')}|{data.get('record')}"
    if said.key in {"solution.embargoed", "solution.evidenced"}:
        return f"solution|{data.get('solution')}"
    if said.key == "procurement.release":
        release = data.get("release")
        return f"process|{release.get('ocid')}" if isinstance(release, Mapping) else None
    return None


def _buyer(data: Mapping[str, Any]) -> str | None:
    """The city of the buyer of a release as the attack writes it: its id is that of the city.

    Where the id is none that there is, a mutation has broken it, and the buyer is still named. Both are read
    without the characters that nobody sees.
    """
    release = data.get("release")
    buyer = release.get("buyer") if isinstance(release, Mapping) else None
    if not isinstance(buyer, Mapping):
        return None
    named = {f"City of {name}": city for city, name in CITIES.items()}
    known, name = _visible(_text(buyer.get("id"))), _visible(_text(buyer.get("name")))
    return known if known in CITIES else named.get(name or "", known)


def _visible(text: str | None) -> str | None:
    """The text without control characters, direction marks, joiners and breaks of lines and paragraphs."""
    if text is None:
        return None
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
