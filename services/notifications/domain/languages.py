"""The languages that letters are written in, and which of them a reader gets."""

LANGUAGES = (
    "ca", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga",
    "it", "ja", "nb", "nl", "pl", "pt", "ru", "sv", "uk",
)  # fmt: skip
SPOKEN = tuple(
    sorted(
        {
            *LANGUAGES,
            *("am", "ar", "az", "be", "bg", "bn", "bs", "cs", "cy", "eu", "fa", "gl", "he", "hi", "hr", "hu"),
            *("hy", "id", "is", "ka", "kk", "ko", "ky", "lb", "lt", "lv", "mk", "mn", "ms", "mt", "my", "ne"),
            *("ro", "rw", "si", "sk", "sl", "so", "sq", "sr", "sw", "ta", "tg", "th", "tl", "tr", "ur", "uz"),
            *("vi", "yo", "zh", "zu"),
        }
    )
)
"""What a city may say that most of its people speak."""
NEAREST = {"no": "nb", "nn": "nb", "gl": "es", "eu": "es", "oc": "ca"}


def language_chain(tag: str) -> tuple[str, ...]:
    """Return the languages to try for a language tag, best first: ``pt-AO`` gives pt, en.

    English, the language of the source, is always the last.
    """
    base = tag.replace("_", "-").split("-")[0].lower()
    nearest = NEAREST.get(base, base)
    return tuple(dict.fromkeys(code for code in (base, nearest, "en") if code in LANGUAGES))
