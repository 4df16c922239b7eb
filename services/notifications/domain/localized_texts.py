"""In which language a reader is shown a text of a city: one rule for every letter, digest and page.

The reader's languages come first, best first; then English, which readers of none of the others most often
know; then the original. A variant stands for its language: ``pt`` is what a reader of ``pt-AO`` is shown, and
the other way round. What a machine translated (``machine``) is shown only where people gave nothing in a
language of the reader, and is marked.
"""

from collections.abc import Iterable, Mapping

from services.notifications.domain.text_cleanup import MaybeShown, Shown, tidy
from shared.events import Brief, Match, Partner
from shared.facts import Fact, Language, Solution, Texts, in_languages

ENGLISH = "en"
UNKNOWN = "und"
"""BCP 47's word for a language that nobody told."""


class LocalizedText(Fact):
    """Words of a city, and the language they are in.

    ``original`` are the city's own words where others are shown: a translation by people, or by a machine.
    """

    text: Shown
    language: Language
    original: MaybeShown = None
    original_language: Language | None = None
    machine: bool = False

    @property
    def written_in(self) -> str:
        """The language the city wrote in."""
        return self.original_language or self.language


def same_language(first: str, second: str) -> bool:
    """Whether two tags are of one language: ``pt-AO`` and ``pt``."""
    return first.partition("-")[0] == second.partition("-")[0]


def readable(language: str, languages: Iterable[str], translated: Iterable[str]) -> str | None:
    """The translation to show of a text in ``language``; ``None`` where the original comes first."""
    there = tuple(translated)
    for wanted in (*languages, ENGLISH):
        if same_language(wanted, language):
            return None
        near = [one for one in there if same_language(one, wanted)]
        if near:
            return wanted if wanted in near else near[0]
    return None


def choose(
    text: str, language: str | None, others: Mapping[str, str], languages: Iterable[str]
) -> LocalizedText:
    """``text``, or what ``others`` have in its place, by language, for a reader of ``languages``."""
    own = language or UNKNOWN
    better = readable(own, languages, (one for one, given in others.items() if tidy(given)))
    if better is None:
        return LocalizedText(text=text, language=own)
    return LocalizedText(text=others[better], language=better, original=text, original_language=own)


def phrases(
    language: str | None, translations: Mapping[str, Texts], languages: tuple[str, ...]
) -> tuple[LocalizedText, ...]:
    """All texts of a record that a reader is shown in other words than its own."""
    originals = dict.fromkeys(phrase.original for given in translations.values() for phrase in given.texts)
    chosen = (choose(one, language, in_languages(one, translations), languages) for one in originals)
    return tuple(said for said in chosen if said.original is not None)


def phrases_in(brief: Brief, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The same of a solution and of every attempt at it."""
    solution = brief.solution
    attempts = (
        said
        for one in brief.implementations
        for said in phrases(one.language or solution.language, one.translations, languages)
    )
    return distinct((*phrases_of(solution, languages), *attempts))


def phrases_of(solution: Solution, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The same of a solution alone."""
    return phrases(solution.language, solution.translations, languages)


def need_phrases(about: Match | Partner, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The same of the title of a need."""
    said = choose(about.need_title, about.need_language, about.need_titles, languages)
    return (said,) if said.original is not None else ()


def distinct(several: Iterable[LocalizedText]) -> tuple[LocalizedText, ...]:
    """One for each original, the first."""
    found: dict[str | None, LocalizedText] = {}
    for said in several:
        found.setdefault(said.original, said)
    return tuple(found.values())


class Speaker:
    """What templates ask for words of cities; it remembers what it gave."""

    def __init__(self, several: Iterable[LocalizedText] = ()) -> None:
        self._book = {said.original: said for said in several}
        self._shown: dict[LocalizedText, None] = {}

    @property
    def has_a_machine(self) -> bool:
        """Whether a machine translated any of them."""
        return any(said.machine for said in self._book.values())

    @property
    def shown(self) -> tuple[LocalizedText, ...]:
        """What was given so far."""
        return tuple(self._shown)

    def spoken(self, text: str, language: str | None) -> LocalizedText:
        """What is shown for a text that stands in a letter as its city wrote it."""
        return self._given(
            self._book.get(tidy(text)) or LocalizedText(text=text, language=language or UNKNOWN)
        )

    def retold(self, said: LocalizedText) -> LocalizedText:
        """What is shown for words that were chosen before: a machine's, where it translated them."""
        return self._given(self._book.get(said.original or said.text) or said)

    def odd(self, texts: Iterable[str], language: str, title: LocalizedText) -> tuple[LocalizedText, ...]:
        """One of the texts for each language that is not the title's; a machine's words have marks."""
        around, found = self.retold(title).language, dict[str, LocalizedText]()
        for said in (self.spoken(text, language) for text in texts):
            if not said.machine and not same_language(said.language, around):
                found.setdefault(said.language, said)
        return tuple(found.values())

    def tools(self) -> dict[str, object]:
        """What the templates may call."""
        return {"spoken": self.spoken, "retold": self.retold, "odd": self.odd}

    def _given(self, said: LocalizedText) -> LocalizedText:
        self._shown[said] = None
        return said


def to_translate(shown: Iterable[LocalizedText], languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """Which of the texts ``shown`` a machine may put into the reader's first language.

    Not what is in a language of the reader, and not what nobody knows the language of.
    """
    return distinct(
        LocalizedText(text=own, language=said.written_in, original=own, original_language=said.written_in)
        for said in shown
        if not said.machine
        and said.written_in != UNKNOWN
        and not any(same_language(said.language, one) for one in languages)
        for own in (said.original or said.text,)
    )


def by_machine(original: LocalizedText, text: str, language: str) -> LocalizedText:
    """``original`` in the words of a machine."""
    return LocalizedText(
        text=text,
        language=language,
        original=original.original or original.text,
        original_language=original.written_in,
        machine=True,
    )
