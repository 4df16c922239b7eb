"""Topics by name: what a reader calls them, and which ones a few words could mean.

Names of the Common Procurement Vocabulary are the European Union's, in the reader's language or in English;
names of themes are ours and stand in the catalogues.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from services.notifications.adapters.localizer import localizer_for
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.topics import (
    CODE,
    CPV,
    DIVISION,
    GATHERED,
    THEME,
    TopicOption,
    code_of,
    is_theme,
    prefix_of,
)
from services.notifications.domain.vocabulary import MISTAKES
from shared.classifications.cpv import read_cpv

MOST_SUGGESTED = 12
NEAREST = 3
LONGEST_SEARCH = 80
OTHER_SCHEMES = re.compile(r"(COFOG):\d\d(\.\d){0,2}|(SDG):\d{1,2}(\.\w{1,2})?")
"""Classifications whose codes some needs carry; they have no names here and are shown as they are."""


def known_topic(topic: str) -> bool:
    """Whether a topic is one that needs can have: a code of the vocabulary, a theme, or of another scheme."""
    if topic.startswith(CPV):
        bare = topic.removeprefix(CPV)
        return bare.isdigit() and DIVISION <= len(bare) <= CODE and code_of(topic) in _labels("en")
    return is_theme(topic) or OTHER_SCHEMES.fullmatch(topic) is not None


def checked_topic(topic: str) -> str:
    """The topic, where it is known. Raises ``ValueError`` in the words of the preferences page otherwise."""
    if known_topic(topic):
        return topic
    nearest = ", ".join(f"{one.name} ({one.code})" for one in suggested(topic, "en")[:NEAREST])
    raise ValueError(f"{topic!r}: {MISTAKES['topic']}{f' Nearest: {nearest}' if nearest else ''}")


def named(topic: str, locale: str) -> TopicOption:
    """A topic with its name; one that has none is shown by its code."""
    if is_theme(topic):
        speaker = localizer_for(locale)
        return TopicOption(topic, speaker.word("theme", topic.removeprefix(THEME)), speaker.language)
    for language in (localizer_for(locale).language, "en"):
        if name := _labels(language).get(code_of(topic)) if topic.startswith(CPV) else None:
            return TopicOption(topic, name, language)
    return TopicOption(topic, topic.replace(":", " ", 1), localizer_for(locale).language)


def themes(locale: str) -> list[TopicOption]:
    """The broad topics, each of which gathers several codes."""
    return [named(f"{THEME}{theme}", locale) for theme in GATHERED]


def suggested(search: str, locale: str) -> list[TopicOption]:
    """Up to twelve topics that ``search`` could mean: words in the reader's language or English, or a code.

    Themes come first, then what is wider before what is narrower.
    """
    words = search[:LONGEST_SEARCH].casefold().rpartition(":")[2].split()
    if not words:
        return []
    if len(words) == 1 and words[0].isdigit():
        return _by_code(words[0], locale)
    topics = [topic for topic in themes(locale) if _meant(words, topic.name)]
    for language in dict.fromkeys((localizer_for(locale).language, "en")):
        codes = [code for code, name in _labels(language).items() if _meant(words, name)]
        topics += [named(prefix_of(code), locale) for code in sorted(codes, key=_width)]
    return list(dict.fromkeys(topics))[:MOST_SUGGESTED]


def _by_code(digits: str, locale: str) -> list[TopicOption]:
    """The code itself, or those that begin with the digits."""
    codes = [code for code in _labels("en") if code.startswith(digits.ljust(DIVISION, "0"))]
    exact = [code for code in codes if code == digits[:CODE].ljust(CODE, "0")]
    return [named(prefix_of(code), locale) for code in (exact or sorted(codes, key=_width))[:MOST_SUGGESTED]]


def _width(code: str) -> tuple[int, str]:
    return len(prefix_of(code)), code


def _meant(words: Iterable[str], name: str) -> bool:
    """Whether each word begins a word of the name, which ends at "(excl. …)": ``light`` finds no flight."""
    parts = re.findall(r"\w+", name.partition("(")[0].casefold())
    return all(any(part.startswith(word) for part in parts) for word in words)


@cache
def _labels(language: str) -> Mapping[str, str]:
    """Labels by code; empty in a language without any."""
    codes, labels = _read()
    texts = labels.get(language, ())
    return {code: text for code, text in zip(codes, texts, strict=False) if text}


@cache
def _read() -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    cpv = read_cpv(LANGUAGES)
    return tuple(cpv.codes), {language: tuple(texts) for language, texts in cpv.labels.items()}
