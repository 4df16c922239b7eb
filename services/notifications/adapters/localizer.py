"""How a letter speaks: nineteen languages, fall-back chains, and dates, numbers and money as they write them.

The catalogues are read from their ``.po`` files, so that there is nothing to compile and nothing to be stale.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, localcontext
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.notifications.adapters.time_zones import zone_of
from services.notifications.domain.city_names import real_name
from services.notifications.domain.languages import language_chain
from services.notifications.domain.natural_frequencies import nearest
from services.notifications.domain.rounding import FEWEST_DIGITS, half_up, significant, wide_enough
from services.notifications.domain.text_cleanup import fill
from services.notifications.domain.translatable import mark
from services.notifications.domain.vocabulary import words_for
from shared.events import Price
from shared.facts import EARLIEST_YEAR, LATEST_YEAR, Money, decimals_of

RATIO = mark("%(part)s in %(whole)s")
HOW_MANY_FAIL = mark("About %(about)s such projects fail – it could be %(least)s to %(most)s")
SO_MANY_FAIL = mark("About %(about)s such projects fail")
LESS = mark("less than %(share)s")
MORE = mark("more than %(share)s")
A_CITY = mark("a city")
CHEAPER = mark("less than %(price)s")
CONVERTED_DIGITS = 3
"""A mean rate of a year is a few percent off the rate of any day in it."""
DAYS_OF_A_MONTH = 30
MANY_MONTHS = 1_000_000
"""Longer than this Babel cannot count."""
BABEL_DECIMALS = 9
"""At most as many decimals does Babel keep of what it writes."""
SPACES = re.compile(r"(?<=\d)\s(?=\d)")
"""Between thousands some languages write a space of one width or another, and no language has another use."""
MINUS = "\u2212"
"""The sign that some languages write before a negative number."""
TYPED = re.compile(r"[+-]?\d[^\w\s]*(?:\d[^\w\s]*)*")
"""Digits and marks between them: Python would read 1_000 and 1e5, too."""
YEARS = {"first_year": str(EARLIEST_YEAR), "last_year": str(LATEST_YEAR)}
FIRST_OF_MONTH = {"fr": "1er", "it": "1º"}
"""How the first day is written; CLDR's patterns write a plain 1."""
SMALL_LANGUAGES = frozenset({"el"})
"""Where CLDR writes names of languages with the capital of a list, which a sentence does not have."""
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
        translation = self.catalogue.gettext(text)
        return fill(translation, values) if values else translation

    def word(self, field: str, key: object) -> str:
        """The reader's word for a key of the vocabulary, e.g. ``word("outcome", "failed")``."""
        return self.catalogue.gettext(words_for(field, str(key)))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with at most ``digits`` decimals."""
        rounded = half_up(value, digits)
        with localcontext(wide_enough(rounded, BABEL_DECIMALS)):
            shown = rounded.normalize()  # Babel would round to three decimals, half to even
            return numbers.format_decimal(shown, locale=self.regional, decimal_quantization=False)

    def what_is_wrong(self, key: str) -> str:
        """What is wrong with a field of a form, with what the reader can type instead."""
        example = self.number(1234.5, 1)
        return fill(self.word("mistake", key), {"number": example, **YEARS})

    def read_number(self, text: str) -> Decimal:
        """The number that a reader typed as the language writes it, with spaces between digits or not.

        Raises ``ValueError`` if it is none; digits, separators and a sign are all it may have.
        """
        typed = SPACES.sub("", text).replace(MINUS, "-")
        if not TYPED.fullmatch(typed):
            raise ValueError(text)
        try:
            with localcontext(Context(prec=FEWEST_DIGITS + len(typed))):
                return numbers.parse_decimal(typed, locale=self.regional, strict=True)
        except numbers.NumberFormatError as error:
            raise ValueError(text) from error

    def percent(self, points: float, digits: int = 0) -> str:
        """Points from 0 to 100 as a percentage: 82.4 is ``82 %`` or ``82%``, as the language has it.

        What is not nothing is not said to be 0 %, and what is not everything not to be 100 %.
        """
        if digits == 0 and 0 < points < 1:
            return self.say(LESS, share=self._percent(Decimal(1)))
        if digits == 0 and 99 < points < 100:
            return self.say(MORE, share=self._percent(Decimal(99)))
        return self._percent(half_up(points, digits))

    def percent_range(self, points: float, low: float, high: float) -> str:
        """A percentage and its interval, ``27 %, 11–52``; alone where both ends are written alike."""
        least, most = self.number(low), self.number(high)
        return self.percent(points) if least == most else f"{self.percent(points)}, {least}–{most}"

    def change(self, before: float, after: float) -> tuple[str, str]:
        """Two percentages with as many decimals as it takes to tell them apart, at most one."""
        digits = 0 if self.percent(before) != self.percent(after) else 1
        return self.percent(before, digits), self.percent(after, digits)

    def change_of_chance(self, before: float, after: float) -> tuple[str, str]:
        """The same for chances, as natural frequencies first where these differ."""
        if self.ratio(before) == self.ratio(after):
            return self.change(before, after)
        return self.chance(before), self.chance(after)

    def _percent(self, points: Decimal) -> str:
        with localcontext(wide_enough(points, BABEL_DECIMALS)):
            return numbers.format_percent(points / 100, locale=self.regional, decimal_quantization=False)

    def ratio(self, points: float) -> str:
        """A chance from 0 to 100 as a natural frequency: ``1 in 7``."""
        ratio = nearest(points / 100)
        return self.say(RATIO, part=ratio.part, whole=self.number(ratio.whole))

    def chance(self, points: float) -> str:
        """The same with the percentage behind it; nothing and everything are percentages alone."""
        return f"{self.ratio(points)} ({self.percent(points)})" if 0 < points < 100 else self.percent(points)

    def how_many_fail(self, points: float, low: float, high: float) -> str:
        """A risk with its interval in one sentence; an interval whose ends are said alike is left out."""
        about, least, most = map(self.ratio, (points, low, high))
        if least == most:
            return self.say(SO_MANY_FAIL, about=about)
        return self.say(HOW_MANY_FAIL, about=about, least=least, most=most)

    def money(self, money: Money) -> str:
        """An amount with its ISO code, which is the same for every reader, to the currency's minor unit.

        A whole amount has no decimals. What is less than the minor unit is said so, and is never nothing.
        """
        return self._amount(money.amount, money.currency, decimals_of(money.currency))

    def converted(self, money: Money) -> str:
        """An amount that was converted by a mean rate, with the digits that such a rate supports."""
        rounded = significant(money.amount, CONVERTED_DIGITS)
        return self._amount(rounded, money.currency, decimals_of(money.currency))

    def per_head(self, price: Price) -> str:
        """What was paid for each inhabitant, in the currency of the price. Raises where it is not known.

        It is a quotient, not a payment: a small one has two significant digits, such as 1.4 JPY.
        """
        assert price.per_head is not None
        amount, currency = Decimal(str(price.per_head)), price.paid.currency
        digits = decimals_of(currency)
        return self._amount(amount, currency, max(digits, 1 - amount.adjusted()) if amount else digits)

    def _amount(self, amount: Decimal, currency: str, digits: int) -> str:
        """``amount`` with at most ``digits`` decimals, no fewer than the currency has unless it is whole."""
        decimals = decimals_of(currency)
        unit = Decimal(1).scaleb(-decimals)
        if 0 < amount < unit:
            return self.say(CHEAPER, price=self._amount(unit, currency, decimals))
        shown = half_up(amount, digits)
        least = 0 if shown == shown.to_integral_value() else decimals
        pattern = f"#,##0.{'0' * least}{'#' * (digits - least)} ¤¤"
        with localcontext(wide_enough(shown, digits)):
            return numbers.format_currency(
                shown, currency, pattern, locale=self.regional, currency_digits=False
            )

    def day(self, when: date | datetime) -> str:
        """A date, at the reader's place where a time of day came with it."""
        local = when.astimezone(self.zone).date() if isinstance(when, datetime) else when
        written = dates.format_date(local, "long", locale=self.regional)
        first = FIRST_OF_MONTH.get(self.language) if local.day == 1 else None
        return written.replace("1 ", f"{first} ", 1) if first and written.startswith("1 ") else written

    def clock(self, when: datetime) -> str:
        """A time of day at the reader's place."""
        return dates.format_time(when.astimezone(self.zone), "short", locale=self.regional)

    def weekday(self, number: int) -> str:
        """The name of a day of the week, 1 for Monday."""
        return str(dates.get_day_names("wide", locale=self.regional)[number - 1])

    def months(self, count: float) -> str:
        """A duration in whole months; in days, at least one, where it is less than a month of 30 days."""
        days = int(half_up(count * DAYS_OF_A_MONTH)) if count < 1 else DAYS_OF_A_MONTH
        if days < DAYS_OF_A_MONTH:
            span = timedelta(days=max(1, days))
            return dates.format_timedelta(span, "day", threshold=1e9, locale=self.regional)
        whole = int(half_up(count))
        span = timedelta(days=DAYS_OF_A_MONTH * min(whole, MANY_MONTHS))  # Babel: a month has thirty days
        written = dates.format_timedelta(span, "month", threshold=1e9, locale=self.regional)
        return written.replace(str(MANY_MONTHS), self.number(whole)) if whole > MANY_MONTHS else written

    def all_of(self, several: Sequence[str]) -> str:
        """A list in words: a, b and c."""
        return format_list(several, locale=self.regional)

    def named(self, name: str | None, city: str = "") -> str:
        """The name of a city; where it is not known, or only the id ``city`` is, "a city"."""
        return real_name(name, city) or self.say(A_CITY)

    def all_named(self, names: Sequence[str]) -> str:
        """A list of cities in words; those whose names are not known are said once."""
        return self.all_of(tuple(dict.fromkeys(map(self.named, names))))

    def language_name(self, code: str) -> str:
        """What the reader calls a language, as it stands in a sentence."""
        try:
            name = Locale.parse(code.partition("-")[0]).get_display_name(self.regional) or code
        except (UnknownLocaleError, ValueError):
            return code
        return name.lower() if self.language in SMALL_LANGUAGES else name

    def direction(self, code: str) -> str:
        """``rtl`` or ``ltr``, as the language is written; ``auto`` where nothing is known about it."""
        try:
            return Locale.parse(code.replace("-", "_")).text_direction
        except (UnknownLocaleError, ValueError):
            return "auto"

    def tools(self) -> dict[str, Callable[..., str]]:
        """What the templates may call."""
        values = (
            self.number,
            self.percent,
            self.percent_range,
            self.day,
            self.clock,
            self.weekday,
            self.months,
        )
        prices = (self.money, self.converted, self.per_head)
        chances = (self.ratio, self.chance, self.how_many_fail)
        others = (
            self.word,
            self.what_is_wrong,
            self.all_of,
            self.named,
            self.all_named,
            self.language_name,
            self.direction,
        )
        return {tool.__name__: tool for tool in (*values, *prices, *chances, *others)}


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
