"""Reads the lines that the commands of the matching are given."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from services.scoring.domain.matching.wording import Wording
from services.scoring.language import guess


class TextLine(BaseModel):
    """A need or a solution: its words, their language (guessed if absent), and the CPV codes it states."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: Annotated[str, Field(min_length=1)]
    text: str
    lang: str = Field(default_factory=lambda said: guess(str(said.get("text", ""))))
    cpv: tuple[str, ...] = ()

    @field_validator("cpv", mode="before")
    @classmethod
    def _one_or_many(cls, given: object) -> object:
        """``null``, one code, or a list of codes."""
        if given is None:
            return ()
        return (given,) if isinstance(given, str | int) else given

    @property
    def wording(self) -> Wording:
        """What the matching reads of it."""
        return Wording(((self.text, self.lang),), self.cpv)


class BadLine(ValueError):
    """A line that cannot be read: which, why, and what it should look like."""


def lines(source: str, content: Iterable[str]) -> Iterator[TextLine]:
    """One object per line; blank lines are skipped. Raises ``BadLine``."""
    for number, line in enumerate(content, start=1):
        if line.strip():
            yield _line(f"{source}, line {number}", line)


def _line(place: str, line: str) -> TextLine:
    try:
        return TextLine.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise BadLine(f"{place}: not JSON ({error.msg}); one object per line is expected") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        example = '{"id": "n1", "text": "…", "lang": "en", "cpv": "90511000"}'
        raise BadLine(f"{place}: {where}: {first['msg']}; expected {example}") from None
