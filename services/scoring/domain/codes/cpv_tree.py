"""The tree of CPV codes, and when two topics are about the same: one code, or one level up or down.

A division is 90000000, a group 90500000, a class 90510000, a category 90511000. Siblings do not meet.
``common_topics`` is the rule for two lists of topics; ``topic_tags`` and ``related_tags`` say the same as
tags of an indexed query.
"""

from collections.abc import Iterable, Iterator

from shared.facts import Topic

CODE_LENGTH = 8
CPV = "CPV"


class CpvTree:
    """Every known code with its parent; a code's *number* is its place in sorted order."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes: tuple[str, ...] = tuple(sorted(set(codes)))
        self.numbers: dict[str, int] = {code: number for number, code in enumerate(self.codes)}
        self.paths: tuple[tuple[int, ...], ...] = tuple(self._path(code) for code in self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def number(self, code: str) -> int | None:
        """The number of a code as published (``90511000`` or ``90511000-2``); ``None`` if unknown."""
        return self.numbers.get(code.strip().partition("-")[0])

    def parent(self, number: int) -> int | None:
        """The next code up that exists; ``None`` for a division."""
        path = self.paths[number]
        return path[-2] if len(path) > 1 else None

    def division(self, number: int) -> str:
        """The first two digits of a code."""
        return self.codes[number][:2]

    def _path(self, code: str) -> tuple[int, ...]:
        """From the division down to the code itself."""
        levels = [code[:end].ljust(CODE_LENGTH, "0") for end in range(2, CODE_LENGTH + 1)]
        return tuple(self.numbers[name] for name in dict.fromkeys(levels) if name in self.numbers)


def codes_meet(tree: CpvTree, first: str, second: str) -> bool:
    """Whether two CPV codes are the same, or one is the parent of the other; unknown codes meet nothing."""
    first_number, second_number = tree.number(first), tree.number(second)
    if first_number is None or second_number is None:
        return False
    return (
        first_number == second_number
        or tree.parent(first_number) == second_number
        or tree.parent(second_number) == first_number
    )


def common_topics(tree: CpvTree, first: Iterable[Topic], second: Iterable[Topic]) -> tuple[str, ...]:
    """The topics of ``first`` that meet one of ``second``, as ``SCHEME:id``, each once, in order.

    Codes of other schemes than CPV have no levels here and must be equal.
    """
    others = tuple(second)
    common = (topic for topic in first if any(_meet(tree, topic, other) for other in others))
    return tuple(dict.fromkeys(f"{topic.scheme}:{topic.id}" for topic in common))


def _meet(tree: CpvTree, first: Topic, second: Topic) -> bool:
    if first.scheme != second.scheme:
        return False
    return first.id == second.id or (first.scheme == "CPV" and codes_meet(tree, first.id, second.id))


def topic_tags(tree: CpvTree, topics: Iterable[Topic]) -> Iterator[str]:
    """The tags of topics: ``=scheme:id`` of the topic itself and ``^CPV:id`` of the code above it."""
    for topic in topics:
        number = tree.number(topic.id) if topic.scheme == CPV else None
        if number is None:
            yield f"={topic.scheme}:{topic.id}"
            continue
        yield f"={CPV}:{tree.codes[number]}"
        parent = tree.parent(number)
        if parent is not None:
            yield f"^{CPV}:{tree.codes[parent]}"


def process_tag(process: str) -> str:
    """The tag of a contracting process in a city."""
    return f"~{process}"


def related_tags(tree: CpvTree, topics: Iterable[Topic]) -> list[str]:
    """The tags of all that is about the same: the code itself, one level up, one level down; sorted."""
    related: set[str] = set()
    for tag in topic_tags(tree, topics):
        related.add(f"={tag[1:]}")
        if tag.startswith("="):
            related.add(f"^{tag[1:]}")
    return sorted(related)
