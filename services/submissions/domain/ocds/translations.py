"""Texts in named languages (``title_en``, ``description_fr``): which text each one translates.

A translation belongs to words (``shared/facts/translations.py``): whatever text of a process a record takes,
its translations are those that stood beside these words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.submissions.domain.ocds.defects import DefectLog, Path
from services.submissions.domain.ocds.field_types import FieldKind, Fields, ReleasePart, slots_of
from services.submissions.domain.ocds.titles import first_line
from shared.facts import Phrase

LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
UNKNOWN = "und"
"""BCP 47's word for a language that is not known."""
MOST_CHARACTERS = 100_000  # of all translations of one text, each with the text that it is of


def text_and_language(name: str) -> tuple[str, str | None]:
    """``title_pt_BR`` is ``title`` in ``pt-BR``; None for what is no language (``title_``)."""
    text, _, suffix = name.partition("_")
    primary, *others = suffix.replace("_", "-").split("-")
    language = "-".join((primary.lower(), *others))
    return text, language if LANGUAGE.fullmatch(language) else None


def own_texts(
    fields: Fields, model: type[ReleasePart], languages: tuple[str | None, ...], log: DefectLog, path: Path
) -> Fields:
    """The fields of ``model``; of a text that stands only in named languages, the first of ``languages``."""
    slots = slots_of(model)
    own = {name: item for name, item in fields.items() if name in slots}
    if len(own) == len(fields):
        return own
    for name in sorted(fields.keys() - slots.keys(), key=lambda name: (_place(name, languages), name)):
        text = name.partition("_")[0]
        if text not in own and slots[text].kind is FieldKind.TEXT:
            log.note("translated-only", (path, text))
            own[text] = fields[name]
    return own


def _place(name: str, languages: tuple[str | None, ...]) -> int:
    _, language = text_and_language(name)
    primary = (language or "").partition("-")[0]
    return languages.index(primary) if primary in languages else len(languages)


@dataclass(frozen=True, slots=True)
class ProcessTranslations:
    """The texts of one process in other languages; ``language`` is that of the process, ``und`` if unknown.

    ``outdated`` are pairs of a text and a translation that was given beside an older text.
    """

    language: str = UNKNOWN
    outdated: frozenset[tuple[object, object]] = frozenset()
    _others: dict[str, dict[str, str]] = field(default_factory=dict)
    _languages: dict[str, str] = field(default_factory=dict)

    def note(self, own: Fields, fields: Fields) -> None:
        """Take the translations in ``fields`` of one object; ``own`` are its texts, see ``own_texts``."""
        if fields.keys() <= own.keys():
            return
        named: dict[str, dict[str, str]] = {}
        for name, given in fields.items():
            text, language = text_and_language(name)
            if language and isinstance(given, str) and (own[text], given) not in self.outdated:
                named.setdefault(text, {})[language] = given
        for text, others in named.items():
            if isinstance(original := own[text], str):
                self._note(original, others, alone=text not in fields)

    def _note(self, original: str, others: dict[str, str], *, alone: bool) -> None:
        """Keep them under the text as one line, whole and cut as titles are.

        ``alone``: the text stands in named languages only, and is in one of them. So is one that is the same
        in a named language, where the text in the language of the process is another, or that is not known.
        """
        same = [language for language, given in others.items() if given == original]
        by_language = {language.partition("-")[0]: given for language, given in others.items()}
        named = alone or by_language.get(self.language, original) != original or self.language == UNKNOWN
        for line in (_line(original), first_line(original)):
            self._others.setdefault(line, others)
            if same and named and self.language not in same:
                self._languages.setdefault(line, same[0])

    def language_of(self, text: str) -> str:
        """The language that a text of the process is in."""
        return self._languages.get(_line(text), self.language)

    def line(self, *texts: str, mark: str = ": ") -> dict[str, str]:
        """``texts`` as one line, by language: each other one that all of them are given in."""
        return {language: first_line(mark.join(given)) for language, given in self._in_others(texts)}

    def text(self, text: str) -> dict[str, str]:
        """``text`` in each of the other languages that it is given in."""
        return {language: given[0] for language, given in self._in_others((text,))}

    def _in_others(self, texts: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
        others = [self._others.get(_line(text), {}) for text in texts]
        common = sorted(set(others[0]).intersection(*others)) if others else []
        left = MOST_CHARACTERS
        for language in common:
            given = [other[language] for other in others]
            left -= sum(map(len, (*texts, *given)))
            if language != self.language_of(texts[0]) and all(map(_is_visible, given)) and left >= 0:
                yield language, given


def phrases(texts: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Phrase, ...]]:
    """By language, the phrases of ``texts``, which are given in other languages."""
    by_language: dict[str, list[Phrase]] = {}
    for original, others in texts.items():
        for language, given in others.items():
            by_language.setdefault(language, []).append(Phrase(original=original, text=given))
    return {language: tuple(pairs) for language, pairs in by_language.items()}


def _line(text: str) -> str:
    return " ".join(text.split())


def _is_visible(text: str) -> bool:
    return any(map(str.isprintable, text))
