"""Who attacks and who is attacked: accounts, cities, and the records that are there before the attack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

LEEDS, MALMO, TAMPERE, KRAKOW, BARCELONA = "2644688", "2692969", "634963", "3094802", "3128760"
CITIES: Mapping[str, str] = MappingProxyType(
    {LEEDS: "Leeds", MALMO: "Malmö", TAMPERE: "Tampere", KRAKOW: "Kraków", BARCELONA: "Barcelona"}
)
EVERY_CITY = tuple(CITIES)
PREFIX = "attack"
EACH = 12  # records of each kind that each account opens before the attack


@dataclass(frozen=True)
class Account:
    """One account at the broker with one key for HTTP."""

    name: str
    kind: str
    cities: tuple[str, ...]
    verifies: bool = False
    revoked: bool = False

    @property
    def source(self) -> str:
        """The source under which it speaks."""
        return f"https://{self.name}.example"


ACCOUNTS: Mapping[str, Account] = MappingProxyType(
    {
        account.name: account
        for account in (
            Account(f"{PREFIX}-leeds", "city", (LEEDS,)),
            Account(f"{PREFIX}-leeds-second", "city", (LEEDS,)),
            Account(f"{PREFIX}-malmo", "city", (MALMO,)),
            Account(f"{PREFIX}-network", "city", (TAMPERE, KRAKOW)),
            Account(f"{PREFIX}-verifier", "city", (MALMO, TAMPERE), verifies=True),
            Account(f"{PREFIX}-portal", "procurement", EVERY_CITY),
            Account(f"{PREFIX}-portal-second", "procurement", EVERY_CITY),
            Account(f"{PREFIX}-portal-leeds", "procurement", (LEEDS,)),
            Account(f"{PREFIX}-platform", "platform", EVERY_CITY),
            Account(f"{PREFIX}-platform-leeds", "platform", (LEEDS,)),
            Account(f"{PREFIX}-revoked", "city", (LEEDS,), revoked=True),
        )
    }
)
OPENERS = tuple(f"{PREFIX}-{name}" for name in ("leeds", "malmo", "network"))
"""The city accounts that open records before the attack; nobody else ever changes those rightly."""
SPEAKING = tuple(account for account in ACCOUNTS.values() if not account.revoked)


@dataclass(frozen=True)
class Victim:
    """A record that is there before the attack: its kind, id, city, and who opened it."""

    kind: str
    id: str
    city: str
    opener: str


def victims() -> Iterator[Victim]:
    """The needs and solutions of the openers, and the processes of the portal."""
    for name in OPENERS:
        for city in ACCOUNTS[name].cities:
            for number in range(EACH):
                yield Victim("need", f"{name}-need-{city}-{number}", city, name)
                yield Victim("solution", f"{name}-solution-{city}-{number}", city, name)
    for city in CITIES:
        for number in range(EACH // 2):
            portal = f"{PREFIX}-portal"
            yield Victim("process", f"ocds-attack-{city}-{number}", city, portal)


VICTIMS_IDS = tuple(victim.id for victim in victims())
