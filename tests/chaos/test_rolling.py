"""Every service is restarted while cities speak: nobody waits long, and nothing is lost or doubled."""

from pathlib import Path

import pytest

from tests.chaos.latency_probe import LatencyProbe, waits
from tests.chaos.rolling import compare
from tests.chaos.sample_world import make

# A service asked to stop has 25 s for what is in work; nobody should wait longer because of a restart.
BOUND = 25_000.0


def test_waits_are_the_middle_the_99th_percentile_and_the_most() -> None:
    found = waits([0.1, 0.2, 0.3])
    assert (found.count, round(found.p50), round(found.p99), round(found.most)) == (3, 200, 298, 300)


def test_only_what_came_is_counted() -> None:
    due = sorted(make(7).due, key=str)[:3]
    told = {(one.official, one.solution): float(number) for number, one in enumerate(due[:2], 1)}
    ear = LatencyProbe(said={one.solution: 0.5 for one in due}, told=told)
    assert (ear.until_told(due).count, ear.until_told(due).most) == (2, 1500)


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_a_rolling_restart_of_every_service_loses_and_doubles_nothing(tmp_path: Path) -> None:
    for phase in await compare(tmp_path, worlds=3, rate=3):
        assert [sentence for verdict in phase.verdicts for sentence in verdict.wrong] == []
        assert phase.told.p99 < BOUND
