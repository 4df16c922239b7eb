"""What something is about: codes of public classifications, and the 21 themes they belong to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from shared.facts import Topic

Kind = Literal["urban", "administration", "general"]


@dataclass(frozen=True, slots=True)
class Theme:
    """One of the 21 themes, with the codes that lead to it.

    ``kind`` is ``administration`` for what an office buys for itself (never matched), ``general`` where
    the code alone tells nothing and the text has to, ``urban`` for the rest.
    """

    id: str
    label: str
    cpv: tuple[str, ...]
    cofog: tuple[str, ...]
    sdg: tuple[str, ...]
    data_theme: str
    kind: Kind = "urban"


@dataclass(frozen=True, slots=True)
class TopicTable:
    """Known codes with their English labels, and the themes by CPV prefix."""

    cpv: Mapping[str, str]
    cofog: Mapping[str, str]
    sdg: Mapping[str, str]
    themes: Mapping[str, Theme]
    theme_by_prefix: Mapping[str, str]

    @classmethod
    def of(
        cls,
        cpv: Mapping[str, str],
        cofog: Mapping[str, str],
        sdg: Mapping[str, str],
        themes: Iterable[Theme],
    ) -> "TopicTable":
        """Build the table; ``cpv`` has eight digits per code, without the check digit."""
        by_id = {theme.id: theme for theme in themes}
        prefixes = {prefix: theme.id for theme in by_id.values() for prefix in theme.cpv}
        return cls(cpv=cpv, cofog=cofog, sdg=sdg, themes=by_id, theme_by_prefix=prefixes)

    def theme_of_cpv(self, code: str) -> str | None:
        """Give the theme whose prefix of ``code`` is longest, or ``None``."""
        prefixes = (code[:length] for length in range(len(code), 1, -1))
        return next(
            (self.theme_by_prefix[prefix] for prefix in prefixes if prefix in self.theme_by_prefix), None
        )


THEME = "THEME"
_CPV = re.compile(r"^(\d{8})(?:-?\d)?$")
_COFOG = re.compile(r"(?:GF)?(\d{2})(\d{2})?(\d{2})?")
_SDG = re.compile(r"^(?:SDG|Goal|Target)[\s:_-]*", re.IGNORECASE)
_SCHEMES = {
    "cpv": "CPV", "cpvs": "CPV", "cpv2008": "CPV", "cpv2003": "CPV", "дк021": "CPV", "dk021": "CPV",
    "cofog": "COFOG", "sdg": "SDG", "sdgtarget": "SDG", "sdgs": "SDG", "theme": THEME,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublishedClassification:
    """A classification as published: free scheme, free id (a number in some feeds)."""

    scheme: str
    id: str
    description: str | None = None


def cpv_code(text: str, table: TopicTable) -> str | None:
    """Give the eight digits of a known CPV code, its check digit stripped; ``None`` if there is no such code.

    ``"90511000-2"`` → ``"90511000"``; numbers that a spreadsheet robbed of a leading zero are mended.
    """
    bare = text.strip().replace(" ", "")
    digits = bare.zfill(8) if bare.isdigit() and len(bare) == 7 else bare
    match = _CPV.match(digits)
    return match[1] if match and match[1] in table.cpv else None


def topics_of(classifications: Iterable[PublishedClassification], table: TopicTable) -> tuple[Topic, ...]:
    """Give the known codes, each once, in order, followed by the themes they belong to.

    Codes of other schemes and codes that do not exist are left out (the raw release keeps them). A theme
    that only says "works" or "supplies" has confidence 0.3: the text must break the tie.
    """
    codes = dict.fromkeys(
        code for classification in classifications if (code := _recognised(classification, table))
    )
    topics = tuple(Topic(scheme=scheme, id=identifier) for scheme, identifier in codes)
    given = {topic.id for topic in topics if topic.scheme == THEME}
    return topics + tuple(theme for theme in themes_of(topics, table) if theme.id not in given)


def themes_of(topics: Iterable[Topic], table: TopicTable) -> tuple[Topic, ...]:
    """Give the themes that CPV topics lead to, by longest prefix; each once, in order."""
    themes = (table.theme_of_cpv(topic.id) for topic in topics if topic.scheme == "CPV")
    return tuple(_theme(identifier, table) for identifier in dict.fromkeys(filter(None, themes)))


def _recognised(published: PublishedClassification, table: TopicTable) -> tuple[str, str] | None:
    scheme = scheme_of(published.scheme)
    if scheme == "CPV":
        code = cpv_code(published.id, table)
        return ("CPV", code) if code else None
    identifier = _plain_id(published.id, scheme)
    names = {"COFOG": table.cofog, "SDG": table.sdg, THEME: table.themes}.get(scheme or "", {})
    return (scheme, identifier) if scheme and identifier in names else None


@lru_cache(maxsize=1 << 10)
def scheme_of(name: str) -> str | None:
    """Give the scheme that ``name`` means, or ``None`` where it is not understood."""
    return _SCHEMES.get(re.sub(r"[\W_]+", "", name).casefold())


def _plain_id(text: str, scheme: str | None) -> str:
    """Give the id as the tables write it: Eurostat's ``GF0501`` is ``05.1``, ``SDG 11.6`` is ``11.6``."""
    bare = text.strip()
    levels = _COFOG.fullmatch(bare) if scheme == "COFOG" else None
    if levels:
        return ".".join([levels[1], *(str(int(level)) for level in levels.groups()[1:] if level)])
    return _SDG.sub("", bare) if scheme == "SDG" else bare


def _theme(identifier: str, table: TopicTable) -> Topic:
    general = table.themes[identifier].kind == "general"
    return Topic(scheme=THEME, id=identifier, confidence=0.3 if general else 0.8)
