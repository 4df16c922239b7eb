"""Before something new is submitted: is it here already, and only another city's attempt is?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.facts import Provider, Solution
from shared.folding import fold

# Words that tell nothing apart in a title, and what a firm's name may end with.
_SMALL = (
    "a an and by da das de del der des di die do e el en et for i la las le les los of og och the und van y"
)
_FORMS = "ag ab as bv gmbh inc kft limited llc ltd nv oy plc sa sas sl slu spa srl sro"
_EMPTY, _LEGAL = frozenset(_SMALL.split()), frozenset(_FORMS.split())


@dataclass(frozen=True, slots=True)
class SimilarRecord:
    """A solution already known that seems to be the same; ``proposal`` is what to do instead."""

    solution: str
    title: str
    reasons: tuple[str, ...]
    proposal: Literal["add implementation"] = "add implementation"


def similar_to(solution: Solution, solutions: Iterable[Solution]) -> tuple[SimilarRecord, ...]:
    """Return the known solutions with the same code, the same supplier and the same title.

    All three have to agree: text alone never makes two things one.
    """
    return tuple(
        SimilarRecord(other.id, other.title, reasons)
        for other in solutions
        if other.id != solution.id and (reasons := _reasons(solution, other))
    )


def likenesses(solution: Solution) -> list[str]:
    """Return what it shares with whatever is similar to it, to be found by: a code and the telling words."""
    words = " ".join(sorted(_telling(solution.title)))
    codes = sorted(_codes(solution)) if words and solution.provider else ()
    return [f"{scheme}:{identifier}|{words}" for scheme, identifier in codes]


def same_title(first: str, second: str) -> bool:
    """Tell whether two titles have the same telling words, in any order, case and accent."""
    words = _telling(first)
    return bool(words) and words == _telling(second)


def same_supplier(first: Provider | None, second: Provider | None) -> bool:
    """Tell whether two providers are one: by register and number, else by name without its legal form."""
    if first is None or second is None:
        return False
    if first.id and second.id and first.scheme and first.scheme == second.scheme:
        return first.id == second.id
    return bool(first.name and second.name) and _firm(first.name or "") == _firm(second.name or "")


def _reasons(solution: Solution, other: Solution) -> tuple[str, ...]:
    codes = sorted(_codes(solution) & _codes(other))
    agree = codes and same_supplier(solution.provider, other.provider)
    if not (agree and same_title(solution.title, other.title)):
        return ()
    supplier = (other.provider and other.provider.name) or "the same number"
    return (f"same code {' '.join(codes[0])}", f"same supplier {supplier}", f"same title {other.title!r}")


def _codes(solution: Solution) -> set[tuple[str, str]]:
    topics = (*solution.topics, *filter(None, (solution.problem.code,)))
    return {(topic.scheme, topic.id) for topic in topics if topic.scheme != "THEME"}


def _telling(title: str) -> frozenset[str]:
    return frozenset(fold(title).split()) - _EMPTY


def _firm(name: str) -> tuple[str, ...]:
    """Words of a firm's name without its legal form; "S.p.A." is one word."""
    return tuple(word for word in fold(name.replace(".", "")).split() if word not in _LEGAL)
