"""Language detection for texts whose sender gave no language; a language that is given takes precedence."""

from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

KNOWN: Final = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "lt"),
    *("lv", "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk", "ca"),
)
"""The languages of the shipped CPV labels and of the founding cities (ISO 639-1)."""


ENOUGH: Final = 40
"""Fewest letters of a text whose language ``detect`` returns: shorter texts often fit several languages."""
FEW_WORDS: Final = 4
"""Fewest words of a text whose language is guessed without being sure: "street lights" reads as Dutch."""
SURE: Final = 0.95
"""Lowest probability (0 to 1) of the most likely language that ``detect`` returns."""
WRITTEN: Final = {"no": "nb", "nn": "nb"}
"""Codes of the library, and the codes that the product uses for them."""


def load() -> None:
    """Load the model of ``detect``, which takes about a second; otherwise its first call loads it."""
    _full_identifier()


def guess(text: str) -> str:
    """Return the most likely of ``KNOWN`` for ``text``; the result for a short text is unreliable."""
    return str(_identifier().classify(text)[0])


def guess_of_few_words(text: str, otherwise: str = "en") -> str:
    """Return the language of ``text``; of fewer than four words only where it is sure, else ``otherwise``."""
    if len(text.split()) >= FEW_WORDS:
        return guess(text)
    language, probability = _full_identifier().classify(text)
    return str(language) if probability >= SURE and language in KNOWN else otherwise


def detect(text: str) -> str | None:
    """Return the language of ``text``, or None where it is too short or no language is likely enough."""
    if sum(map(str.isalpha, text)) < ENOUGH:
        return None
    language, probability = _full_identifier().classify(text)
    return WRITTEN.get(str(language), str(language)) if probability >= SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(KNOWN))
    return identifier


@cache
def _full_identifier() -> LanguageIdentifier:
    """Return the identifier for all 97 languages of the library, with probabilities."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
