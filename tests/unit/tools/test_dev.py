"""What restarts when files change, and how log lines are shown."""

from pathlib import Path

import pytest

from tools.dev import ROOT, LogTail, affected, readable


@pytest.mark.parametrize(
    ("files", "services"),
    [
        (["services/scoring/domain/bands.py"], ["scoring"]),
        (["services/notifications/web/x.html", "services/scoring/app.py"], ["scoring", "notifications"]),
        (["shared/settings.py", "services/scoring/app.py"], ["submissions", "scoring", "notifications"]),
        (["services/__init__.py"], []),
    ],
)
def test_a_service_restarts_where_its_files_or_shared_ones_changed(
    files: list[str], services: list[str]
) -> None:
    assert affected(ROOT / file for file in files) == services


def test_a_log_line_is_shown_with_time_service_event_and_names() -> None:
    line = '{"event": "letter_held", "letter": "a1", "level": "info", "timestamp": "2026-11-30T10:20:30.1Z"}'
    assert readable("scoring", line, colours=True).split() == [
        "10:20:30",
        "scoring",
        "letter_held",
        "letter=a1",
    ]
    assert "Traceback" in readable("scoring", "Traceback (most recent call last):", colours=False)
    wrong = '{"event": "crashed", "level": "error", "exception": "Traceback\\nKeyError"}'
    assert readable("scoring", wrong, colours=True).splitlines()[1:] == ["Traceback", "KeyError"]


def test_only_what_is_new_and_whole_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "scoring.log"
    log.write_text("before\n")
    tail = LogTail(tmp_path)
    with log.open("a") as file:
        file.write("one\ntw")
    assert [*tail.lines()] == [("scoring", "one")]
    with log.open("a") as file:
        file.write("o\n")
    assert [*tail.lines()] == [("scoring", "two")]
