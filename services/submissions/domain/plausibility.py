"""What a report says that cannot be so: days in the wrong order, an end that is still to come, no address.

These are remarks, and the report is accepted: older senders may say so. A page, an e-mail address or a
language that is none is left out of the record.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.submissions.domain.drafts import Draft
from services.submissions.domain.message_assessment import MessageAssessment
from shared.events import Complaint
from shared.facts import Fact, Implementation, Need, Outcome, Solution, is_language

UNKNOWN = "und"
_PAGE = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+")
_OVER = frozenset({Outcome.SUCCEEDED, Outcome.PARTIAL, Outcome.FAILED, Outcome.ABANDONED})
_TOMORROW = timedelta(days=1)  # somewhere on earth it is a day later
NO_PAGE = "{!r} is no page: write an address that begins with https:// or http://; it was left out"
NO_EMAIL = "{!r} is no e-mail address: write one such as office@example.org; it was left out"
NO_LANGUAGE = (
    "{!r} is no language of BCP 47: write a code such as en or pt-BR; the language counts as not known"
)


def plausible(judged: MessageAssessment, sent_at: datetime | None) -> MessageAssessment:
    """Return ``judged`` without what is no address or language, with a remark for what cannot be so.

    ``sent_at`` is when the sender says it; without it nothing is in the future.
    """
    remarks: list[Complaint] = []
    drafts: list[Draft] = []
    for draft in judged.drafts:
        fact, mistakes = without_mistakes(draft.fact)
        drafts.append(draft if fact is draft.fact else draft.model_copy(update={"fact": fact}))
        mistakes += days_of(draft.fact, sent_at.date() if sent_at else None)
        remarks += (Complaint(path=judged.path_of(draft, one.path), message=one.message) for one in mistakes)
    return replace(judged, drafts=tuple(drafts), complaints=(*judged.complaints, *remarks))


def days_of(fact: Fact, sent_on: date | None) -> Iterator[Complaint]:
    """Remarks on the days of an attempt."""
    if not isinstance(fact, Implementation):
        return
    started, ended = fact.started, fact.ended
    if fact.ends_before_it_starts:
        yield Complaint(
            path="ended", message=f"{ended} is before {started}, when it started: check both days"
        )
    if sent_on is None:
        return
    if started and started > sent_on + _TOMORROW and fact.outcome is not Outcome.UNKNOWN:
        yield Complaint(path="started", message=f"{started} is still to come: check the day")
    if ended and ended > sent_on + _TOMORROW and fact.outcome in _OVER:
        message = f"{ended} is still to come, but the outcome is {fact.outcome.value!r}: check both"
        yield Complaint(path="ended", message=message)


def without_mistakes(fact: Fact) -> tuple[Fact, list[Complaint]]:
    """Return the fact without a page, an address or a language that is none, and a remark for each."""
    remarks: list[Complaint] = []
    left_out: dict[str, object] = {}
    if isinstance(fact, Solution):
        contact = fact.contact
        if fact.page and not _PAGE.fullmatch(fact.page):
            left_out["page"] = None
            remarks.append(Complaint(path="page", message=NO_PAGE.format(fact.page[:100])))
        if contact and contact.email and not _EMAIL.fullmatch(contact.email):
            left_out["contact"] = contact.model_copy(update={"email": None})
            remarks.append(Complaint(path="contact.email", message=NO_EMAIL.format(contact.email[:100])))
    if (
        isinstance(fact, Solution | Need | Implementation)
        and fact.language
        and not is_language(fact.language)
    ):
        left_out["language"] = None if isinstance(fact, Implementation) else UNKNOWN
        remarks.append(Complaint(path="language", message=NO_LANGUAGE.format(fact.language)))
    return (fact.model_copy(update=left_out) if left_out else fact), remarks
