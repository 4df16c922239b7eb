"""What was found: each finding names its input, so that it can be sent again."""

import json
from collections import Counter
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Literal

from tests.attack.inputs import Input

Kind = Literal["accepted wrongly", "crash", "stall"]
KINDS: tuple[Kind, ...] = ("accepted wrongly", "crash", "stall")


@dataclass(frozen=True)
class Finding:
    """One thing that must not be: its kind, what it is, and the inputs that may have done it."""

    kind: Kind
    what: str
    numbers: tuple[int, ...] = ()


@dataclass
class Findings:
    """All that was found, and how each input was answered, by way and kind."""

    seed: int
    folder: Path
    found: list[Finding] = field(default_factory=list)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, kind: Kind, what: str, *numbers: int) -> None:
        """Note a finding."""
        self.found.append(Finding(kind, what[:400], numbers))

    def answered(self, one: Input, answer: str) -> None:
        """Note how an input was answered."""
        name = kind_of(one)
        self.sent[one.way, name] += 1
        self.answers[one.way, name, answer] += 1

    def count(self, kind: Kind) -> int:
        """How many findings of a kind there are."""
        return sum(each.kind == kind for each in self.found)

    @property
    def last_line(self) -> str:
        """The figures."""
        wrong, crashes, stalls = map(self.count, KINDS)
        total = sum(self.sent.values())
        return f"inputs {total}, accepted wrongly {wrong}, crashes {crashes}, stalls {stalls}"


def kind_of(one: Input) -> str:
    """What an input is called in the table: files by their format and what was done to them."""
    return f"foreign: {one.kind}" if one.foreign else one.kind


def write_input(folder: Path, seed: int, one: Input) -> Path:
    """Write an input to a folder of its own: its bytes, and a description with all the rest."""
    place = folder / f"{seed}-{one.number}"
    place.mkdir(parents=True, exist_ok=True)
    content = one.content
    described: dict[str, object] = {"seed": seed, "number": one.number, "way": one.way, "kind": one.kind}
    for each in fields(content) if is_dataclass(content) else ():
        value = getattr(content, each.name)
        if isinstance(value, bytes):
            (place / each.name).write_bytes(value)
        elif each.name == "chunks":
            (place / each.name).write_bytes(b"".join(value))
        else:
            described[each.name] = value
    if one.statement is not None:
        described["statement"] = {
            each.name: getattr(one.statement, each.name) for each in fields(one.statement)
        }
    text = json.dumps(described, indent=1, default=repr)
    (place / "input.json").write_text(text, "utf-8")
    return place
