"""Reads the lines that the commands of the matching are given."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from services.scoring.cli.json_input import UnreadableInput, decoded, parsed
from services.scoring.domain.matching.vocabulary import MatchText
from shared.language_detection import guess_of_few_words

EXAMPLE: Final = '{"id": "n1", "text": "…", "lang": "en", "cpv": "90511000"}'
NOTHING: Final[Mapping[str, str]] = {}


class TextLine(BaseModel):
    """A need or a solution: its words, their language (guessed if absent), and the CPV codes it states."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: Annotated[str, Field(min_length=1)]
    text: str
    lang: str = Field(default_factory=lambda said: guess_of_few_words(str(said.get("text", ""))))
    cpv: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _language(cls, given: object) -> object:
        """``null`` and an empty text say no language."""
        if isinstance(given, dict) and not given.get("lang", "-"):
            return {name: value for name, value in given.items() if name != "lang"}
        return given

    @field_validator("cpv", mode="before")
    @classmethod
    def _one_or_many(cls, given: object) -> object:
        """``null``, one code, or a list of codes."""
        if given is None:
            return ()
        return (given,) if isinstance(given, str | int) else given

    @property
    def wording(self) -> MatchText:
        """What the matching reads of it."""
        return MatchText(((self.text, self.lang),), self.cpv)


class BadLine(ValueError):
    """A line that cannot be read: which, why, and what it should look like."""


def read(path: Path) -> list[TextLine]:
    """All lines of a file. Raises ``BadLine``."""
    try:
        return list(lines(str(path), decoded(path.read_bytes()).split("\n")))
    except UnreadableInput as error:
        raise BadLine(f"{path}: {error.message}") from None


def lines(source: str, content: Iterable[str]) -> Iterator[TextLine]:
    """One object per line; blank lines are skipped. Raises ``BadLine``."""
    for number, line in enumerate(content, start=1):
        if line.strip():
            yield text_line(f"{source}, line {number}", line)


def text_line(place: str, line: str, usual: Mapping[str, str] = NOTHING) -> TextLine:
    """One object; ``usual`` stands in for what it does not say. Raises ``BadLine`` with its place."""
    try:
        given = parsed(line)
        return TextLine.model_validate({**usual, **given} if isinstance(given, dict) else given)
    except UnreadableInput as error:
        raise BadLine(f"{place}: {error.message}; one object per line is expected") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        said = "must be an object" if first["type"] == "model_type" else first["msg"]
        raise BadLine(f"{place}: {where}: {said}; expected {EXAMPLE}") from None
