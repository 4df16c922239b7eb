"""Taking up what works and improving it: what was kept, and where it came from."""

from collections.abc import Mapping, Sequence

from shared.events import Complaint
from shared.facts import Adoption, Solution


def complaints(adoption: Adoption) -> tuple[Complaint, ...]:
    """Return what is wrong: copied, bought or adapted from nothing, or one component in two lists."""
    found = []
    if adoption.kind != "built" and adoption.parent is None:
        found.append(
            Complaint(path="parent", message=f"name the solution that was {adoption.kind}, or say 'built'")
        )
    if adoption.parent == adoption.solution:
        found.append(Complaint(path="parent", message="a solution is not its own parent"))
    twice = {*adoption.kept} & {*adoption.changed} | (
        {*adoption.kept, *adoption.changed} & {*adoption.dropped}
    )
    found += [
        Complaint(path="kept", message=f"{name!r} is in two lists: keep it in one") for name in sorted(twice)
    ]
    return tuple(found)


def share_kept(adoption: Adoption) -> float | None:
    """Return the share of components kept as they were, 0–1; ``None`` where no component is named."""
    named = len(adoption.kept) + len(adoption.changed) + len(adoption.dropped)
    return len(adoption.kept) / named if named else None


def kept_line(adoption: Adoption) -> str:
    """Return the share as it is shown: ``"90 % kept"``; a share is rounded down, never up to "all"."""
    share = share_kept(adoption)
    return "not known what was kept" if share is None else f"{int(share * 100 + 1e-9)} % kept"


def derive(
    parent: Solution, identifier: str, city: str, changed: Sequence[str] = (), dropped: Sequence[str] = ()
) -> tuple[Solution, Adoption]:
    """Fork ``parent`` for ``city``: a new solution without the dropped components, and what became of each.

    The evidence stays with the parent: studies, results, costs and contacts of another city are not
    one's own.
    Raises ``ValueError`` naming a component that the parent does not have.
    """
    names = [component.name for component in parent.components]
    unknown = sorted({*changed, *dropped} - {*names})
    if unknown:
        raise ValueError(f"{parent.title!r} has no component {', '.join(map(repr, unknown))}")
    own = parent.model_dump(include=_PASSED_ON) | {"id": identifier, "city": city, "parent": parent.id}
    own["components"] = [part for part in parent.components if part.name not in dropped]
    adoption = Adoption(
        solution=identifier,
        city=city,
        kind="adapted" if changed or dropped else "copied",
        parent=parent.id,
        kept=tuple(name for name in names if name not in {*changed, *dropped}),
        changed=tuple(changed),
        dropped=tuple(dropped),
    )
    return Solution.model_validate(own), adoption


_PASSED_ON = {"title", "summary", "language", "translations", "topics", "units", "first_step"}


def lineage(solution: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the chain from the first ancestor to ``solution``; a circle ends where it would begin again."""
    chain = [solution]
    while (parent := parents.get(chain[-1])) and parent not in chain:
        chain.append(parent)
    return tuple(reversed(chain))
