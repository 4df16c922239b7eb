"""The sample input is what a stranger sees first: it must be whole, kind and marked as illustrative."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import BaseModel, JsonValue, TypeAdapter

from citiesshare.local.sample_messages import OPERATOR
from services.notifications.domain.officials import Official, Role
from services.submissions.domain.validation import assess_report
from shared import events
from shared.facts import Outcome, Stage, Topic, Verification

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "citiesshare/local/sample"
CPV_LABELS = ROOT.parent / "shared/data/classifications/cpv_en.json"

ILLUSTRATIVE = {
    "ca": "(il·lustratiu)",
    "en": "(illustrative)",
    "es": "(ilustrativo)",
    "et": "(näitlik)",
    "fi": "(kuvitteellinen esimerkki)",
    "ga": "(mar léiriú)",
    "ja": "(例示)",
    "nb": "(eksempel)",
    "nl": "(ter illustratie)",
    "pl": "(przykład)",
    "pt": "(ilustrativo)",
    "ru": "(пример)",
    "sv": "(exempel)",
}
RELEASES = sorted((SAMPLE / "releases").glob("*.json"))

M = TypeVar("M", bound=BaseModel)


def read(name: str, model: type[M]) -> tuple[M, ...]:
    return TypeAdapter(tuple[model, ...]).validate_json((SAMPLE / name).read_bytes())  # type: ignore[valid-type]


CITIES = read("cities.json", events.CityDescribed)
NEEDS = read("needs.json", events.NeedSubmitted)
SOLUTIONS = read("solutions.json", events.SolutionSubmitted)
OUTCOMES = read("outcomes.json", events.OutcomeReported)
COMMENTS = read("comments.json", events.CommentMade)
OFFICIALS = read("officials.json", Official)
CITY_IDS = {city.id for city in CITIES}
TOPICS = tuple(
    topic for topics in [n.topics for n in NEEDS] + [s.topics for s in SOLUTIONS] for topic in topics
)


def codes(topics: Iterable[Topic]) -> set[str]:
    return {topic.id for topic in topics if topic.scheme == "CPV"}


def close(code: str, other: str) -> bool:
    """The same CPV code, or one level up or down."""
    short, long = sorted((code.rstrip("0"), other.rstrip("0")), key=len)
    return long.startswith(short) and len(long) - len(short) <= 1


def strings(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def unknown_names(said: JsonValue, model: BaseModel) -> set[str]:
    """Names in the file that the model did not take: a misspelt one would silently say nothing."""
    assert isinstance(said, dict)
    return said.keys() - type(model).model_fields.keys()


# ---------------------------------------------------------------------------- whole


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("cities.json", CITIES),
        ("needs.json", NEEDS),
        ("solutions.json", SOLUTIONS),
        ("outcomes.json", OUTCOMES),
        ("comments.json", COMMENTS),
        ("officials.json", OFFICIALS),
    ],
)
def test_no_field_of_the_sample_is_misspelt(name: str, models: tuple[BaseModel, ...]) -> None:
    said = json.loads((SAMPLE / name).read_bytes())
    assert [unknown_names(one, model) for one, model in zip(said, models, strict=True)] == [set()] * len(
        models
    )


@pytest.mark.parametrize(
    "ids",
    [
        [city.id for city in CITIES],
        [need.id for need in NEEDS],
        [solution.id for solution in SOLUTIONS],
        [(outcome.solution, outcome.city) for outcome in OUTCOMES],
        [official.id for official in OFFICIALS],
        [official.email for official in OFFICIALS],
        [unit.id for solution in SOLUTIONS for unit in solution.units],
    ],
    ids=["cities", "needs", "solutions", "outcomes", "officials", "addresses", "units"],
)
def test_ids_are_unique(ids: list[object]) -> None:
    assert [one for one, times in Counter(ids).items() if times > 1] == []


def test_everything_belongs_to_a_founding_city() -> None:
    assert len(CITY_IDS) == 22
    cities = [one.city for one in NEEDS] + [one.city for one in SOLUTIONS]
    assert {*cities, *(one.city for one in OUTCOMES), *(one.city for one in OFFICIALS)} <= CITY_IDS


def test_every_founding_city_has_two_needs_and_a_lead() -> None:
    needs = Counter(need.city for need in NEEDS)
    assert {city: needs[city] for city in CITY_IDS} == dict.fromkeys(CITY_IDS, 2)
    assert {official.city for official in OFFICIALS if official.role is Role.LEAD} == CITY_IDS


def test_somebody_looks_after_the_posts_of_every_city() -> None:
    assert [one.city for one in OFFICIALS if one.administers] == [
        one.city for one in OFFICIALS if one.role is Role.LEAD
    ]


def test_outcomes_and_deputies_name_what_exists() -> None:
    assert {outcome.solution for outcome in OUTCOMES} == {solution.id for solution in SOLUTIONS}
    deputies = {official.stands_in_for for official in OFFICIALS if official.role is Role.DEPUTY}
    assert deputies
    assert deputies <= {official.id for official in OFFICIALS}


def test_what_a_city_has_is_a_unit_of_a_solution() -> None:
    units = {unit.id for solution in SOLUTIONS for unit in solution.units} | {"existing_process"}
    assert {unit for city in CITIES for unit in city.have} <= units


def test_intake_takes_the_whole_sample() -> None:
    said: list[events.Event] = [*CITIES, *NEEDS, *SOLUTIONS, *OUTCOMES]
    judged = [assess_report(one.message_type(), one.model_dump_json().encode()) for one in said]
    assert [each.complaints for each in judged if each.complaints] == []


# ---------------------------------------------------------------------------- kind and honest


def test_every_address_ends_in_example_org() -> None:
    texts = [text for path in SAMPLE.rglob("*.json") for text in strings(json.loads(path.read_bytes()))]
    hosts = {host for text in texts for host in re.findall(r"[\w.+-]+@([\w.-]+\w)", text)}
    assert hosts == {"example.org"}
    assert all(official.email.endswith("@example.org") for official in OFFICIALS)


def test_every_text_says_that_it_is_illustrative_in_its_own_language() -> None:
    texts = [(need.language, need.description) for need in NEEDS]
    texts += [(solution.language, solution.summary) for solution in SOLUTIONS]
    texts += [(lang, said.summary) for solution in SOLUTIONS for lang, said in solution.translations.items()]
    assert [text for language, text in texts if not text.endswith(ILLUSTRATIVE[language])] == []


def test_needs_speak_the_thirteen_languages_each_in_a_language_of_its_city() -> None:
    languages = {city.id: city.languages for city in CITIES}
    assert {need.language for need in NEEDS} == set(ILLUSTRATIVE)
    assert [need.id for need in NEEDS if need.language not in languages[need.city]] == []


def test_nothing_about_a_city_is_invented_but_what_the_readme_names() -> None:
    told = {"id", "name", "country", "latitude", "longitude", "timezone", "languages", "population"}
    told |= {"indicators", "agreed_risk", "have"}
    assert {name for city in CITIES for name in city.model_fields_set} == told
    known = {"population", "language"}
    invented = {"innovation_unit", "barrier_buster", "mandate", "digital_maturity"}
    invented |= {"procurement_route", "external_funding"}
    more = {city.name: city.indicators.model_fields_set - known for city in CITIES}
    assert {name: indicators for name, indicators in more.items() if indicators} == dict.fromkeys(
        ("Kraków", "Madrid", "Newcastle upon Tyne", "Sheffield", "Tampere", "Tartu"), invented
    )


def test_outcomes_are_of_every_kind_and_failures_tell_six_fields_or_more() -> None:
    assert {outcome.outcome for outcome in OUTCOMES} == set(Outcome) - {Outcome.UNKNOWN}
    assert {outcome.verification for outcome in OUTCOMES} == set(Verification)
    ended_badly = [one for one in OUTCOMES if one.outcome in {Outcome.FAILED, Outcome.ABANDONED}]
    told = [len(one.failure.model_fields_set) for one in ended_badly if one.failure is not None]
    assert len(ended_badly) >= 10
    assert len(told) == len(ended_badly)
    assert min(told) >= 6


def test_solutions_are_of_every_quality() -> None:
    harm = [study for one in SOLUTIONS for study in one.studies if study.sign == "-" and study.primary]
    assert [one.id for one in SOLUTIONS if not one.studies] == ["sol-slp-neighbourhood-compost"]
    assert [one.id for one in SOLUTIONS if one.embargo_until] == ["sol-malmo-mobility-hubs"]
    assert [study.sms >= 2 for study in harm] == [True]
    assert any(one.provider and one.provider.kind == "startup" for one in SOLUTIONS)


# ---------------------------------------------------------------------------- topics


def test_every_code_has_eight_digits() -> None:
    said = codes(TOPICS)
    assert [code for code in said if not re.fullmatch(r"\d{8}", code)] == []


def test_every_code_is_in_the_common_procurement_vocabulary() -> None:
    if not CPV_LABELS.exists():
        pytest.skip(
            f"the vocabulary is not here: {CPV_LABELS.name} belongs in ../shared/data/classifications"
        )
    known = {code[:8] for code in json.loads(CPV_LABELS.read_bytes())}
    assert codes(TOPICS) - known == set()


def test_a_third_of_the_needs_meets_a_solution_of_another_city() -> None:
    met = [
        need.id
        for need in NEEDS
        if any(
            close(asked, offered)
            for one in SOLUTIONS
            if one.city != need.city and one.embargo_until is None
            for asked in codes(need.topics)
            for offered in codes(one.topics)
        )
    ]
    assert len(met) * 3 >= len(NEEDS)


def test_two_pairs_of_cities_could_buy_together() -> None:
    open_needs = [need for need in NEEDS if need.stage is Stage.OPEN and need.deadline is not None]
    together = Counter(code for need in open_needs for code in codes(need.topics))
    assert [times for times in together.values() if times == 2] == [2, 2]


# ---------------------------------------------------------------------------- releases


def test_releases_have_the_prefix_of_the_sample_and_ids_of_their_own() -> None:
    ocids = [ocid for path in RELEASES for ocid in re.findall(r'"ocid": "([^"]+)"', path.read_text())]
    assert len(RELEASES) == 10
    assert len(set(ocids)) == len(ocids) == 11
    assert [ocid for ocid in ocids if not ocid.startswith("ocds-c17155-")] == []


def test_a_need_that_names_a_process_names_one_of_the_releases() -> None:
    published = "".join(path.read_text() for path in RELEASES)
    named = [need.ocid for need in NEEDS if need.ocid]
    assert len(named) == 4
    assert [ocid for ocid in named if f'"{ocid}"' not in published] == []


@pytest.mark.parametrize("path", RELEASES, ids=lambda path: path.stem)
def test_a_release_names_no_contact_person(path: Path) -> None:
    assert "contactPoint" not in path.read_text()
    assert events.ProcurementRelease(release=json.loads(path.read_bytes())).message_id


def test_one_official_of_the_sample_moderates_what_is_said_about_its_solutions() -> None:
    assert OPERATOR in {official.email for official in OFFICIALS if official.locale == "en"}
    assert {comment.about for comment in COMMENTS} <= {solution.id for solution in SOLUTIONS}
    assert {comment.city for comment in COMMENTS} <= CITY_IDS
