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
    return tuple(text for text in chosen if text.original is not None)


def phrases_in(brief: Brief, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The same of a solution and of every attempt at it."""
    solution = brief.solution
    attempts = (
        text
        for one in brief.implementations
        for text in phrases(one.language or solution.language, one.translations, languages)
    )
    return distinct((*phrases_of(solution, languages), *attempts))


def phrases_of(solution: Solution, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The same of a solution alone."""
    return phrases(solution.language, solution.translations, languages)


def need_phrases(about: Match | Partner, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The same of the title of a need."""
    title = choose(about.need_title, about.need_language, about.need_titles, languages)
    return (title,) if title.original is not None else ()


def distinct(several: Iterable[LocalizedText]) -> tuple[LocalizedText, ...]:
    """One for each original, the first."""
    by_original: dict[str | None, LocalizedText] = {}
    for text in several:
        by_original.setdefault(text.original, text)
    return tuple(by_original.values())


class Speaker:
    """What templates ask for words of cities; it remembers what it gave."""

    def __init__(self, several: Iterable[LocalizedText] = ()) -> None:
        self._book = {text.original: text for text in several}
        self._shown: dict[LocalizedText, None] = {}

    @property
    def has_a_machine(self) -> bool:
        """Whether a machine translated any of them."""
        return any(text.machine for text in self._book.values())

    @property
    def shown(self) -> tuple[LocalizedText, ...]:
        """What was given so far."""
        return tuple(self._shown)

    def spoken(self, text: str, language: str | None) -> LocalizedText:
        """What is shown for a text that stands in a letter as its city wrote it."""
        return self._given(
            self._book.get(tidy(text)) or LocalizedText(text=text, language=language or UNKNOWN)
        )

    def retold(self, chosen: LocalizedText) -> LocalizedText:
        """What is shown for words that were chosen before: a machine's, where it translated them."""
        return self._given(self._book.get(chosen.original or chosen.text) or chosen)

    def odd(self, texts: Iterable[str], language: str, title: LocalizedText) -> tuple[LocalizedText, ...]:
        """One of the texts for each language that is not the title's; a machine's words have marks."""
        around, by_language = self.retold(title).language, dict[str, LocalizedText]()
        for shown in (self.spoken(text, language) for text in texts):
            if not shown.machine and not same_language(shown.language, around):
                by_language.setdefault(shown.language, shown)
        return tuple(by_language.values())

    def tools(self) -> dict[str, object]:
        """What the templates may call."""
        return {"spoken": self.spoken, "retold": self.retold, "odd": self.odd}

    def _given(self, text: LocalizedText) -> LocalizedText:
        self._shown[text] = None
        return text


def to_translate(shown: Iterable[LocalizedText], languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """Which of the texts ``shown`` a machine may put into the reader's first language.

    Not what is in a language of the reader, and not what nobody knows the language of.
    """
    return distinct(
        LocalizedText(text=own, language=text.written_in, original=own, original_language=text.written_in)
        for text in shown
        if not text.machine
        and text.written_in != UNKNOWN
        and not any(same_language(text.language, one) for one in languages)
        for own in (text.original or text.text,)
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
