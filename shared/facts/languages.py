"""Which language tags name a language that exists."""

from functools import cache


def is_language(tag: str) -> bool:
    """Return whether the first part of a tag is a registered language (ISO 639, by CLDR)."""
    return tag.partition("-")[0] in _languages()


@cache
def _languages() -> frozenset[str]:
    from babel.core import get_global  # noqa: PLC0415 - takes 0.1 s; most commands do not need it

    named = (tag.partition("_")[0] for tag in get_global("likely_subtags"))
    return frozenset((*named, *get_global("language_aliases"), "und", "mul", "zxx"))
