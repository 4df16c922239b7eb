"""All releases of one process in; its needs, solutions and outcomes out. The one door to the mapping."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

from services.submissions.domain.imported_facts import ImportedFact, Origin
from services.submissions.domain.ocds.buyer_city import NOTHING_DECIDED, BuyerCity, Decided, whereabouts
from services.submissions.domain.ocds.merge import Merged, earlier_states, merge
from services.submissions.domain.ocds.needs import needs_of
from services.submissions.domain.ocds.release_models import MergedRelease
from services.submissions.domain.ocds.releases import Release
from services.submissions.domain.ocds.solutions import attempts_of
from services.submissions.domain.places import Gazetteer
from services.submissions.domain.publisher_profiles import Profile
from services.submissions.domain.topics import TopicTable
from shared.facts import UNRESOLVED, Implementation, Need, Solution, Stage

MOST_EARLIER_STATES = 50


def nobody_knows(_: str) -> str | None:
    """Where nothing reads the language of a text."""
    return None


@dataclass(frozen=True, slots=True)
class ReferenceTables:
    """What mapping needs: where cities are, what codes mean, and ``detect``, which language a text is in."""

    gazetteer: Gazetteer
    topics: TopicTable
    detect: Callable[[str], str | None] = nobody_knows


def records_of(
    releases: Iterable[Release],
    profile: Profile,
    reference: ReferenceTables,
    as_of: date,
    decided: Decided = NOTHING_DECIDED,
) -> tuple[ImportedFact, ...]:
    """The records of one process, from all its releases, as of a day (for "overdue" and "stale").

    ``releases`` come in the order of their arrival; any grouping and repetition gives the same, and so does
    any order of releases that differ in date or tags. A need is opened only where the buyer is a local
    government; solutions and outcomes of others are kept as evidence, without a city. What an earlier state
    had and the newest has no more comes out as withdrawn. ``decided`` is what reviewers said of the buyers of
    this publisher.
    """
    context = ProcessContext(profile, reference, as_of, decided)
    merged = merge(releases, profile)
    records = _records_in(merged, context)
    return (*records, *_withdrawn(merged, records, context))


@dataclass(frozen=True, slots=True)
class ProcessContext:
    """What all states of a process are read with."""

    profile: Profile
    reference: ReferenceTables
    as_of: date
    decided: Decided


def _records_in(merged: Merged, context: ProcessContext) -> tuple[ImportedFact, ...]:
    """The records of one state of a process."""
    gazetteer = context.reference.gazetteer
    about = ProcessFacts(merged, whereabouts(merged.process, context.profile, gazetteer, context.decided))
    return (*_needs(about, context), *_attempts(about, context))


def _withdrawn(
    merged: Merged, records: Sequence[ImportedFact], context: ProcessContext
) -> Iterator[ImportedFact]:
    """What earlier states had and the newest does not have, as it was told last.

    Outcomes are withdrawn with their solutions.
    """
    if not merged.may_have_lost_parts:
        return
    identifiers = {record.id for record in records}
    for state in islice(earlier_states(merged, context.profile), MOST_EARLIER_STATES):
        for record in _records_in(state, context):
            if record.id not in identifiers and not _still_tried(record, records):
                identifiers.add(record.id)
                yield _withdrawing(record)


def _still_tried(record: ImportedFact, records: Sequence[ImportedFact]) -> bool:
    """Whether a record is the outcome of a solution that the newest state still has."""
    attempt = record.fact
    return isinstance(attempt, Implementation) and any(
        solution.id == attempt.solution for solution in records
    )


def _withdrawing(record: ImportedFact) -> ImportedFact:
    if isinstance(record.fact, Need):
        return record.model_copy(update={"fact": record.fact.model_copy(update={"stage": Stage.WITHDRAWN})})
    return record.model_copy(update={"use": "withdrawn"})


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """What all records of one process share."""

    merged: Merged
    where: BuyerCity


def _needs(about: ProcessFacts, context: ProcessContext) -> Iterator[ImportedFact]:
    if about.where.government.answer != "yes":
        return
    profile, reference, city = context.profile, context.reference, about.where.city
    city_facts = reference.gazetteer.cities.get(city or "")
    zone = ZoneInfo(city_facts.timezone) if city_facts else profile.timezone
    for imported in needs_of(about.merged, city or UNRESOLVED, zone, profile, reference.topics):
        yield _record(about, profile, imported.need, imported.need.id, imported.defects)


def _attempts(about: ProcessFacts, context: ProcessContext) -> Iterator[ImportedFact]:
    profile, city = context.profile, about.where.city or UNRESOLVED
    for attempt in attempts_of(about.merged, city, context.reference.topics, context.as_of):
        solution, step = attempt.solution, attempt.step
        yield _record(about, profile, solution, solution.id, attempt.defects).model_copy(
            update={"use": attempt.use}
        )
        if attempt.implementation and step:
            outcome = _record(
                about, profile, attempt.implementation, f"{solution.id}#outcome", attempt.defects
            )
            finding = {"rung": step.rung, "finding": step.finding, "confidence": step.confidence}
            yield outcome.model_copy(update=finding)


def _record(
    about: ProcessFacts,
    profile: Profile,
    fact: Need | Solution | Implementation,
    identifier: str,
    defects: tuple[str, ...],
) -> ImportedFact:
    merged, package = about.merged, about.merged.newest.package
    return ImportedFact(
        fact=fact,
        id=identifier,
        process=merged.key,
        ocid=merged.ocid,
        city=about.where.city,
        buyer=about.where.published_buyer,
        place=about.where.place,
        government=about.where.government,
        defects=tuple(sorted({*merged.defects, *about.where.defects, *defects})),
        related=_related(merged.process),
        origin=Origin(
            publisher=package.publisher or profile.name,
            package=package.uri,
            licence=package.licence or profile.licence,
            releases=merged.release_ids,
        ),
    )


def _related(process: MergedRelease) -> tuple[tuple[str, str], ...]:
    return tuple(
        (relation, related_process.identifier)
        for related_process in process.related_processes
        if related_process.identifier
        for relation in related_process.relationship
    )
