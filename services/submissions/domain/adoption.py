"""Adoptions: what is wrong with a declaration, and from which solution another one descends."""

from collections.abc import Mapping

from shared.events import Complaint
from shared.facts import Adoption, Effect


def complaints(adoption: Adoption) -> tuple[Complaint, ...]:
    """Return what is wrong: copied, bought or adapted from nothing, or one component in two lists."""
    wrong = []
    if adoption.kind != "built" and adoption.parent is None:
        wrong.append(
            Complaint(path="parent", message=f"name the solution that was {adoption.kind}, or say 'built'")
        )
    if adoption.parent == adoption.solution:
        wrong.append(Complaint(path="parent", message="a solution is not its own parent"))
    twice = {*adoption.kept} & {*adoption.changed} | (
        {*adoption.kept, *adoption.changed} & {*adoption.dropped}
    )
    wrong += [
        Complaint(path="kept", message=f"{name!r} is in two lists: keep it in one") for name in sorted(twice)
    ]
    return tuple(wrong)


def effect_complaints(effect: Effect | None, path: str = "") -> tuple[Complaint, ...]:
    """Return what is wrong with a reported effect: a value without its pair, or without an indicator."""
    if effect is None:
        return ()
    values = {"before": effect.before, "after": effect.after}
    given = {name for name, value in values.items() if value is not None}
    wrong = []
    if len(given) == 1:
        (missing,) = values.keys() - given
        wrong.append(Complaint(path=path + missing, message="give the value before and the value after"))
    if given and effect.indicator is None:
        wrong.append(Complaint(path=f"{path}indicator", message="name the indicator that was measured"))
    return tuple(wrong)


def lineage(solution: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the chain from the first ancestor to ``solution``; a circle ends where it would begin again."""
    chain = [solution]
    while (parent := parents.get(chain[-1])) and parent not in chain:
        chain.append(parent)
    return tuple(reversed(chain))
