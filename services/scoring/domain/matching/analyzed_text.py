"""What is read once from the text and topics of a need or a solution, so that no replica reads it again."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.inverted_index.term_vector import TermVector
from shared.facts import Topic

CPV = "CPV"


class AnalyzedText(NamedTuple):
    """The terms of a text under the ``vocabulary`` of that name, and the tags of its topics.

    ``tags`` are for the indexed query that finds what is about the same.
    """

    vocabulary: str
    bag: TermVector
    tags: tuple[str, ...]


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
