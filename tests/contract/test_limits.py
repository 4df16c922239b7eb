"""The one limit of size, told everywhere alike."""

import re

import pytest

from services.submissions.domain.ocds.json_decoder import LARGEST
from services.submissions.domain.publishers import Publisher
from services.submissions.http.openapi_examples import PROBLEMS
from services.submissions.settings import Settings
from shared.json_limits import DEEPEST, LARGEST_MESSAGE
from tests.contract.sources import ROOT

IN_WORDS = f"{LARGEST_MESSAGE:,} bytes"


def test_settings_readers_and_publishers_have_the_same_limit() -> None:
    assert Settings().most_deposit_bytes == LARGEST == LARGEST_MESSAGE
    with pytest.raises(ValueError, match=str(LARGEST_MESSAGE)):
        Settings(most_deposit_bytes=LARGEST_MESSAGE + 1)
    with pytest.raises(ValueError, match=str(LARGEST_MESSAGE)):
        Publisher(
            id="york", name="York", cities=("1",), sources=("urn:y",), bytes_per_minute=LARGEST_MESSAGE - 1
        )


def test_the_broker_takes_no_larger_message() -> None:
    told = re.findall(
        r"^max_message_size = (\d+)$", (ROOT / "deploy/rabbitmq/rabbitmq.conf").read_text(), re.M
    )
    assert told == [str(LARGEST_MESSAGE)]


def test_openapi_and_the_env_file_tell_it() -> None:
    assert str(LARGEST_MESSAGE) in str(PROBLEMS[413]["description"])
    assert f"MOST_DEPOSIT_BYTES={LARGEST_MESSAGE}\n" in (ROOT / "deploy/env/submissions.env").read_text()


@pytest.mark.parametrize(
    "page", ["services/submissions/README.md", "docs/ocds.md", "docs/threat-model.md"], ids=lambda page: page
)
def test_the_documents_tell_it(page: str) -> None:
    assert IN_WORDS in (ROOT / page).read_text()


@pytest.mark.parametrize(
    "page",
    [
        "services/submissions/README.md",
        "docs/ocds.md",
        "docs/threat-model.md",
        "services/submissions/adapters/files.py",
    ],
    ids=lambda page: page,
)
def test_no_document_tells_another(page: str) -> None:
    text = (ROOT / page).read_text()
    assert re.findall(r"\b(?:16|20|50) MB\b|50000000|16777216", text) == []


def test_the_documents_tell_the_depth() -> None:
    assert f"{DEEPEST} levels" in (ROOT / "services/submissions/README.md").read_text()
    assert f"{DEEPEST} levels" in (ROOT / "docs/ocds.md").read_text()
