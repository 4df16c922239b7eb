"""YAML with line numbers: every value as written, and where."""

from dataclasses import dataclass

import yaml
from yaml.composer import Composer
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import Resolver

from shared.facts import many_lines, one_line

MOST_NODES = 20_000
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A single value as text; ``None`` is YAML's null. ``plain`` is false where it was quoted."""

    text: str | None
    line: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class YamlList:
    """Values in a row."""

    items: tuple["Value", ...]
    line: int


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Values by key; ``lines`` has the line of each key, ``doubled`` the keys said twice."""

    entries: dict[str, "Value"]
    lines: dict[str, int]
    line: int
    doubled: tuple[str, ...] = ()


Value = YamlScalar | YamlList | YamlMapping


NOT_READABLE = "the text cannot be read from here on: check the indentation, colons and quotation marks"


class NotYamlError(ValueError):
    """The text cannot be read as YAML; ``line`` says where, counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> Value:
    """Give the one document in ``text``; raises :class:`NotYamlError`, also where it nests too deeply."""
    try:
        node = _Composer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "line 1"
        raise NotYamlError(f"{where}: {NOT_READABLE}", mark.line + 1 if mark else 1) from error
    except NotYamlError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise NotYamlError(" ".join(str(error).split())[:200] or "nests too deeply", 1) from error
    if node is None:
        raise NotYamlError("the file is empty", 1)
    return _Reader().value(node, DEEPEST)


class _Composer(Composer, Resolver):
    """Makes nodes of what libyaml reads, and stops at the first value too many or too deep.

    PyYAML's own reader takes seconds for a file of 100 kB, and would read all of it first.
    """

    def __init__(self, text: str) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        parser = CParser(text)
        self.check_event, self.peek_event, self.get_event = (
            parser.check_event,
            parser.peek_event,
            parser.get_event,
        )
        self._nodes = self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        """Compose one node and what is inside; raises NotYamlError."""
        self._nodes += 1
        self._depth += 1
        if self._nodes > MOST_NODES or self._depth > DEEPEST:
            event = self.peek_event()
            raise _too_much(event.start_mark.line + 1 if event and event.start_mark else 1)
        node = super().compose_node(parent, index)  # type: ignore[arg-type]
        self._depth -= 1
        return node


def _too_much(line: int) -> NotYamlError:
    return NotYamlError(f"more than {MOST_NODES:,} values or {DEEPEST} levels", line)


class _Reader:
    """Copies nodes, counting: an alias of aliases can stand for millions of values."""

    def __init__(self) -> None:
        self.nodes = 0

    def value(self, node: yaml.Node, depth: int) -> Value:
        self.nodes += 1
        line = node.start_mark.line + 1
        if self.nodes > MOST_NODES or depth == 0:
            raise _too_much(line)
        if isinstance(node, yaml.MappingNode):
            return self._section(node, line, depth)
        if isinstance(node, yaml.SequenceNode):
            return YamlList(tuple(self.value(item, depth - 1) for item in node.value), line)
        return _scalar(node, line)

    def _section(self, node: yaml.MappingNode, line: int, depth: int) -> YamlMapping:
        entries: dict[str, Value] = {}
        lines: dict[str, int] = {}
        doubled = []
        for key, value in node.value:
            name = one_line(str(key.value)) if isinstance(key, yaml.ScalarNode) else ""
            doubled += [name] if name in entries else []
            entries[name] = self.value(value, depth - 1)
            lines[name] = key.start_mark.line + 1
        return YamlMapping(entries, lines, line, tuple(doubled))


def _scalar(node: yaml.Node, line: int) -> YamlScalar:
    text, plain = many_lines(str(node.value)), not node.style  # type: ignore[attr-defined]
    return YamlScalar(None if plain and text in ("", "~", "null", "Null", "NULL") else text, line, plain)
