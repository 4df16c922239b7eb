"""Well-formed messages in another's name: each function breaks one rule of the judge, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import Any

from tests.attack import wellformed
from tests.attack.judge import TYPES, Statement, type_of
from tests.attack.world import (
    ACCOUNTS,
    CITIES,
    LEEDS,
    MALMO,
    PREFIX,
    SPEAKING,
    Account,
    Victim,
    victims,
)

VICTIMS = tuple(victims())
CITY_ACCOUNTS = tuple(account for account in SPEAKING if account.kind == "city")
ABOUT_ONE_CITY = ("need.submitted", "solution.submitted", "outcome.reported", "adoption.declared")
DEPOSITS = 40  # of Malmö, made before the attack


@dataclass(frozen=True)
class Foreign:
    """A statement its sender may not make; ``headers`` go beside it, ``user_id`` "" writes none at all."""

    statement: Statement
    headers: Mapping[str, Any] = field(default_factory=dict)
    user_id: str | None = None
    deposit: int | None = None


def statement(account: Account, number: int, seed: int, key: str, data: Mapping[str, Any]) -> Statement:
    """What an account says of its own accord, under its own source."""
    event = f"{PREFIX}-{seed}-{number}"
    return Statement(account.name, key, type_of(key), account.source, event, data)


def own_words(dice: Random, seed: int, number: int, account: Account | None = None) -> Statement:
    """Something new that its sender may say."""
    account = account or dice.choice(SPEAKING)
    keys = tuple(key for key in sorted(TYPES[account.kind]) if key in wellformed.FRESH)
    city, identifier = dice.choice(account.cities), f"{PREFIX}-{seed}-own-{number}"
    key, data = wellformed.fresh(dice, keys, number, identifier, city)
    return statement(account, number, seed, key, data)


def foreign_city(dice: Random, seed: int, number: int) -> Foreign:
    """A new thing of a city that is another's."""
    account = dice.choice([one for one in SPEAKING if len(one.cities) < len(CITIES)])
    city = dice.choice([each for each in CITIES if each not in account.cities])
    if account.kind == "city" and dice.random() < 0.2:
        key, make = dice.choice(
            [("city.profile", wellformed.profile), ("city.transition", wellformed.transition)]
        )
        return Foreign(statement(account, number, seed, key, make(number, city)))
    keys = tuple(key for key in sorted(TYPES[account.kind]) if key in wellformed.FRESH)
    keys = tuple(key for key in keys if key != "catalogue.entry")
    key, data = wellformed.fresh(dice, keys, number, f"{PREFIX}-{seed}-foreign-{number}", city)
    return Foreign(statement(account, number, seed, key, data))


def foreign_record(dice: Random, seed: int, number: int) -> Foreign:
    """A word on a record of another city, said for one's own city."""
    victim = dice.choice([one for one in VICTIMS if one.kind != "process"])
    account = dice.choice([one for one in CITY_ACCOUNTS if victim.city not in one.cities])
    make = wellformed.need if victim.kind == "need" else wellformed.solution
    data = make(number, victim.id, dice.choice(account.cities))
    return Foreign(statement(account, number, seed, f"{victim.kind}.submitted", data))


def neighbours_record(dice: Random, seed: int, number: int) -> Foreign:
    """A word on a record of one's own city that another publisher opened."""
    account, victim = _neighbour(dice)
    make = wellformed.need if victim.kind == "need" else wellformed.solution
    data = make(number, victim.id, victim.city)
    return Foreign(statement(account, number, seed, f"{victim.kind}.submitted", data))


def foreign_step(dice: Random, seed: int, number: int) -> Foreign:
    """Withdrawing, confirming or hiding another city's record, for its city or for one's own."""
    victim = dice.choice([one for one in VICTIMS if one.kind != "process"])
    account = dice.choice([one for one in CITY_ACCOUNTS if victim.city not in one.cities])
    city = victim.city if dice.random() < 0.5 else dice.choice(account.cities)
    return Foreign(_step(dice, account, victim, city, seed, number))


def neighbours_step(dice: Random, seed: int, number: int) -> Foreign:
    """Withdrawing, confirming or hiding what another publisher of the same city opened."""
    account, victim = _neighbour(dice)
    return Foreign(_step(dice, account, victim, victim.city, seed, number))


def foreign_source(dice: Random, seed: int, number: int) -> Foreign:
    """One's own words under another's source, or one that looks like one's own."""
    said = own_words(dice, seed, number)
    other = dice.choice([one for one in SPEAKING if one.name != said.account]).source
    own = said.source
    source = dice.choice(
        [
            other,
            f"{other}/{number}",
            f"{own}.evil.example",
            f"{own}x",
            own.upper(),
            f" {own}x",
            "urn:citiesshare:notifications",
            "urn:citiesshare:submissions",
            "urn:citiesshare:doorway",
            f"urn:citiesshare:ingest:{said.account}",
        ]
    )
    return Foreign(replace(said, source=source))


def foreign_kind(dice: Random, seed: int, number: int) -> Foreign:
    """What another kind of account says, under its own key."""
    account = dice.choice(SPEAKING)
    keys = tuple(key for key in wellformed.FRESH if key not in TYPES[account.kind])
    city = dice.choice(account.cities)
    key, data = wellformed.fresh(dice, keys, number, f"{PREFIX}-{seed}-kind-{number}", city)
    return Foreign(statement(account, number, seed, key, data))


def foreign_key(dice: Random, seed: int, number: int) -> Foreign:
    """What another kind of account says, under a routing key of one's own."""
    wrong = foreign_kind(dice, seed, number).statement
    own = dice.choice(sorted(TYPES[ACCOUNTS[wrong.account].kind]))
    return Foreign(replace(wrong, key=own))


def foreign_process(dice: Random, seed: int, number: int) -> Foreign:
    """A release, or a cancellation, in a process that another publisher opened."""
    victim = dice.choice([one for one in VICTIMS if one.kind == "process"])
    names = ["portal-second"] if victim.city != LEEDS else ["portal-second", "portal-leeds"]
    account = ACCOUNTS[f"{PREFIX}-{dice.choice(names)}"]
    city = (
        victim.city
        if account.name.endswith("second") and dice.random() < 0.5
        else dice.choice(account.cities)
    )
    tag = dice.choice(["tender", "tenderUpdate", "tenderCancellation", "award"])
    data = wellformed.release(number, victim.id, city, tag)
    return Foreign(statement(account, number, seed, "procurement.release", data))


def foreign_deposit(dice: Random, seed: int, number: int) -> Foreign:
    """A message that claims what Malmö deposited."""
    account = dice.choice([one for one in CITY_ACCOUNTS if one.name != f"{PREFIX}-malmo"])
    data = wellformed.need(number, f"{PREFIX}-{seed}-deposit-{number}", dice.choice(account.cities))
    said = statement(account, number, seed, "need.submitted", data)
    return Foreign(replace(said, deposit_of=f"{PREFIX}-malmo"), deposit=dice.randrange(DEPOSITS))


def revoked(dice: Random, seed: int, number: int) -> Foreign:
    """What would be fine if its sender had not been revoked."""
    return Foreign(own_words(dice, seed, number, ACCOUNTS[f"{PREFIX}-revoked"]))


def the_clock(dice: Random, seed: int, number: int) -> Foreign:
    """What only the service's own clock says."""
    account = dice.choice(CITY_ACCOUNTS)
    victim = dice.choice([one for one in VICTIMS if one.kind == "solution"])
    said = statement(account, number, seed, "record.due", wellformed.due(number, victim.id))
    return Foreign(replace(said, key=dice.choice(["record.due", "record.confirmed"])))


def independent(dice: Random, seed: int, number: int) -> Foreign:
    """A result that claims to be verified independently, from who verifies nothing."""
    account = dice.choice([one for one in CITY_ACCOUNTS if not one.verifies])
    city = dice.choice(account.cities)
    data = wellformed.outcome(number, f"{PREFIX}-{seed}-verified-{number}", city)
    said = statement(account, number, seed, "outcome.reported", {**data, "verification": "independent"})
    return Foreign(said)


def as_an_official(dice: Random, seed: int, number: int) -> Foreign:
    """A step that names an official of the victim's city as its actor."""
    made = foreign_step(dice, seed, number).statement
    actor = {"post": "Head of mobility", "city": made.data["city"], "official": "official-1"}
    return Foreign(replace(made, data={**made.data, "actor": actor}))


def forged_account(dice: Random, seed: int, number: int) -> Foreign:
    """Words for Malmö with a header that says that Malmö, the clock or a service says them."""
    account = dice.choice([one for one in CITY_ACCOUNTS if MALMO not in one.cities])
    data = wellformed.need(number, f"{PREFIX}-{seed}-forged-{number}", MALMO)
    said = statement(account, number, seed, "need.submitted", data)
    malmo = ACCOUNTS[f"{PREFIX}-malmo"]
    claim = dice.choice([f"publisher:{malmo.name}", malmo.name, "clock:", "notifications", "submissions"])
    source = dice.choice([account.source, malmo.source])
    nobody = "" if dice.random() < 0.5 else None
    headers = {"citiesshare-account": claim, "x-attempt": "3"}
    return Foreign(replace(said, source=source, claims=claim), headers, nobody)


def forged_user(dice: Random, seed: int, number: int) -> Foreign:
    """Words for Malmö with Malmö, or a service, as the user of the broker."""
    said = forged_account(dice, seed, number).statement
    claim = dice.choice([f"{PREFIX}-malmo", "notifications", "submissions", "operator"])
    return Foreign(replace(said, claims=claim), user_id=claim)


def foreign_exchange(dice: Random, seed: int, number: int) -> Foreign:
    """One's own words where only services speak, or straight into a queue."""
    said = own_words(dice, seed, number)
    exchange, key = dice.choice(
        [
            ("citiesshare.events", "need.recorded"),
            ("citiesshare.events", "solution.matched"),
            ("citiesshare.retry", "5.submissions.reports"),
            ("citiesshare.requeue", "0.submissions.reports"),
            ("citiesshare.dead", "submissions"),
            ("citiesshare.unknown", ""),
            ("", "submissions.reports"),
            ("", "notifications.solution-matched"),
            ("amq.topic", "need.submitted"),
        ]
    )
    return Foreign(replace(said, exchange=exchange, key=key))


def _neighbour(dice: Random) -> tuple[Account, Victim]:
    """An account, and a record of one of its cities that another publisher opened."""
    account = dice.choice([ACCOUNTS[f"{PREFIX}-leeds-second"], ACCOUNTS[f"{PREFIX}-verifier"]])
    mine = [one for one in VICTIMS if one.kind != "process" and one.city in account.cities]
    return account, dice.choice(mine)


def _step(dice: Random, account: Account, victim: Victim, city: str, seed: int, number: int) -> Statement:
    steps: dict[str, dict[str, Any]] = {
        "record.withdrawn": wellformed.withdrawn(number, victim.kind, victim.id, city),
        "record.confirmed": wellformed.confirmed(number, victim.kind, victim.id, city),
    }
    if victim.kind == "solution":
        steps["solution.embargoed"] = wellformed.embargoed(number, victim.id, city)
        steps["solution.evidenced"] = wellformed.evidenced(number, victim.id, city)
    key = dice.choice(sorted(steps))
    return statement(account, number, seed, key, steps[key])


Make = Callable[[Random, int, int], Foreign]
AT_THE_DOOR: Mapping[str, Make] = MappingProxyType(
    {make.__name__: make for make in (foreign_city, foreign_source, foreign_kind, the_clock, revoked)}
)
"""What the way in over HTTP can refuse at once."""
IN_THE_PIPELINE: Mapping[str, Make] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            foreign_record,
            neighbours_record,
            foreign_step,
            neighbours_step,
            foreign_process,
            foreign_deposit,
            independent,
            as_an_official,
        )
    }
)
"""What is only seen to be another's where records are known."""
AT_THE_BROKER: Mapping[str, Make] = MappingProxyType(
    {make.__name__: make for make in (foreign_key, forged_account, forged_user, foreign_exchange)}
)
"""What can only be tried over AMQP."""
