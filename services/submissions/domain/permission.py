"""What a caller may not say of what a message asks is left out, and said to be left out."""

from collections.abc import Iterator
from dataclasses import replace

from services.submissions.domain.judged import Judged, refuse
from services.submissions.domain.speaking import Caller, Publisher, city_complaints


def permitted(judged: Judged, caller: Caller) -> Judged:
    """Return what ``caller`` may say of ``judged``, with a complaint for each city that is not its own."""
    if judged.due and not caller.trusted:
        return refuse("type", "only the service's own clock says so")
    return _of_its_cities(judged, caller.publisher) if caller.publisher else judged


def _of_its_cities(judged: Judged, publisher: Publisher) -> Judged:
    mine, comment, moved = publisher.speaks_for, judged.comment, judged.transition
    evidence = judged.evidence
    wrong = tuple(city_complaints(publisher, filter(None, _cities(judged))))
    return replace(
        judged,
        drafts=tuple(each for each in judged.drafts if mine(each.city) or not each.resolved),
        changes=tuple(each for each in judged.changes if each.city is None or mine(each.city)),
        comment=comment if comment and mine(comment.city) else None,
        evidence=evidence if evidence and mine(evidence.city) else None,
        transition=moved if moved and mine(moved.city) else None,
        complaints=(*judged.complaints, *wrong),
    )


def _cities(judged: Judged) -> Iterator[str | None]:
    yield from (draft.city for draft in judged.drafts if draft.resolved)
    yield from (change.city for change in judged.changes)
    yield from (each.city for each in (judged.comment, judged.evidence, judged.transition) if each)
