"""Which language is this? Asked only where nobody said; what a sender says goes before."""

from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

KNOWN: Final = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "lt"),
    *("lv", "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk", "ca"),
)
"""The languages of the shipped labels, and of the founding cities."""


ENOUGH: Final = 40
"""Letters; of fewer many are words of several languages."""
SURE: Final = 0.95
"""Share of the probability that the likeliest language has among all."""
WRITTEN: Final = {"no": "nb", "nn": "nb"}
"""What is called otherwise here."""


def load() -> None:
    """Read the model that ``detect`` asks, which takes about a second; else its first question does."""
    _of_all()


def guess(text: str) -> str:
    """Return the likeliest of ``KNOWN`` for ``text``; short texts can mislead."""
    return str(_identifier().classify(text)[0])


def detect(text: str) -> str | None:
    """Return the language of ``text`` where it is long enough and reads as one alone, else None."""
    if sum(map(str.isalpha, text)) < ENOUGH:
        return None
    language, sure = _of_all().classify(text)
    return WRITTEN.get(str(language), str(language)) if sure >= SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(KNOWN))
    return identifier


@cache
def _of_all() -> LanguageIdentifier:
    """Of all languages that the library knows, with probabilities."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
