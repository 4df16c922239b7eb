"""The classifications that are understood, and how their codes lead to the 21 themes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

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
