"""The first look at a report, which trusts nobody: its size, its type, its shape, its language.

A language that was not told is read from the texts and told to the sender, or unknown.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from pydantic import ValidationError

from services.submissions.domain.drafts import Draft
from services.submissions.domain.message_assessment import MessageAssessment, refuse
from services.submissions.domain.ocds.defects import CODES
from services.submissions.domain.ocds.json_decoder import UndecodableJson, decode
from services.submissions.domain.ocds.mapping import ReferenceTables
from services.submissions.domain.plausibility import plausible
from services.submissions.domain.reference_checks import compared, in_city_time
from services.submissions.domain.reports import READERS
from shared.events import TYPE_PREFIX, Actor, Complaint, Event, ProcurementRelease, RecordDue
from shared.facts import FROM_OUTSIDE, Implementation, Need, Solution
from shared.json_limits import LARGEST_MESSAGE
from shared.validation_messages import did_you_mean, path_of, sentence

UNKNOWN = "und"
"""BCP 47's word for it."""
Detect = Callable[[str], str | None]
READ = "the language was not told: the texts read as {!r}; say it where that is wrong"
NOT_READ = "the language was not told, and the texts are too short or too mixed to read it from: say it"


def with_languages(
    judged: MessageAssessment, detect: Detect, untold: Callable[[Draft], bool]
) -> MessageAssessment:
    """``judged`` with the language that the texts of ``untold`` drafts read as, and a word to the sender.

    What is read stands in the record like what is told. An attempt of which nothing is read keeps none: its
    words are then taken to be in the language of the solution.
    """
    read = [_with_language(each, detect) if untold(each) else (each, None) for each in judged.drafts]
    remarks = (
        Complaint(path=judged.path_of(draft, "language"), message=remark) for draft, remark in read if remark
    )
    return replace(
        judged, drafts=tuple(draft for draft, _ in read), complaints=(*judged.complaints, *remarks)
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


BARE_OCDS = "ocds"
LARGEST_RECORD = 500_000
"""In bytes of JSON; a digest of twenty such solutions still fits one document of the store."""
TOO_LARGE = f"record {{!r}} has {{}} bytes written out; at most {LARGEST_RECORD} are kept: say less of it"
MOST_COMPLAINTS = 20
BEFORE_ALL = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def assess_report(
    kind: str, data: bytes, said: datetime = BEFORE_ALL, reference: ReferenceTables | None = None
) -> MessageAssessment:
    """Judge the data of a native message of CloudEvents type ``kind``, said at ``said``.

    They are decoded like releases, with the same tolerance. With a ``reference`` cities and topics are
    compared with those that are known, and a deadline that is a day ends in the zone of its city.

    A catalogue entry is judged here by its shape only; ``application/catalogue.py`` reads what stands in it.
    """
    if too_large := size_complaint(data):
        return MessageAssessment(complaints=(too_large,))
    if kind not in READERS:
        return refuse("type", _unknown(kind))
    model, judge = READERS[kind]
    try:
        decoded = decode(data)
        value = in_city_time(decoded.value, reference.gazetteer) if reference else decoded.value
        report = model.model_validate(value, context=FROM_OUTSIDE)
        judged = judge(report, said)
    except UndecodableJson as error:
        return MessageAssessment(complaints=(error.complaint,))
    except ValidationError as error:
        return MessageAssessment(complaints=tuple(complaints_in(error)))
    actor: Actor | None = getattr(report, "actor", None)
    mended = tuple(Complaint(path="", message=f"{code}: {CODES[code]}") for code in decoded.defects)
    based_on: int | None = getattr(report, "based_on", None)
    judged = replace(judged, actor=actor, based_on=based_on, complaints=(*judged.complaints, *mended))
    if reference:
        judged = with_languages(judged, reference.detect, lambda draft: _is_untold(judged, draft, report))
    judged = plausible(judged, said if said > BEFORE_ALL else None)
    return compared(judged, reference) if reference else judged


def _is_untold(judged: MessageAssessment, draft: Draft, report: Event) -> bool:
    """Whether the report does not say in which language ``draft`` is written."""
    part = getattr(report, "attempt", report) if draft.key == judged.attempt else report
    return "language" not in part.model_fields_set


def _unknown(kind: str) -> str:
    """What is said of a type that nobody reads, with the nearest that are read."""
    sent = (
        name for name in sorted(READERS) if name != RecordDue.message_type()
    )  # only the service says that
    known = [*sent, ProcurementRelease.message_type()]
    near = did_you_mean(kind, known)
    return f"{kind[:100]!r} is not known here{near or ': known are ' + ', '.join(known)}"


def size_complaint(data: bytes, most: int = LARGEST_MESSAGE) -> Complaint | None:
    """What is said about more than ``most`` bytes, before anything is parsed."""
    if len(data) <= most:
        return None
    return Complaint(path="", message=f"{len(data)} bytes are more than {most}: send parts")


def fitting(judged: MessageAssessment) -> MessageAssessment:
    """Return ``judged`` without records too large to be kept and handed on, and a complaint for each.

    Written out with all that it leaves open, a record may be ten times as large as what was sent.
    """
    sizes = [len(draft.fact.model_dump_json().encode()) for draft in judged.drafts]
    large = [
        Complaint(path="", message=TOO_LARGE.format(draft.key[:200], size))
        for draft, size in zip(judged.drafts, sizes, strict=True)
        if size > LARGEST_RECORD
    ]
    drafts = tuple(draft for draft, size in zip(judged.drafts, sizes, strict=True) if size <= LARGEST_RECORD)
    return replace(judged, drafts=drafts, complaints=(*judged.complaints, *large)) if large else judged


def is_procurement(kind: str) -> bool:
    """Whether a message carries OCDS: said so by its type, or bare, from a legacy publisher."""
    return kind in {ProcurementRelease.message_type(), BARE_OCDS}


def routing_key(kind: str) -> str:
    """The routing key of a CloudEvents type: ``org.citiesshare.need.submitted.v1`` → ``need.submitted``.

    Bare OCDS has that of a release.
    """
    if kind == BARE_OCDS:
        return ProcurementRelease.key
    bare = kind.removeprefix(TYPE_PREFIX)
    return bare.rsplit(".v", 1)[0] if ".v" in bare else bare


def complaints_in(error: ValidationError) -> list[Complaint]:
    """What a model says is wrong, with the path of each."""
    problems = error.errors(include_url=False)[:MOST_COMPLAINTS]
    return [Complaint(path=path_of(problem), message=sentence(problem)) for problem in problems]
