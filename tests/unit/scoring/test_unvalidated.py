"""A model made without validation is the one that validation would have made."""

from copy import deepcopy
from pickle import dumps, loads

import pytest
from pydantic import ValidationError

from services.scoring.domain.explanations import unvalidated
from shared.events import Contribution

VALIDATED = Contribution(key="legal", points=1.5, message="legal", parameters={"bad": 2})


def made() -> Contribution:
    return unvalidated(Contribution, dict(VALIDATED))


def test_it_is_the_same_model() -> None:
    assert made() == VALIDATED
    assert made().model_dump_json() == VALIDATED.model_dump_json()
    assert made().model_copy(update={"points": 2.0}) == VALIDATED.model_copy(update={"points": 2.0})
    assert deepcopy(made()) == loads(dumps(made())) == VALIDATED


def test_it_is_frozen_too() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        made().points = 2.0  # type: ignore[misc]
