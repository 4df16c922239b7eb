"""The language of a report that does not say it: read from its texts and told to its sender, or unknown."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from services.submissions.domain.drafts import Draft
from services.submissions.domain.message_assessment import MessageAssessment
from shared.events import Complaint
from shared.facts import Implementation, Need, Solution

UNKNOWN = "und"
"""BCP 47's word for it."""
Detect = Callable[[str], str | None]
READ = "the language was not told: the texts read as {!r}; say it where that is wrong"
NOT_READ = "the language was not told, and the texts are too short or too mixed to read it from: say it"


def with_languages(judged: MessageAssessment, detect: Detect) -> MessageAssessment:
    """``judged`` with the language that its texts read as, and a word to the sender.

    What is read stands in the record like what is told. An attempt of which nothing is read keeps none: its
    words are then taken to be in the language of the solution.
    """
    drafts = [_with_language(draft, detect) for draft in judged.drafts]
    remarks = (remark for _, remark in drafts if remark)
    return replace(
        judged,
        drafts=tuple(draft for draft, _ in drafts),
        complaints=(*judged.complaints, *(Complaint(path="language", message=one) for one in remarks)),
    )


def _with_language(draft: Draft, detect: Detect) -> tuple[Draft, str | None]:
    fact, texts = draft.fact, " ".join(_texts(draft))
    if not isinstance(fact, Solution | Need | Implementation) or not texts:
        return draft, None
    found = detect(texts)
    if found is None and isinstance(fact, Implementation):
        return draft, None
    said = fact.model_copy(update={"language": found or UNKNOWN})
    return draft.model_copy(update={"fact": said}), READ.format(found) if found else NOT_READ


def _texts(draft: Draft) -> Iterator[str]:
    """The texts of a record that say most."""
    match draft.fact:
        case Solution() as one:
            yield from (
                one.title,
                one.summary,
                one.problem.statement or "",
                *(unit.name for unit in one.units),
            )
        case Need() as one:
            yield from (one.title, one.description)
        case Implementation() as one:
            record = one.failure
            told = (record.result, record.first_warning_sign, record.decision_to_change) if record else ()
            yield from (text for text in (one.why, *told) if text)
