"""Which language is this? Asked only where nobody said; what a sender says goes before."""

from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

KNOWN: Final = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "lt"),
    *("lv", "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk", "ca"),
)
"""The languages of the shipped labels, and of the founding cities."""


def guess(text: str) -> str:
    """Return the likeliest of ``KNOWN`` for ``text``; short texts can mislead."""
    return str(_identifier().classify(text)[0])


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(KNOWN))
    return identifier
