"""A small attack on a stack of its own: nothing is accepted wrongly, nothing breaks, nothing stands still."""

import asyncio
from pathlib import Path

import pytest

from tests.attack.attack import attack
from tests.attack.plan import Plan

SEED, INPUTS = 7, 300


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("chaos")
def test_three_hundred_bad_inputs_get_nowhere(tmp_path: Path) -> None:
    outcome = asyncio.run(attack(Plan(SEED), range(INPUTS), tmp_path, lambda _, __, ___: None))
    findings = outcome.findings
    assert sum(findings.sent.values()) == INPUTS
    assert [(each.kind, each.what, each.numbers) for each in findings.found] == []
    assert findings.last_line == f"inputs {INPUTS}, accepted wrongly 0, crashes 0, stalls 0"
