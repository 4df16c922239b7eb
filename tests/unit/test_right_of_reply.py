"""Which cities may reply to a failure: one table, for the service that judges and the one that offers."""

from typing import Any

import pytest

from shared.facts import FailureRecord, Implementation
from shared.right_of_reply import TEXTS, city_may_reply
from tests.builders import KRAKOW, TAMPERE, YORK, an_implementation

HULL = "2645425"


def failed(outcome: str = "failed", **changes: Any) -> Implementation:  # noqa: ANN401 - the builders' way
    return an_implementation(city=YORK, outcome=outcome, **changes)


NAMED = failed(why="It failed.", failure=FailureRecord(result="The lorries of Kraków came."))


@pytest.mark.parametrize(
    ("city", "names", "attempt", "expected"),
    [
        (YORK, ["York"], failed(), True),
        (TAMPERE, ["Tampere"], failed(), True),
        (TAMPERE, [], failed("partial"), True),
        (TAMPERE, ["Tampere"], failed("abandoned"), True),
        (TAMPERE, ["Tampere"], failed("succeeded"), False),
        (YORK, ["York"], failed("running"), False),
        (HULL, ["Hull"], failed(), False),
        (HULL, [], failed(why="Hull did it better."), False),
        (KRAKOW, ["Kraków"], NAMED, True),
        (KRAKOW, ["Cracow", "KRAKOW"], NAMED, True),
        (KRAKOW, ["Kraków"], failed(why="As in Krakow."), True),
        (HULL, ["Hull"], failed(why="Hulls leaked."), False),
        (HULL, ["Us"], failed(why="Nobody told us."), False),
        *(
            (HULL, ["Hull"], failed(failure=FailureRecord.model_validate({field: "Said by Hull."})), True)
            for field in TEXTS
        ),
        (HULL, ["Hull"], failed(failure=FailureRecord(contact="Hull")), False),
    ],
)
def test_cities_concerned_by_a_failure_may_reply_to_it_and_no_other(
    city: str,
    names: list[str],
    attempt: Implementation,
    expected: bool,
) -> None:
    assert city_may_reply(city, names, attempt, TAMPERE) is expected
