"""``citiesshare run --once --json``: real letters; a second run finds its data and repeats none."""

import asyncio
import json
import mailbox
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from citiesshare.local.ports import free_block

ROOT = Path(__file__).parents[2]
SECONDS = 540
SAME = ("fed", "recorded", "rejected", "scored", "matched", "letters", "records")


async def run_once(data: Path, *words: str) -> tuple[int, str, str]:
    """Run the command on ``data``; return its exit code, what it printed, and its messages."""
    base = free_block()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "citiesshare.cli", "run", "--once", "--json"),
        *("--data", str(data), "--base-port", str(base), *words),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def letters(data: Path) -> list[str]:
    return sorted(str(letter["Message-ID"]) for letter in mailbox.Maildir(data / "mail"))


@pytest.mark.timeout(SECONDS * 2)
async def test_one_command_tells_the_sample_and_a_second_run_repeats_no_letter(tmp_path: Path) -> None:
    compiled = ROOT / ".citiesshare/numba"
    if compiled.is_dir():
        shutil.copytree(compiled, tmp_path / "numba")
    code, out, err = await run_once(tmp_path)
    assert code == 0, err
    first: dict[str, Any] = json.loads(out)
    mailed = letters(tmp_path)
    assert (first["fed"], first["rejected"]) == (first["recorded"], 0)
    assert first["records"]["city"] == 22
    assert first["scored"] > 10
    assert first["letters"] == len(mailed) == len(set(mailed)) > 20
    code, out, err = await run_once(tmp_path)
    assert code == 0, err
    again: dict[str, Any] = json.loads(out)
    assert letters(tmp_path) == mailed
    assert {name: again[name] for name in SAME} == {name: first[name] for name in SAME}


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 2)
async def test_after_a_backup_was_put_back_and_all_was_sent_again_no_letter_comes_twice(
    tmp_path: Path,
) -> None:
    lived, restored = tmp_path / "lived", tmp_path / "restored"
    code, out, err = await run_once(lived)
    assert code == 0, err
    first, mailed = json.loads(out), letters(lived)
    # Queues are not backed up, and the broker remembers where its folder was: it begins anew.
    shutil.copytree(lived, restored, ignore=shutil.ignore_patterns("rabbitmq"))
    shutil.rmtree(lived)
    code, out, err = await run_once(restored)
    assert code == 0, err
    assert letters(restored) == mailed
    assert {name: json.loads(out)[name] for name in SAME} == {name: first[name] for name in SAME}


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 2)
async def test_behind_closed_doors_each_publisher_says_its_part_of_the_sample_and_all_of_it_is_recorded(
    tmp_path: Path,
) -> None:
    code, out, err = await run_once(tmp_path, "--closed-doors")
    assert code == 0, err
    told: dict[str, Any] = json.loads(out)
    assert (told["fed"], told["rejected"]) == (told["recorded"], 0)
    assert told["letters"] == len(letters(tmp_path)) > 20
    assert len({each["source"] for each in told["releases"]}) == 6
    code, out, err = await run_once(tmp_path)
    assert code == 1
    assert "is of a stack with --closed-doors" in " ".join(err.split())


async def test_an_input_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, out, err = await run_once(tmp_path, "--input", "no-such-folder")
    assert (code, out) == (2, "")
    assert "no-such-folder" in err
