"""Makes a model of what our own arithmetic has just made, without validating it once more."""

from typing import TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


def unvalidated(model: type[Model], values: dict[str, object]) -> Model:
    """An instance that holds ``values``, one for every field and each of its very type.

    What pydantic's ``model_construct`` does, which looks at aliases, factories and private attributes too and
    takes longer than validating. Only for models that have none of these.
    """
    made = object.__new__(model)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", set(values))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made
