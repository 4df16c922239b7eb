"""Merging is what the standard says: equal to ``ocdsmerge`` called on the raw releases."""

import json
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from ocdsmerge import Merger

from services.submissions.domain.ocds.field_types import merge_rules
from services.submissions.domain.ocds.merge import merge
from services.submissions.domain.ocds.release_models import MergedRelease
from tests.unit.submissions.ocds import OCID, TEST_PROFILE, reading

Json = dict[str, object]
SCHEMA = Path(__file__).parents[4] / "shared/data/schema/ocds_1.1.5/release-schema.json"
PROCESSES = 1_000
TAGS = ("planning", "tender", "tenderUpdate", "tenderAmendment", "award", "contract", "implementation")
WORDS = ("bins", "lamps", "trams", "Roof of the library", "", None)


def a_part(random: Random, **fields: object) -> Json:
    """Some of ``fields``: a partial update says what changed and nothing else."""
    return {name: value for name, value in fields.items() if random.random() < 0.6}


def a_value(random: Random) -> Json:
    amount = random.choice([1000, 1200.5, 0, -5, None, "12,000", "no amount"])
    return a_part(random, amount=amount, currency=random.choice(["GBP", "EUR", "ZZQ", None, ""]))


def a_period(random: Random) -> Json:
    day = random.choice(["2026-12-01", "2027-01-15T12:00:00Z", None, "soon"])
    return a_part(random, startDate="2026-11-01", endDate=day, durationInDays=random.choice([30, None]))


def some(random: Random, *parts: Json) -> list[Json]:
    return [part for part in parts if random.random() < 0.7]


def an_item(random: Random, identifier: str) -> Json:
    codes = random.choice([[], [{"scheme": "CPV", "id": f"9051100{random.randint(0, 3)}"}]])
    return {
        "id": identifier,
        **a_part(random, description=random.choice(WORDS), additionalClassifications=codes),
    }


def an_award(random: Random, identifier: str) -> Json:
    return {
        "id": identifier,
        **a_part(
            random,
            title=random.choice(WORDS),
            status=random.choice(["active", "pending", "cancelled", "odd", None]),
            value=a_value(random),
            suppliers=some(random, {"id": "s1", "name": "Acme"}, {"id": "s2", "name": "Bolt"}),
            items=some(random, an_item(random, "1"), an_item(random, "2")),
            relatedLots=random.choice([["l1"], ["l1", "l2"]]),
        ),
    }


def a_contract(random: Random, identifier: str) -> Json:
    return {
        "id": identifier,
        **a_part(
            random,
            awardID=random.choice(["a1", "a2"]),
            description=random.choice(WORDS),
            status=random.choice(["active", "terminated", None]),
            period=a_period(random),
            value=a_value(random),
            implementation={"milestones": some(random, {"id": "m1", "status": "met"}, {"id": "m2"})},
        ),
    }


def a_tender(random: Random) -> Json:
    return a_part(
        random,
        title=random.choice(WORDS),
        title_fr=random.choice(["bacs", "trams"]),
        description=random.choice(WORDS),
        status=random.choice(["planned", "active", "complete", "odd", None]),
        value=a_value(random),
        tenderPeriod=a_period(random),
        items=some(random, an_item(random, "1"), an_item(random, "2")),
        lots=some(random, {"id": "l1", "title": "North"}, {"id": "l2", "title": "South"}),
        numberOfTenderers=random.choice([3, "4", None]),
    )


def a_process(random: Random) -> list[Json]:
    """Between one and six dated releases of one process, none compiled."""
    days = random.sample(range(1, 29), random.randint(1, 6))
    return [
        {
            "ocid": OCID,
            "id": str(number),
            "date": f"2026-0{random.randint(1, 9)}-{day:02}T00:00:00Z",
            "tag": [random.choice(TAGS)],
            "title": f"Release {number}",  # what says nothing at all is refused before it is merged
            **a_part(
                random,
                language=random.choice(["en", "fr"]),
                buyer={"id": "b", "name": "City of York Council"},
                parties=some(random, {"id": "b", "roles": random.choice([["buyer"], ["buyer", "payer"]])}),
                planning=a_part(random, rationale=random.choice(WORDS), budget={"amount": a_value(random)}),
                tender=a_tender(random),
                awards=some(random, an_award(random, "a1"), an_award(random, "a2")),
                contracts=some(random, a_contract(random, "c1"), a_contract(random, "c2")),
            ),
        }
        for number, day in enumerate(days)
    ]


def merged(*documents: object) -> Json:
    releases = [release for document in documents for release in reading(document).releases]
    return _sorted(merge(releases, TEST_PROFILE).process.model_dump(exclude={"id", "date", "tag"}))


def _sorted(value: Json) -> Json:
    """A merge keeps its list entries in the order in which they came up, which means nothing."""
    return json.loads(json.dumps(value, default=str), object_hook=_lists_in_order)  # type: ignore[no-any-return]


def _lists_in_order(value: Json) -> Json:
    return {
        name: sorted(item, key=json.dumps) if isinstance(item, list) else item for name, item in value.items()
    }


@pytest.mark.long
def test_merging_equals_ocdsmerge_on_the_raw_releases_of_a_thousand_processes() -> None:
    rules = json.loads(SCHEMA.read_text()) if SCHEMA.exists() else None
    merger = Merger(rules, None if rules else merge_rules(MergedRelease))
    random = Random(2026)
    for number in range(PROCESSES):
        releases = a_process(random)
        theirs = merger.create_compiled_release(deepcopy(releases))
        dated = {release["date"] for release in releases}
        if len(dated) == len(releases):
            assert merged(*releases) == merged({**theirs, "tag": ["compiled"]}), f"process {number}"
