"""What chaos calls lost and double, by how letters stand and what is in the mailbox."""

from collections import Counter

import pytest

from tests.chaos.checks import Verdict, judge_due
from tests.chaos.sample_world import ExpectedLetter

DUE = ExpectedLetter("official-1", "official-1@example.org", "solution-1")


@pytest.mark.parametrize(
    ("standing", "arrived", "lost", "double"),
    [
        (["alert accepted"], [0], 0, 0),
        (["alert accepted", "update held"], [0], 0, 0),
        (["alert accepted", "alert skipped"], [0], 0, 0),
        (["alert accepted", "alert skipped"], [0, 1], 0, 1),
        (["alert accepted", "alert accepted"], [0, 1], 0, 1),
        (["alert accepted", "alert unknown"], [0], 0, 1),
        (["alert accepted", "alert claimed"], [0], 0, 1),
        (["alert unknown"], [], 0, 0),
        (["alert skipped", "update accepted"], [1], 0, 0),
        (["alert skipped", "alert skipped"], [], 1, 0),
        (["alert accepted"], [], 1, 0),
        (["warning accepted"], [0], 1, 0),
        ([], [], 1, 0),
    ],
)
def test_two_alerts_that_went_are_double_and_who_was_not_told_is_lost(
    standing: list[str], arrived: list[int], lost: int, double: int
) -> None:
    words = [(str(number), *word.split()) for number, word in enumerate(standing)]
    letters: list[dict[str, object]] = [
        {"_id": name, "kind": kind, "state": state} for name, kind, state in words
    ]
    verdict = Verdict()
    judge_due(DUE, letters, Counter(map(str, arrived)), verdict)
    assert (verdict.lost, verdict.double) == (lost, double)
    assert len(verdict.wrong) == lost + double
