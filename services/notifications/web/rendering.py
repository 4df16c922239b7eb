"""From a context to a page: one style sheet, no scripts, nothing loaded from elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Protocol

from jinja2 import Environment

from services.notifications.domain.localized_texts import Speaker
from services.notifications.domain.vocabulary import VOCABULARY
from shared.facts import Money
from shared.http.security_headers import CSP, EVERY_ANSWER, SELF, hash_of, policy

TEMPLATES = Path(__file__).parent / "templates"
WEB = ("https://", "http://")


class PageLocalizer(Protocol):
    """The reader's language, as far as pages need it."""

    def day(self, when: date | datetime) -> str:
        """Return a date as the language writes it."""
        ...

    def clock(self, when: datetime) -> str:
        """Return a time of day in the reader's time zone."""
        ...

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with at most ``digits`` decimals."""
        ...

    def read_number(self, text: str) -> Decimal:
        """Return the number that was typed. Raises ``ValueError`` where it is none."""
        ...

    def months(self, count: float) -> str:
        """Return a duration in months or days."""
        ...

    def money(self, money: Money) -> str:
        """Return an amount with its currency."""
        ...

    def word(self, field: str, key: object) -> str:
        """Return the word for a key of the vocabulary."""
        ...

    def language_name(self, code: str) -> str:
        """Return what the reader calls a language."""
        ...


def fact_tools(localizer: PageLocalizer) -> dict[str, object]:
    """Return what templates call for a solution's facts: whether a text is a link, and an amount in words."""
    return {
        "is_link": lambda text: text.startswith(WEB),
        "amount": lambda value, currency: localizer.money(Money(amount=value, currency=currency)),
    }


@dataclass(frozen=True)
class PageRenderer:
    """Renders pages.

    ``templates`` gives the templates of a folder in a language, ``localizer`` a language tag and time zone's
    way to write values.
    """

    templates: Callable[[Path, str], Environment]
    localizer: Callable[[str, str], PageLocalizer]

    def show(
        self,
        name: str,
        locale: str,
        timezone: str = "UTC",
        speaker: Speaker | None = None,
        **context: object,
    ) -> str:
        """Return the page ``name`` in the reader's language; ``speaker`` has the words of cities it shows.

        Raises where the context lacks something the page shows.
        """
        return self.page(name, locale, timezone, context, speaker)

    def page(
        self,
        name: str,
        locale: str,
        timezone: str,
        context: Mapping[str, object],
        speaker: Speaker | None = None,
    ) -> str:
        """Return a page as ``show`` does, with any names in its ``context``."""
        speaker, localizer = speaker or Speaker(), self.localizer(locale, timezone)
        ours = {
            "style": _style(),
            "vocabulary": VOCABULARY,
            "day": localizer.day,
            "clock": localizer.clock,
            "machine": speaker.has_a_machine,
            "originals": "",
            **speaker.tools(),
        }
        return self.templates(TEMPLATES, locale).get_template(f"{name}.html").render({**context, **ours})


def security_headers() -> dict[str, str]:
    """Return the headers of every page: our own style sheet and forms only, no frames, no leaks of links."""
    return EVERY_ANSWER | {
        CSP: policy(style_src=hash_of(_style()), form_action=SELF),
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }


@cache
def _style() -> str:
    return (TEMPLATES / "page.css").read_text("utf-8").strip()
