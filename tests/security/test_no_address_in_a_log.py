"""No address, key or password in any log line, whoever writes it; with real letters, mail and requests."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.observability.redaction import redacted
from tests.contract.sources import ROOT


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_everything_logs_names_no_address_and_no_key(form: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.security.noisy", form],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    about, logged = ran.stdout.split("\n"), ran.stderr
    hidden = [word for word in about if word]
    assert len(hidden) == 8
    for happened in (
        "letters_postponed",
        "user unknown",
        "mail_not_set_aside",
        "RCPT",
        "GET",
        "scheduled_step_failed",
        "crashed",
    ):
        assert happened in logged, f"{happened} was not logged: {logged[-2000:]}"
    lines = [line for line in logged.splitlines() for word in hidden if word in line]
    assert lines == []
    assert "@krakow" not in logged
    assert "Logging error" not in logged


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("to <maja@example.org>: no", "to <[address]>: no"),
        ("RCPT TO:<maja+x@xn--krakw-3ta.pl>", "RCPT TO:<[address]>"),
        ("?email=maja%40example.org&x=1", "?email=[secret]&x=1"),
        ("maja (at) example.org", "[address]"),
        ('"maja kowalska"@example.org', "[address]"),
        ("amqp://operator:p@ss@broker:5672/", "amqp://[secret]@broker:5672/"),
        ("GET /in/abcdefghijklmnopqrstuvwx23456723456", "GET /in/[key]"),
        ("b+abcdefghijklmnopqrstuvwx.abcdefgh is no letter", "b+[key] is no letter"),
        ("Authorization: Bearer abcdef.ghijkl", "Authorization: Bearer [secret]"),
    ],
)
def test_what_is_hidden_and_what_stays(said: str, logged: str) -> None:
    assert redacted(said) == logged


@pytest.mark.parametrize(
    "said",
    [
        "letter abcdefghijklmnopqrstuvwx was skipped",
        "aiosmtplib 3.0.1 at 12:00 @ noon",
        "solution tampere/night-freight-hub#3, fit 85 %",
        "http://127.0.0.1:7640/v1/records/need/need-1?limit=40",
        "d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_what_identifies_no_person_stays(said: str) -> None:
    assert redacted(said) == said


@given(st.text(max_size=300), st.emails())
def test_an_address_is_hidden_wherever_it_stands(around: str, address: str) -> None:
    assert address not in redacted(f"{around} {address} {around}")
