"""Topics an official may wish for: codes of the Common Procurement Vocabulary, and themes that gather them.

A code stands for itself and everything below it, so it is kept as a prefix: ``CPV:34928`` is road furniture.
A theme such as ``THEME:street-lighting`` stands for several codes.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.notifications.domain.vocabulary import THEMES

CPV, THEME = "CPV:", "THEME:"
DIVISION, CODE = 2, 8
GATHERED: dict[str, str] = {
    "waste": "905 3492820 34144511 34144512 44613700",
    "street-cleaning": "906",
    "water-sewage": "41 904 4523213 4523214 4523215 4523241 4523242 4523243 4523244 65100 65110 65120 65130",
    "environment-air": "907 9071 9072 9073 9074 38120 38344",
    "mobility-transport": "60 3411 3412 3414 345 346 45234 63711 63712",
    "roads-parking": "45233 5023 3492 3493 3494 3496 3497 3499 637124 98351",
    "street-lighting": "315 34928500 34928510 34928520 34928530 34993 50232100 50232110",
    "energy-buildings": "09 311 312 65300 65310 65320 65400 71314 45251 45261215 4532",
    "housing-buildings": "45211 45210 70 4521 454 71315",
    "urban-planning": "7140 7141 71240 45211360 4511129",
    "parks-green": "7731 773 45112 45236 37535 03451",
    "public-safety": "35 797 75240 75250 32323500 34144210",
    "health-social-care": "33 85",
    "education-skills": "80 39162",
    "culture-sport": "92 45212 63513",
    "digital-government": "48 72 302",
    "connectivity": "32 642 45231600 45314",
    "citizen-engagement": "793 7941 79416 79952",
    "food": "15 555",
    "administration": "22 30 39 50 55 66 79 98 75",
    "general-works-and-supplies": "45 71 44 42 43 34 38 51 63 64 90 77 31 24 14 18 19 16 03 37 73 65 76",
}
"""The codes that each theme gathers, as the intake has them."""


class TopicOption(NamedTuple):
    """A topic as it is kept, and what the reader calls it in ``language``."""

    code: str
    name: str
    language: str


def prefix_of(code: str) -> str:
    """How a code of eight digits is kept: without the zeros that only fill it up, and at least a division.

    >>> prefix_of("90500000"), prefix_of("30000000")
    ('CPV:905', 'CPV:30')
    """
    return CPV + code[:DIVISION] + code[DIVISION:].rstrip("0")


def shortest(topic: str) -> str:
    """A topic as facets have it: a code of the CPV without its check digit and the zeros that fill it up.

    >>> shortest("CPV:63712000-4"), shortest("CPV:63"), shortest("THEME:parking")
    ('CPV:63712', 'CPV:63', 'THEME:parking')
    """
    return prefix_of(topic.removeprefix(CPV).partition("-")[0]) if topic.startswith(CPV) else topic


def code_of(topic: str) -> str:
    """The code of eight digits behind a topic of the vocabulary: ``CPV:905`` gives ``90500000``."""
    return topic.removeprefix(CPV).ljust(CODE, "0")


def understood(topics: Iterable[str]) -> tuple[str, ...]:
    """The topics that can mean something: older pages kept what was typed, and a word alone means nothing.

    Digits alone are a code of the vocabulary.
    """
    return tuple(
        CPV + topic if topic.isdigit() else topic for topic in topics if ":" in topic or topic.isdigit()
    )


def covers(wished: Iterable[str], topic: str) -> bool:
    """Whether ``topic`` (``SCHEME:id``, of a need) is one of the wished topics, or below one."""
    return any(topic.startswith(prefix) for prefix in _prefixes(wished))


def _prefixes(topics: Iterable[str]) -> Iterator[str]:
    for topic in topics:
        yield topic
        for code in GATHERED.get(topic.removeprefix(THEME), "").split() if topic.startswith(THEME) else ():
            yield CPV + code


def is_theme(topic: str) -> bool:
    """Whether a topic is one of the themes."""
    return topic.startswith(THEME) and topic.removeprefix(THEME) in THEMES
