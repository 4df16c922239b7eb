"""How long what is kept: every collection is in its table, the table is in the documents, and it holds."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.mongo import retention as notifications
from services.notifications.settings import Settings as Notifications
from services.scoring.adapters.mongo import retention as scoring
from services.scoring.settings import Settings as Scoring
from services.submissions.adapters.mongo import retention as submissions
from services.submissions.settings import Settings as Submissions
from shared.settings import ServiceSettings
from shared.store import rate_limits
from shared.store.retention import RetentionRule, table
from tests.contract.sources import ROOT, sources

TABLES: dict[str, tuple[Sequence[RetentionRule], ServiceSettings]] = {
    "submissions": (submissions.KEPT, Submissions()),
    "scoring": (scoring.KEPT, Scoring()),
    "notifications": (notifications.KEPT, Notifications()),
}
OPENED = re.compile(
    r"database\[\"(\w+)\"\]|super\(\).__init__\(database, \"(\w+)\""
    r"|(?:ensure_indexes|aggregate)\(\s*\"(\w+)\""
)
SERVICES = pytest.mark.parametrize("service", TABLES)


def opened(service: str) -> set[str]:
    """The collections that the code of a service opens."""
    text = "\n".join(path.read_text() for path in sources(f"services/{service}/**/*.py"))
    counters = {rate_limits.COLLECTION} if re.search(r"\bRateLimits\(", text) else set()
    return {name for found in OPENED.findall(text) for name in found if name} | counters


@SERVICES
def test_every_collection_that_is_opened_is_in_the_table(service: str) -> None:
    kept, _ = TABLES[service]
    assert opened(service) == {one.collection for one in kept}


@SERVICES
def test_the_table_is_in_the_document(service: str) -> None:
    assert table(service, *TABLES[service]) in (ROOT / "docs/retention.md").read_text(), (
        "write it anew with what shared.store.retention.table() returns"
    )


@SERVICES
def test_days_are_a_setting_and_something_ends_by_them(service: str) -> None:
    kept, settings = TABLES[service]
    for one in kept:
        by_days = one.setting is not None
        assert by_days == (one.since is not None or one.ends is not None), one.collection
        assert not by_days or (one.days(settings) or 0) >= 1


@SERVICES
def test_what_holds_persons_or_bytes_ends(service: str) -> None:
    """Until a day, or until somebody says so: a post that is taken away, a claim, a record that is erased."""
    for one in TABLES[service][0]:
        says_when = any(word in one.until for word in ("erased", "claimed", "taken", "takes", "removed"))
        assert one.setting or says_when or one.persons.startswith("none"), one.collection


def test_what_ends_by_its_state_never_takes_what_is_open() -> None:
    before = datetime.now(UTC) - timedelta(days=1)
    letters = [one.ends(before) for one in notifications.KEPT if one.collection == "letters" and one.ends]
    assert letters
    for query in letters:
        assert {*query["state"]["$in"]} == {"accepted", "unknown", "rejected", "skipped"}
