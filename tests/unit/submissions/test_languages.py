"""A report that does not say its language: what its texts read as is told to the sender, or it is unknown."""

import json
from typing import Any

import pytest

from services.submissions.adapters.reference_data import reference
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.validation import assess_report
from shared.facts import Implementation, Need
from shared.language_detection import detect, guess_of_few_words
from tests.builders import a_solution

SPANISH = "Nos enteramos de las lámparas apagadas por quejas y queremos saberlo antes de que llamen."


def judged(kind: str, **said: Any) -> MessageAssessment:  # noqa: ANN401 - fields of any report
    return assess_report(kind, json.dumps(said).encode(), reference=reference())


def need(**more: str) -> MessageAssessment:
    return judged("org.citiesshare.need.submitted.v1", id="n", city="634963", **more)


def attempt(**more: str) -> MessageAssessment:
    said = {"solution": "s", "city": "634963", "outcome": "failed", **more}
    return judged("org.citiesshare.outcome.reported.v1", **said)


@pytest.mark.parametrize(
    ("said", "language", "remark"),
    [
        ({"title": "Alumbrado", "description": SPANISH}, "es", "read as 'es'"),
        ({"title": "Alumbrado", "description": SPANISH, "language": "ca"}, "ca", None),
        ({"title": "LED 2030"}, "und", "too short or too mixed"),
        ({"title": "LED 2030", "language": "en"}, "en", None),
    ],
)
def test_a_need_has_the_language_that_was_told_else_what_it_reads_as_else_none(
    said: dict[str, str], language: str, remark: str | None
) -> None:
    found = need(**said)
    (draft,) = found.drafts
    assert isinstance(draft.fact, Need)
    assert draft.fact.language == language
    remarks = [each.message for each in found.complaints if each.path == "language"]
    assert [remark in each for each in remarks if remark] == ([True] if remark else [])
    assert bool(remarks) == bool(remark)


def test_the_language_of_an_attempt_beside_its_solution_is_read_by_itself() -> None:
    solution = a_solution(id="s", city="634963", language="en").model_dump(mode="json")
    said = {**solution, "attempt": {"outcome": "failed", "why": SPANISH}}
    found = judged("org.citiesshare.solution.submitted.v1", **said)
    assert [draft.fact.language for draft in found.drafts] == ["en", "es"]  # type: ignore[union-attr]
    assert [complaint.path for complaint in found.complaints] == ["attempt.language"]


@pytest.mark.parametrize(("why", "language"), [(SPANISH, "es"), ("No.", None), (None, None)])
def test_an_attempt_of_which_nothing_is_read_has_no_language_of_its_own(
    why: str | None, language: str | None
) -> None:
    (draft,) = attempt(**({"why": why} if why else {})).drafts
    assert isinstance(draft.fact, Implementation)
    assert draft.fact.language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Finne lekkasjer i gamle vannledninger før de blir synlige. En stor del av drikkevannet "
            "forsvinner på vei til kranen, og vi vil prioritere graving etter hvor lekkasjene faktisk er.",
            "nb",
        ),
        ("Sokak aydınlatması geceleri tamamen açık kalıyordu, kimsenin yürümediği yerlerde bile.", "tr"),
        ("short", None),
        ("2030 2031 2032 2033 2034 2035 2036 2037 2038 2039 2040 2041", None),
    ],
)
def test_a_language_is_read_from_enough_words_of_any_language(text: str, language: str | None) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("street lights", "en"), ("cycle lanes", "en"), ("waste", "en"), ("", "en"),
     ("Erneuerung der Straßenbeleuchtung in der Altstadt", "de")],
)  # fmt: skip
def test_a_text_of_few_words_is_english_unless_its_language_is_sure(text: str, language: str) -> None:
    assert guess_of_few_words(text) == language
