"""What is written for people: its links lead somewhere, and the commands in it are there to be called."""

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from citiesshare.cli import app
from shared.lazy_commands import LazyCommand
from tests.contract.deployment import ROOT

ELSEWHERE = re.compile(r"(https?|mailto):")
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text()
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "citiesshare/**/*.md",
        "deploy/**/*.md",
        "services/**/*.md",
        "tests/**/*.md",
        "shared/*.md",
    )
    for path in sorted(ROOT.glob(pattern))
}
EVERY = pytest.mark.parametrize("document", DOCUMENTS)
# A changelog and decisions tell of what was; nobody calls it from there.
OF_THE_PAST = {"CHANGELOG.md", "DECISIONS.md"}
CALLABLE = pytest.mark.parametrize("document", sorted(DOCUMENTS.keys() - OF_THE_PAST))
MODULES = [
    f"/{path.relative_to(ROOT)}"
    for folder in ("benchmarks", "citiesshare", "deploy", "services", "shared", "tests", "tools")
    for path in ROOT.glob(f"{folder}/**/*.py")
]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def anchors(path: Path) -> set[str]:
    """The names that headings of a document are linked by, as the usual renderers make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead(document: str) -> Iterator[str]:
    """The links of ``document`` that lead nowhere in this repository."""
    for link in re.findall(r"\]\(([^)\s]+)\)", DOCUMENTS[document]):
        if not ELSEWHERE.match(link):
            name, _, anchor = link.partition("#")
            target = (ROOT / document).parent / name if name else ROOT / document
            if not target.exists() or (anchor and anchor not in anchors(target)):
                yield link


def calls(document: str) -> set[str]:
    """The calls of ``citiesshare`` in code of ``document``: what follows it, up to the end of the call."""
    code = re.findall(r"^```\w*\n(.*?)^```|`([^`]+)`", DOCUMENTS[document], re.MULTILINE | re.DOTALL)
    text = "\n".join(fenced or inline for fenced, inline in code)
    return {found.strip() for found in re.findall(r"(?:^|\s)citiesshare ([a-z][^\n|#;)&<>]*)", text)}


def wrong(call: str) -> str | None:
    """What is wrong with ``call``: a command or an option that there is not."""
    command: Any = get_group(app)
    words = shlex.split(call)
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
        command = command.load() if isinstance(command, LazyCommand) else command
    if hasattr(command, "commands"):
        return f"{call}: there is no such command" if words else None
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    unknown = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)} - options - {"--help"}
    return f"{call}: there is no {' '.join(unknown)}" if unknown else None


@EVERY
def test_a_link_leads_somewhere(document: str) -> None:
    assert list(dead(document)) == []


@CALLABLE
def test_a_file_that_is_named_is_there(document: str) -> None:
    named = re.findall(
        r"`((?:benchmarks|citiesshare|deploy|docs|schemas|services|shared|tests)/[\w./-]+)`",
        DOCUMENTS[document],
    )
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@CALLABLE
def test_a_module_that_is_named_by_the_end_of_its_path_is_there(document: str) -> None:
    named = re.findall(r"`(?:\.\./)*([\w./]+\.py)`", DOCUMENTS[document])
    assert sorted({name for name in named if not any(path.endswith(f"/{name}") for path in MODULES)}) == []


@CALLABLE
def test_a_command_that_is_named_can_be_called(document: str) -> None:
    assert [fault for call in sorted(calls(document)) if (fault := wrong(call))] == []


@CALLABLE
def test_a_target_that_is_named_can_be_made(document: str) -> None:
    named = set(re.findall(r"`make ([a-z-]+)", DOCUMENTS[document]))
    assert {name for name in named if not name.endswith("-")} <= TARGETS


@CALLABLE
def test_a_module_that_is_named_can_be_run(document: str) -> None:
    named = set(re.findall(r"python -m ((?:citiesshare|tests|benchmarks)[\w.]*\w)", DOCUMENTS[document]))
    assert {name for name in named if find_spec(name) is None} == set()


def test_what_is_not_there_is_seen() -> None:
    assert wrong("submissions publishers add york --account york") is None
    assert (
        wrong("submissions publishers ad york") == "submissions publishers ad york: there is no such command"
    )
    assert wrong("dead list --nonsense") == "dead list --nonsense: there is no --nonsense"
