"""Kill −9 in mid-run: the journey still ends with each due letter exactly once, or visibly unknown."""

from dataclasses import replace

import pytest

from citiesshare.local.stack import Stack
from tests.chaos import message_disorder
from tests.chaos.fault_injection import Scene
from tests.chaos.faults import VICTIMS, Fault, draw
from tests.chaos.rounds import play
from tests.chaos.sample_world import make, poison


def test_a_seed_makes_the_same_world_and_the_same_faults() -> None:
    assert make(7) == make(7) != make(8)
    assert draw(message_disorder.chance_of(7), 5) == draw(message_disorder.chance_of(7), 5)
    assert poison(message_disorder.chance_of(7), 5) == poison(message_disorder.chance_of(7), 5)


def test_disorder_loses_nothing() -> None:
    letters = make(7).letters
    assert set(message_disorder.shuffle(message_disorder.chance_of(7), letters)) == set(letters)


def test_wrong_clocks_change_dates_and_nothing_else() -> None:
    letters = make(7).letters
    dated = message_disorder.misdated(message_disorder.chance_of(7), letters)
    assert [replace(late, time=letter.time) for late, letter in zip(dated, letters, strict=True)] == [
        *letters
    ]
    assert 0 < sum(late != letter for late, letter in zip(dated, letters, strict=True)) < len(letters)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_each_service_the_broker_and_the_store_are_killed_and_each_letter_comes_once(
    stack: Stack,
) -> None:
    """One after the other, a second apart, while everything is told twice over and in disorder."""
    faults = tuple(Fault(1.0, victim, "kill") for victim in VICTIMS)
    found = await play(Scene(stack), 2_001, faults)
    assert found.wrong == []
    assert (found.lost, found.double) == (0, 0)
    assert found.letters + found.unknown >= 18


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(2_002, 2_010))
async def test_faults_at_random_lose_and_double_nothing(stack: Stack, seed: int) -> None:
    found = await play(Scene(stack), seed, draw(message_disorder.chance_of(seed), 6))
    assert found.wrong == []
