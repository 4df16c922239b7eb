"""The small translations every record needs: titles, money, days, languages, topics, ids."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from services.submissions.domain.ocds.release_models import (
    OcdsClassification,
    Period,
    PurchasedItem,
    Tender,
    Value,
)
from services.submissions.domain.publisher_profiles import Profile
from services.submissions.domain.topics import PublishedClassification as Published
from services.submissions.domain.topics import TopicTable, topics_of
from shared.facts import Money, Topic

DAYS_PER_MONTH = 30.4375
NO_LANGUAGE = "und"


def money(*values: Value | None) -> Money | None:
    """The first amount that is known; none at all is not zero."""
    for value in values:
        if value and value.amount is not None and value.currency:
            return Money(amount=value.amount, currency=value.currency)
    return None


def day(*moments: datetime | date | None) -> date | None:
    """The first that is known, as a day."""
    for moment in moments:
        if moment is not None:
            return moment.date() if isinstance(moment, datetime) else moment
    return None


def deadline(period: Period | None, zone: ZoneInfo) -> datetime | None:
    """The end of a period, in UTC; a mere day ends with its last second in ``zone``."""
    end = period.end_date if period else None
    if end is None or isinstance(end, datetime):
        return end.astimezone(UTC) if end else None
    return datetime.combine(end, time(23, 59, 59), zone).astimezone(UTC)


def planned_end(*periods: Period | None) -> date | None:
    """The last day planned, from an end or from a start and a duration."""
    for period in periods:
        if period and period.end_date:
            return day(period.end_date)
        if period and period.start_date and period.duration_in_days and 0 < period.duration_in_days < 36_525:
            start = day(period.start_date)
            return start + timedelta(days=int(period.duration_in_days)) if start else None
    return None


def months_between(start: date | None, end: date | None) -> float | None:
    """Months from start to end, one decimal; None unless the end is later."""
    if start is None or end is None or end <= start:
        return None
    return round((end - start).days / DAYS_PER_MONTH, 1) or 0.1


def language_of(declared: object, profile: Profile) -> str:
    """The language of a process, as it or its publisher's profile declares it; ``und`` where neither does."""
    language = str(declared or "").strip().casefold().replace("_", "-")
    primary = profile.languages.get(language, language.split("-")[0])
    if primary.isascii() and primary.isalpha() and len(primary) in (2, 3):
        return primary
    return profile.language or NO_LANGUAGE


def topics(parts: Iterable[OcdsClassification | None], table: TopicTable) -> tuple[Topic, ...]:
    """Known codes and their themes, from whatever classifications were published."""
    given = (Published(part.scheme or "", part.id, part.description) for part in parts if part and part.id)
    return topics_of(given, table)


def classifications(tender: Tender | None, items: Iterable[PurchasedItem]) -> list[OcdsClassification | None]:
    """Those of the items first, then those of the call as a whole."""
    classified: list[OcdsClassification | None] = []
    for item in items:
        classified += [item.classification, *item.additional_classifications]
    if tender:
        classified += [tender.classification, *tender.additional_classifications]
    return classified


def part_id(key: str, kind: str, name: str | None, content: object) -> str:
    """The id of a part of a process (``…#award=12``); without an id of its own, a hash of what it says."""
    usable = name if name and len(key) + len(name) < 480 else "~" + _short_hash(name or repr(content))
    return f"{key}#{kind}={usable}"


def _short_hash(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=6).hexdigest()
