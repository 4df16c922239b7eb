"""What is looked for before each commit, shown by what it must find and what it must let pass."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.deployment import ROOT

# Put together here, so that this file is none of what is looked for.
KEY = "AKIA" + "QZ7XW3LM5NP2RT8V"
FENCE = "-" * 5


def looked_at(file: Path) -> subprocess.CompletedProcess[str]:
    hook = Path(sys.executable).with_name("detect-secrets-hook")
    command = [str(hook), "--baseline", ".secrets.baseline", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "line",
    [
        f"aws = '{KEY}'",
        f"{FENCE}BEGIN RSA PRIVATE " + f"KEY{FENCE}",
        "url = 'amqp://operator:" + "kf83hq0z@broker:5672/'",
    ],
)
def test_a_secret_is_found(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.py"
    file.write_text(f"{line}\n")
    done = looked_at(file)
    assert done.returncode == 1, done.stdout
    assert "settings.py:1" in done.stdout


def test_what_only_looks_like_one_passes(tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text("url = 'amqp://guest:guest@127.0.0.1:5672/'\n")
    assert looked_at(file).returncode == 0
