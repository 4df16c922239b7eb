"""The inputs of the attack: the same for the same seed, and each of the kind that it says it is."""

import json
from collections import Counter
from random import Random

import pytest

from tests.attack.findings import Findings, write_input
from tests.attack.foreign import AT_THE_BROKER, AT_THE_DOOR, IN_THE_PIPELINE, own_words
from tests.attack.inputs import WAYS, File, Mail, Message, event_of
from tests.attack.mails import MAILS
from tests.attack.mangling import MANGLES
from tests.attack.marks import mark, marks_in
from tests.attack.pages import routes_of
from tests.attack.plan import SHARES, Plan, judge_of, opening, reread

CHEAP = [name for name in MANGLES if name not in {"packed", "giant"}]


def test_a_seed_makes_the_same_inputs_in_any_order_and_another_seed_makes_others() -> None:
    numbers = range(200)
    forwards = [Plan(1).input(number) for number in numbers]
    backwards = [Plan(1).input(number) for number in reversed(numbers)]
    assert forwards == backwards[::-1]
    assert forwards != [Plan(2).input(number) for number in numbers]


def test_a_quarter_is_in_anothers_name_and_every_way_has_its_share() -> None:
    assert sum(SHARES.values()) == pytest.approx(100)
    assert sum(share for name, share in SHARES.items() if name.startswith("foreign")) == pytest.approx(25)
    assert {Plan(3).input(number).way for number in range(600)} == set(WAYS)


@pytest.mark.parametrize("kind", sorted({**AT_THE_DOOR, **IN_THE_PIPELINE, **AT_THE_BROKER}))
def test_every_kind_of_foreign_message_is_refused_by_the_judge(kind: str) -> None:
    make, judge = {**AT_THE_DOOR, **IN_THE_PIPELINE, **AT_THE_BROKER}[kind], judge_of(1)
    for number in range(60):
        said = make(Random(number), 1, number).statement
        verdict = judge.judge(said)
        assert not verdict.may, said


def test_own_words_and_what_opens_the_victims_records_are_allowed_by_the_judge() -> None:
    judge = judge_of(1)
    for said in [*(own_words(Random(number), 1, number) for number in range(100)), *opening(1)]:
        verdict = judge.judge(said)
        assert verdict.may, (verdict.why, said)


@pytest.mark.parametrize("name", CHEAP)
def test_a_mangled_document_is_another_one(name: str) -> None:
    event = event_of(own_words(Random(1), 1, 1))
    whole = json.dumps(event).encode()
    made = [MANGLES[name](Random(seed), event) for seed in range(12)]
    assert made == [MANGLES[name](Random(seed), event) for seed in range(12)]
    assert sum(one != whole for one in made) >= 10


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_mail_is_the_same_for_the_same_seed_and_no_larger_than_two_megabytes(name: str) -> None:
    for seed in range(6):
        made = MAILS[name](Random(seed), seed)
        assert made == MAILS[name](Random(seed), seed)
        assert len(made) < 2_500_000


def test_what_a_broken_message_says_is_read_again_for_the_judge() -> None:
    said = own_words(Random(3), 1, 3)
    event = event_of(said)
    foreign = json.dumps({**event, "source": "https://attack-malmo.example"}).encode()
    read = reread(said, foreign, "application/cloudevents+json")
    assert read is not None
    assert read.source == "https://attack-malmo.example"
    assert reread(said, foreign[:-5], "application/cloudevents+json") is None


@pytest.mark.parametrize("number", [0, 1, 25, 26, 99_999, 4_600_000_039])
def test_the_word_of_an_input_is_found_again_in_what_was_kept(number: int) -> None:
    assert marks_in(f"Night-time freight {mark(number)}, and {mark(number).upper()}") == {number}
    assert marks_in("Night-time freight") == set()


def test_every_operation_of_an_openapi_document_is_a_route() -> None:
    asked = [{"name": "about", "in": "query"}, {"name": "kind", "in": "path"}]
    document = {
        "paths": {"/v1/a/{kind}": {"get": {"parameters": asked}, "post": {}, "summary": "no operation"}}
    }
    found = routes_of("scoring", document)
    assert [(one.method, one.path, one.query) for one in found] == [
        ("GET", "/v1/a/{kind}", ("about",)),
        ("POST", "/v1/a/{kind}", ()),
    ]


def test_findings_are_counted_in_the_last_line_and_an_input_is_written_whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("attack")
    findings = Findings(1, folder)
    kinds = Counter[type]()
    for number in range(300):
        one = Plan(1).input(number)
        findings.answered(one, "200")
        if kinds[type(one.content)] == 0:
            place = write_input(folder, 1, one)
            assert json.loads((place / "input.json").read_text("utf-8"))["number"] == number
            if isinstance(one.content, Message | File | Mail):
                name = "body" if isinstance(one.content, Message) else "content"
                assert (place / name).read_bytes() == getattr(one.content, name)
        kinds[type(one.content)] += 1
    findings.add("crash", "x" * 1_000, 3)
    findings.add("stall", "y")
    assert findings.last_line == "inputs 300, accepted wrongly 0, crashes 1, stalls 1"
    assert len(findings.found[0].what) == 400
