"""The judge of the attack: a table of who may say what, which never asks the product."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.attack import judge as judging
from tests.attack import wellformed
from tests.attack.judge import Judge, Statement, type_of
from tests.attack.world import ACCOUNTS, LEEDS, MALMO, TAMPERE

LEEDS_NEED = wellformed.need(1, "need-of-leeds", LEEDS)
SOLUTION = wellformed.solution(2, "solution-of-leeds", LEEDS)
PROCESS = wellformed.release(3, "ocds-attack-1", LEEDS)


def says(account: str, key: str, data: wellformed.Data, **changes: Any) -> Statement:  # noqa: ANN401
    """What an account says under its own source."""
    name = f"attack-{account}"
    said = Statement(name, key, type_of(key), ACCOUNTS[name].source, "event-1", data)
    return replace(said, **changes)


def knowing() -> Judge:
    """A judge who knows that Leeds opened a need and a solution, and the portal a process."""
    judge = Judge()
    for said in (
        says("leeds", "need.submitted", LEEDS_NEED),
        says("leeds", "solution.submitted", SOLUTION),
        says("portal", "procurement.release", PROCESS),
    ):
        assert judge.judge(said).may
        judge.accepted(said)
    return judge


FRESH = wellformed.need(4, "fresh", LEEDS)
MAY = [
    says("leeds", "need.submitted", FRESH),
    says("leeds", "need.submitted", FRESH, source="https://attack-leeds.example/portal"),
    says("leeds", "need.submitted", LEEDS_NEED),
    says("leeds", "record.withdrawn", wellformed.withdrawn(4, "need", "need-of-leeds", LEEDS)),
    says("leeds", "solution.embargoed", wellformed.embargoed(4, "solution-of-leeds", LEEDS)),
    says("leeds-second", "outcome.reported", wellformed.outcome(4, "solution-of-leeds", LEEDS)),
    says("malmo", "outcome.reported", wellformed.outcome(4, "solution-of-leeds", MALMO)),
    says("portal", "procurement.release", PROCESS),
    says("portal-second", "procurement.release", wellformed.release(4, "ocds-attack-2", LEEDS)),
    says("platform", "citizen.voice", wellformed.voice(4, "p-1", LEEDS, "solution-of-leeds")),
    says("platform", "comment.made", wellformed.comment(4, "solution-of-leeds", MALMO)),
    says("platform-leeds", "catalogue.entry", wellformed.entry(4, "permits")),
    says(
        "verifier",
        "outcome.reported",
        {**wellformed.outcome(4, "s", MALMO), "verification": "independent"},
    ),
    says("leeds", "need.submitted", FRESH, deposit_of="attack-leeds", claims="attack-leeds"),
]
MAY_NOT = [
    (says("leeds", "need.submitted", wellformed.need(5, "n", MALMO)), "does not speak for"),
    (says("leeds", "city.profile", wellformed.profile(5, MALMO)), "does not speak for"),
    (says("leeds", "city.transition", wellformed.transition(5, MALMO)), "does not speak for"),
    (says("malmo", "need.submitted", wellformed.need(5, "need-of-leeds", MALMO)), "belongs to"),
    (says("leeds-second", "need.submitted", LEEDS_NEED), "was opened by"),
    (
        says("malmo", "record.withdrawn", wellformed.withdrawn(5, "need", "need-of-leeds", MALMO)),
        "belongs to",
    ),
    (says("leeds", "record.confirmed", wellformed.confirmed(5, "need", "nothing", LEEDS)), "no such record"),
    (
        says("leeds-second", "solution.evidenced", wellformed.evidenced(5, "solution-of-leeds", LEEDS)),
        "was opened by",
    ),
    (says("portal-second", "procurement.release", PROCESS), "was opened by"),
    (
        says("portal-leeds", "procurement.release", wellformed.release(5, "ocds-attack-3", TAMPERE)),
        "does not speak for",
    ),
    (says("leeds", "citizen.voice", wellformed.voice(5, "p", LEEDS)), "of kind city does not say"),
    (says("portal", "need.submitted", FRESH), "of kind procurement does not say"),
    (says("leeds", "need.submitted", FRESH, said_type=type_of("procurement.release")), "not what goes under"),
    (says("leeds", "need.submitted", FRESH, source="https://attack-malmo.example"), "is not below"),
    (says("leeds", "need.submitted", FRESH, source="https://attack-leeds.example.evil"), "is not below"),
    (says("leeds", "need.submitted", FRESH, source="HTTPS://ATTACK-LEEDS.EXAMPLE"), "is not below"),
    (says("leeds", "record.due", wellformed.due(5, "solution-of-leeds")), "only the clock"),
    (says("leeds", "need.submitted", FRESH, claims="submissions"), "is not submissions"),
    (says("leeds", "need.submitted", FRESH, exchange="citiesshare.events"), "do not speak on"),
    (says("leeds", "need.submitted", FRESH, exchange=""), "do not speak on"),
    (says("leeds", "need.submitted", FRESH, deposit_of="attack-malmo"), "the deposit is"),
    (says("revoked", "need.submitted", FRESH), "revoked"),
    (
        says(
            "malmo", "outcome.reported", {**wellformed.outcome(5, "s", MALMO), "verification": "independent"}
        ),
        "verifies nothing",
    ),
    (
        says("platform", "citizen.voice", wellformed.voice(5, "p-1", MALMO, "solution-of-leeds")),
        "belongs to",
    ),
]


@pytest.mark.parametrize("said", MAY, ids=lambda said: f"{said.account}-{said.key}")
def test_what_a_sender_may_say_is_allowed(said: Statement) -> None:
    verdict = knowing().judge(said)
    assert verdict.may, verdict.why


@pytest.mark.parametrize(("said", "why"), MAY_NOT, ids=lambda one: getattr(one, "key", one))
def test_what_a_sender_may_not_say_is_refused_with_its_reason(said: Statement, why: str) -> None:
    verdict = knowing().judge(said)
    assert not verdict.may
    assert why in verdict.why


def test_the_first_accepted_word_decides_whose_a_record_is() -> None:
    judge = Judge()
    first = says("leeds", "need.submitted", wellformed.need(6, "contested", LEEDS))
    second = says("malmo", "need.submitted", wellformed.need(7, "contested", MALMO))
    assert judge.judge(first).may
    assert judge.judge(second).may
    judge.accepted(second)
    assert not judge.judge(first).may
    judge.accepted(first)
    assert judge.judge(second).may


def test_the_judge_imports_nothing_of_the_product() -> None:
    source = Path(judging.__file__ or "").read_text("utf-8")
    imported = {
        name
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not [name for name in imported if name.split(".")[0] in {"services", "shared", "citiesshare"}]


def test_a_buyer_whose_id_was_broken_is_the_city_that_it_is_named_after() -> None:
    for city, id_, may in (
        (LEEDS, "'; DROP TABLE", True),
        (MALMO, "26\u200b92969", False),
        (LEEDS, MALMO, False),
    ):
        broken = wellformed.release(5, f"ocds-attack-{city}-{id_}", city)
        release = broken["release"]
        release["buyer"] = {**release["buyer"], "id": id_}
        assert Judge().judge(says("portal-leeds", "procurement.release", broken)).may is may


def test_a_buyer_is_read_without_the_characters_that_nobody_sees() -> None:
    for city, may in ((LEEDS, True), (MALMO, False)):
        broken = wellformed.release(5, f"ocds-attack-hidden-{city}", city)
        release = broken["release"]
        buyer = {
            key: f"{value[:2]}\u2028\ufeff\u202e\u001f{value[2:]}" for key, value in release["buyer"].items()
        }
        assert (
            Judge()
            .judge(
                says("portal-leeds", "procurement.release", broken | {"release": release | {"buyer": buyer}})
            )
            .may
            is may
        )
