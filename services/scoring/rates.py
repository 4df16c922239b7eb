"""Reading the euro foreign exchange reference rates as the European Central Bank publishes them."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import fmean

from services.scoring.domain.currency import Rates


def read_rates(path: Path) -> Rates:
    """Return the mean rate of each year from ``eurofxref-hist.csv``: a ``Date`` column and one per currency.

    Raises ``ValueError`` naming the line where the file is none of these.
    """
    daily: dict[tuple[str, int], list[float]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                year = int(row.pop("Date")[:4])
                for currency, rate in row.items():
                    if currency and rate not in ("", "N/A", None):
                        daily[currency, year].append(float(rate))
            except (KeyError, ValueError, TypeError) as error:
                raise ValueError(f"{path}, line {number}: no day of reference rates ({error})") from None
    return {year: fmean(rates) for year, rates in daily.items()}
