"""From a context to a page: one style sheet, no scripts, nothing loaded from elsewhere."""

from functools import cache
from pathlib import Path

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.templates import words_in
from services.notifications.domain.localized_texts import Speaker
from services.notifications.domain.vocabulary import VOCABULARY
from shared.http.security_headers import CSP, EVERY_ANSWER, SELF, hash_of, policy

TEMPLATES = Path(__file__).parent / "templates"


def show(
    name: str, locale: str, timezone: str = "UTC", speaker: Speaker | None = None, **context: object
) -> str:
    """The page ``name`` in the reader's language; ``speaker`` has the words of cities that it shows.

    Raises where the context lacks something the page shows.
    """
    speaker = speaker or Speaker()
    ours = {
        "style": _style(),
        "vocabulary": VOCABULARY,
        "day": localizer_for(locale, timezone).day,
        "machine": speaker.has_a_machine,
        "originals": "",
        **speaker.tools(),
    }
    return words_in(TEMPLATES, locale).get_template(f"{name}.html").render(context | ours)


def security_headers() -> dict[str, str]:
    """What goes with every page: our own style sheet and forms only, no frames, no leaking of links."""
    return EVERY_ANSWER | {
        CSP: policy(style_src=hash_of(_style()), form_action=SELF),
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }


@cache
def _style() -> str:
    return (TEMPLATES / "page.css").read_text("utf-8").strip()
