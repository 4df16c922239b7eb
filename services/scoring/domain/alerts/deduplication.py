"""One process, two needs: what procurement records say, and what the city says of it in its own words.

A city that describes a need and names its ``ocid`` speaks of the same thing as the tender read from OCDS. Its
own words are preferred, and nobody gets two letters.
"""

from collections.abc import Iterable

from services.scoring.domain.facts import KnownFact
from shared.facts import Need

PROCESSES = ("urn:ocid:", "urn:citiesshare:proc:")
PART = "#"


def is_read(need: Need) -> bool:
    """Whether it was read from procurement records: its id is that of a process, or of a part of one."""
    return need.ocid is not None and need.id.startswith(PROCESSES)


def process(need: Need) -> str | None:
    """City and process of a need, where it names one."""
    return None if need.ocid is None else f"{need.city}|{need.ocid.casefold()}"


def letter_key(need: Need) -> str:
    """What a letter is about: the process, from either side; a lot, or a need without process, is itself."""
    whole = process(need)
    return need.id if whole is None or (is_read(need) and PART in need.id) else whole


def spoken_for(need: Need, others: Iterable[KnownFact[Need]]) -> bool:
    """Whether the city itself describes the process that ``need`` was read from."""
    return is_read(need) and any(
        other.counts and not is_read(other.fact) and process(other.fact) == process(need) for other in others
    )
