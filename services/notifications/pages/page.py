"""From a context to a page: one style sheet, no scripts, nothing loaded from elsewhere."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from services.notifications.domain.vocabulary import VOCABULARY
from services.notifications.language import speech
from services.notifications.words import words_in

TEMPLATES = Path(__file__).parent / "templates"


def show(name: str, locale: str, timezone: str = "UTC", **context: object) -> str:
    """The page ``name`` in the reader's language. Raises where the context lacks something the page shows."""
    ours = {"style": _style(), "vocabulary": VOCABULARY, "day": speech(locale, timezone).day}
    return words_in(TEMPLATES, locale).get_template(f"{name}.html").render(context | ours)


def security_headers() -> dict[str, str]:
    """What goes with every page: our own style sheet and forms only, no frames, no leaking of links."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }


@cache
def _style() -> str:
    return (TEMPLATES / "page.css").read_text("utf-8").strip()
