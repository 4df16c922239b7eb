"""A letter with shorter texts: for the one that would be too long to be sent."""

from typing import TypeVar

from pydantic import BaseModel

from services.notifications.domain.letters.base import Letter, first_line

T = TypeVar("T")
# By these things are found again, and people reached.
WHOLE = frozenset({"id", "solution", "need", "city", "official", "thread", "to", "email", "from_official"})


def with_shorter_texts(letter: Letter, longest: int) -> Letter:
    """``letter`` with every text cut to ``longest`` characters, at a word; names of things stay whole."""
    return _model(letter, longest)


def _model(model: T, longest: int) -> T:
    if not isinstance(model, BaseModel):
        return model
    cut = {
        name: _cut(getattr(model, name), longest) for name in type(model).model_fields if name not in WHOLE
    }
    return model.model_copy(update=cut)


def _cut(value: object, longest: int) -> object:
    match value:
        case str():
            return type(value)(first_line(value, longest)) if len(value) > longest else value
        case tuple():
            return tuple(_cut(one, longest) for one in value)
        case dict():
            return {key: _cut(one, longest) for key, one in value.items()}
        case _:
            return _model(value, longest)
