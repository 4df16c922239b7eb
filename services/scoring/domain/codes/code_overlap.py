"""When two things are about the same: one code exactly, or one level up or down. Siblings do not meet."""

from collections.abc import Iterable

from services.scoring.domain.codes.cpv_tree import CpvTree
from shared.facts import Topic


def codes_meet(tree: CpvTree, first: str, second: str) -> bool:
    """Whether two CPV codes are the same, or one is the parent of the other; unknown codes meet nothing."""
    one, other = tree.number(first), tree.number(second)
    if one is None or other is None:
        return False
    return one == other or tree.parent(one) == other or tree.parent(other) == one


def common_topics(tree: CpvTree, first: Iterable[Topic], second: Iterable[Topic]) -> tuple[str, ...]:
    """The topics of ``first`` that meet one of ``second``, as ``SCHEME:id``, each once, in order.

    Codes of other schemes than CPV have no levels here and must be equal.
    """
    others = tuple(second)
    found = (topic for topic in first if any(_meet(tree, topic, other) for other in others))
    return tuple(dict.fromkeys(f"{topic.scheme}:{topic.id}" for topic in found))


def _meet(tree: CpvTree, first: Topic, second: Topic) -> bool:
    if first.scheme != second.scheme:
        return False
    return first.id == second.id or (first.scheme == "CPV" and codes_meet(tree, first.id, second.id))
