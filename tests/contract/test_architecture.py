"""The pictures, the list of places and the glossary agree with the code."""

import re
from collections.abc import Callable

import pytest

from shared.messaging.topology import SERVICES
from tests.contract import pictures
from tests.contract.sources import ROOT, tree
from tests.contract.test_retention import opened

ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
WAY, WHERE = (
    ARCHITECTURE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for heading in ("From one release to a letter", "Where to find what")
)
INDEX = (ROOT / "docs/index.md").read_text()
LINK = re.compile(r"\]\(\.\./([^)#]+)\)")


def rows(table: str) -> list[list[str]]:
    """The cells of each row of a Markdown table, without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


QUESTIONS = rows(WHERE)
TERMS = rows((ROOT / "docs/glossary.md").read_text())


@pytest.mark.parametrize("picture", [pictures.messages, pictures.failures, pictures.stores])
def test_a_picture_is_what_the_topology_and_the_tables_draw(picture: Callable[[], str]) -> None:
    assert picture() in ARCHITECTURE, "write it anew with `python -m tests.contract.pictures`"


@pytest.mark.parametrize("service", pictures.COLLECTIONS)
def test_every_collection_that_is_opened_is_in_the_picture(service: str) -> None:
    assert opened(service) <= set(pictures.COLLECTIONS[service])


def test_the_way_of_a_release_names_files_of_each_service() -> None:
    files = LINK.findall(WAY)
    assert [file for file in files if not (ROOT / file).is_file()] == []
    for service in SERVICES:
        assert sum(file.startswith(f"services/{service}/") for file in files) >= 4, service


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_a_question_leads_to_files_that_have_the_names_it_tells(question: list[str]) -> None:
    _, files, names = question
    texts = [(ROOT / file).read_text() for file in LINK.findall(files)]
    told = re.findall(r"`(\w+)`", names)
    assert texts
    assert told
    assert [name for name in told if not any(re.search(rf"\b{name}\b", text) for text in texts)] == []


def test_there_are_answers_to_two_dozen_questions() -> None:
    assert len(QUESTIONS) >= 24


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term[0])
def test_a_term_is_defined_by_a_class_that_is_there(term: list[str]) -> None:
    _, meaning, place = term
    assert meaning.endswith(".")
    told = re.fullmatch(r"\[`([\w.]+)\.(\w+)`\]\(\.\./([\w/.]+)\)", place)
    assert told, place
    module, name, file = told.groups()
    assert file in {f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"}
    assert name in {getattr(node, "name", None) for node in tree(ROOT / file).body}


def test_every_document_is_on_the_map() -> None:
    listed = {(ROOT / "docs" / link).resolve() for link in re.findall(r"\]\(([^)]+)\)", INDEX)}
    documents = {path for path in ROOT.glob("docs/**/*.md") if path.name != "index.md"}
    assert documents - listed == set()
