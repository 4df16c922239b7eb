"""YAML with line numbers: every value as written, and where."""

from dataclasses import dataclass

import yaml

from shared.facts import many_lines, one_line

MOST_NODES = 20_000
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as text; ``None`` is YAML's null. ``plain`` is false where it was quoted."""

    text: str | None
    line: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in a row."""

    items: tuple["Value", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """Values by key; ``lines`` has the line of each key, ``doubled`` the keys said twice."""

    entries: dict[str, "Value"]
    lines: dict[str, int]
    line: int
    doubled: tuple[str, ...] = ()


Value = Scalar | Listing | Section


class NotYamlError(ValueError):
    """The text cannot be read as YAML; ``line`` says where, counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> Value:
    """Give the one document in ``text``; raises :class:`NotYamlError`, also where it nests too deeply."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYamlError(error.problem or "not YAML", mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        raise NotYamlError(" ".join(str(error).split())[:200] or "nests too deeply", 1) from error
    if node is None:
        raise NotYamlError("the file is empty", 1)
    return _Reader().value(node, DEEPEST)


class _Reader:
    """Copies nodes, counting: an alias of aliases can stand for millions of values."""

    def __init__(self) -> None:
        self.nodes = 0

    def value(self, node: yaml.Node, depth: int) -> Value:
        self.nodes += 1
        line = node.start_mark.line + 1
        if self.nodes > MOST_NODES or depth == 0:
            raise NotYamlError(f"more than {MOST_NODES:,} values or {DEEPEST} levels", line)
        if isinstance(node, yaml.MappingNode):
            return self._section(node, line, depth)
        if isinstance(node, yaml.SequenceNode):
            return Listing(tuple(self.value(item, depth - 1) for item in node.value), line)
        return _scalar(node, line)

    def _section(self, node: yaml.MappingNode, line: int, depth: int) -> Section:
        entries: dict[str, Value] = {}
        lines: dict[str, int] = {}
        doubled = []
        for key, value in node.value:
            name = one_line(str(key.value)) if isinstance(key, yaml.ScalarNode) else ""
            doubled += [name] if name in entries else []
            entries[name] = self.value(value, depth - 1)
            lines[name] = key.start_mark.line + 1
        return Section(entries, lines, line, tuple(doubled))


def _scalar(node: yaml.Node, line: int) -> Scalar:
    text, plain = many_lines(str(node.value)), node.style is None  # type: ignore[attr-defined]
    return Scalar(None if plain and text in ("", "~", "null", "Null", "NULL") else text, line, plain)
