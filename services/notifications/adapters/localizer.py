"""How a letter speaks: nineteen languages, fall-back chains, and dates, numbers and money as they write them.

The catalogues are read from their ``.po`` files, so that there is nothing to compile and nothing to be stale.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.notifications.adapters.time_zones import zone_of
from services.notifications.domain.languages import language_chain
from services.notifications.domain.natural_frequencies import Ratio, at_least, at_most, nearest
from services.notifications.domain.text_cleanup import fill
from services.notifications.domain.vocabulary import mark, words_for
from shared.events import Price
from shared.facts import Money

RATIO = mark("%(part)s in %(whole)s")
HOW_MANY_FAIL = mark("About %(about)s such projects fail – it could be %(least)s to %(most)s")
AT_HOME = {"en": "en_GB", "pt": "pt_PT"}
CATALOGUES = Path(__file__).parents[1] / "locale"


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of one of the nineteen languages; English is what the source says."""
    file = CATALOGUES / language / "LC_MESSAGES" / "letters.po"
    if language == "en" or not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


class Localizer:
    """One reader's language: ``say`` translates, the others write values the way that language does."""

    def __init__(self, wanted: str, timezone: str = "UTC") -> None:
        self.language = language_chain(wanted)[0]
        self.regional = _regional(wanted, self.language)
        self.zone = zone_of(timezone)
        self.catalogue = catalogue(self.language)

    def say(self, text: str, **values: object) -> str:
        """``text`` in the reader's language, with ``%(name)s`` filled in."""
        said = self.catalogue.gettext(text)
        return fill(said, values) if values else said

    def word(self, field: str, key: object) -> str:
        """The reader's word for a key of the vocabulary, e.g. ``word("outcome", "failed")``."""
        return self.catalogue.gettext(words_for(field, str(key)))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with at most ``digits`` decimals."""
        return numbers.format_decimal(round(value, digits), locale=self.regional)

    def percent(self, points: float, digits: int = 0) -> str:
        """Points from 0 to 100 as a percentage: 82.4 is ``82 %`` or ``82%``, as the language has it."""
        share = Decimal(str(round(points, digits))) / 100
        return numbers.format_percent(share, locale=self.regional, decimal_quantization=False)

    def ratio(self, points: float) -> str:
        """A chance from 0 to 100 as a natural frequency: ``1 in 7``."""
        return self._in_words(nearest(points / 100))

    def chance(self, points: float) -> str:
        """The same with the percentage behind it; nothing and everything are percentages alone."""
        return f"{self.ratio(points)} ({self.percent(points)})" if 0 < points < 100 else self.percent(points)

    def how_many_fail(self, points: float, low: float, high: float) -> str:
        """A risk with its interval in one sentence; the bounds are never said narrower than they are."""
        bounds = at_least(low / 100), at_most(high / 100)
        least, most = map(self._in_words, bounds)
        about = self.ratio(points)
        return self.say(HOW_MANY_FAIL, about=about, least=least, most=most)

    def _in_words(self, ratio: Ratio) -> str:
        return self.say(RATIO, part=ratio.part, whole=self.number(ratio.whole))

    def money(self, money: Money) -> str:
        """An amount with its ISO code, which is the same for every reader; whole from a thousand up."""
        pattern = "#,##0 ¤¤" if abs(money.amount) >= 1000 else "#,##0.00 ¤¤"
        return numbers.format_currency(
            money.amount, money.currency, pattern, locale=self.regional, currency_digits=False
        )

    def per_head(self, price: Price) -> str:
        """What was paid for each inhabitant, in the currency of the price. Raises where it is not known."""
        assert price.per_head is not None
        amount = Decimal(str(round(price.per_head, 2)))
        return self.money(Money(amount=amount, currency=price.paid.currency))

    def day(self, when: date | datetime) -> str:
        """A date, at the reader's place where a time of day came with it."""
        local = when.astimezone(self.zone).date() if isinstance(when, datetime) else when
        return dates.format_date(local, "long", locale=self.regional)

    def weekday(self, number: int) -> str:
        """The name of a day of the week, 1 for Monday."""
        return str(dates.get_day_names("wide", locale=self.regional)[number - 1])

    def months(self, count: float) -> str:
        """A duration in whole months; Babel counts thirty days as a month."""
        span = timedelta(days=30 * max(1, round(count)))
        return dates.format_timedelta(span, "month", threshold=1e9, locale=self.regional)

    def all_of(self, several: Sequence[str]) -> str:
        """A list in words: a, b and c."""
        return format_list(several, locale=self.regional)

    def language_name(self, code: str) -> str:
        """What the reader calls a language."""
        try:
            return Locale.parse(code.partition("-")[0]).get_display_name(self.regional) or code
        except (UnknownLocaleError, ValueError):
            return code

    def direction(self, code: str) -> str:
        """``rtl`` or ``ltr``, as the language is written; ``auto`` where nothing is known about it."""
        try:
            return Locale.parse(code.replace("-", "_")).text_direction
        except (UnknownLocaleError, ValueError):
            return "auto"

    def tools(self) -> dict[str, Callable[..., str]]:
        """What the templates may call."""
        values = (self.number, self.percent, self.money, self.per_head, self.day, self.weekday, self.months)
        chances = (self.ratio, self.chance, self.how_many_fail)
        others = (self.word, self.all_of, self.language_name, self.direction)
        return {tool.__name__: tool for tool in (*values, *chances, *others)}


def _regional(wanted: str, language: str) -> Locale:
    tag = wanted.replace("-", "_")
    if "_" not in tag or tag.split("_")[0].lower() != language:
        tag = AT_HOME.get(language, language)
    try:
        return Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(AT_HOME.get(language, language))


@cache
def localizer_for(wanted: str, timezone: str = "UTC") -> Localizer:
    """The one ``Localizer`` for a language tag and a time zone."""
    return Localizer(wanted, timezone)
