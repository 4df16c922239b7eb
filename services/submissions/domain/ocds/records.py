"""All releases of one process in; its needs, solutions and outcomes out. The one door to the mapping."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

from services.submissions.domain.models import UNRESOLVED, Imported, Origin
from services.submissions.domain.ocds.buyers import buyer_of, numbers_of
from services.submissions.domain.ocds.identity import Release
from services.submissions.domain.ocds.merge import Merged, earlier_states, merge
from services.submissions.domain.ocds.needs import needs_of
from services.submissions.domain.ocds.release import Organization, Process
from services.submissions.domain.ocds.solutions import attempts_of
from services.submissions.domain.places import Clues, Gazetteer, Judgement, Place, city_government, resolve
from services.submissions.domain.profiles import Profile
from services.submissions.domain.topics import TopicTable
from shared.facts import Implementation, Need, Solution, Stage

MOST_EARLIER_STATES = 50


@dataclass(frozen=True, slots=True)
class Reference:
    """The tables that mapping needs: where cities are, and what codes mean."""

    gazetteer: Gazetteer
    topics: TopicTable


def records_of(
    releases: Iterable[Release], profile: Profile, reference: Reference, as_of: date
) -> tuple[Imported, ...]:
    """The records of one process, from all its releases, as of a day (for "overdue" and "stale").

    ``releases`` come in the order of their arrival; any grouping and repetition gives the same, and so does
    any order of releases that differ in date or tags. A need is opened only where the buyer is a city
    government; solutions and outcomes of others are kept as evidence, without a city. What an earlier state
    had and the newest has no more comes out as withdrawn.
    """
    merged = merge(releases, profile)
    records = _records_in(merged, profile, reference, as_of)
    return (*records, *_withdrawn(merged, records, profile, reference, as_of))


def _records_in(merged: Merged, profile: Profile, reference: Reference, as_of: date) -> tuple[Imported, ...]:
    """The records of one state of a process."""
    buyer, defect = buyer_of(merged.process)
    government = _government(buyer, profile)
    place = resolve(_clues(merged.process, buyer, profile), reference.gazetteer)
    about = About(merged, place, government, (defect,) if defect else ())
    return (*_needs(about, profile, reference), *_attempts(about, profile, reference, as_of))


def _withdrawn(
    merged: Merged, records: Sequence[Imported], profile: Profile, reference: Reference, as_of: date
) -> Iterator[Imported]:
    """What earlier states had and the newest does not have, as it was told last.

    Outcomes are withdrawn with their solutions.
    """
    if not merged.may_have_lost_parts:
        return
    known = {record.id for record in records}
    for state in islice(earlier_states(merged, profile), MOST_EARLIER_STATES):
        for record in _records_in(state, profile, reference, as_of):
            if record.id not in known and not _still_tried(record, records):
                known.add(record.id)
                yield _withdrawing(record)


def _still_tried(record: Imported, records: Sequence[Imported]) -> bool:
    """Whether a record is the outcome of a solution that the newest state still has."""
    attempt = record.fact
    return isinstance(attempt, Implementation) and any(each.id == attempt.solution for each in records)


def _withdrawing(record: Imported) -> Imported:
    if isinstance(record.fact, Need):
        return record.model_copy(update={"fact": record.fact.model_copy(update={"stage": Stage.WITHDRAWN})})
    return record.model_copy(update={"use": "withdrawn"})


@dataclass(frozen=True, slots=True)
class About:
    """What all records of one process share."""

    merged: Merged
    place: Place
    government: Judgement
    defects: tuple[str, ...]

    @property
    def city(self) -> str | None:
        """The city whose process it is; None where that is not a city government's, or not clear."""
        return self.place.city if self.government.answer == "yes" else None


def _needs(about: About, profile: Profile, reference: Reference) -> Iterator[Imported]:
    if about.government.answer != "yes":
        return
    city = reference.gazetteer.cities.get(about.city or "")
    zone = ZoneInfo(city.timezone) if city else profile.timezone
    for found in needs_of(about.merged, about.city or UNRESOLVED, zone, profile, reference.topics):
        yield _record(about, profile, found.need, found.need.id, found.defects)


def _attempts(about: About, profile: Profile, reference: Reference, as_of: date) -> Iterator[Imported]:
    city = about.city or UNRESOLVED
    for attempt in attempts_of(about.merged, city, profile, reference.topics, as_of):
        solution, step = attempt.solution, attempt.step
        yield _record(about, profile, solution, solution.id, attempt.defects).model_copy(
            update={"use": attempt.use}
        )
        if attempt.implementation and step:
            outcome = _record(
                about, profile, attempt.implementation, f"{solution.id}#outcome", attempt.defects
            )
            told = {"rung": step.rung, "finding": step.finding, "confidence": step.confidence}
            yield outcome.model_copy(update=told)


def _record(
    about: About,
    profile: Profile,
    fact: Need | Solution | Implementation,
    identifier: str,
    defects: tuple[str, ...],
) -> Imported:
    merged, package = about.merged, about.merged.newest.package
    return Imported(
        fact=fact,
        id=identifier,
        process=merged.key,
        ocid=merged.ocid,
        city=about.city,
        place=about.place,
        government=about.government,
        defects=tuple(sorted({*merged.defects, *about.defects, *defects})),
        related=_related(merged.process),
        origin=Origin(
            publisher=package.publisher or profile.name,
            package=package.uri,
            licence=package.licence or profile.licence,
            releases=merged.release_ids,
        ),
    )


def _related(process: Process) -> tuple[tuple[str, str], ...]:
    return tuple(
        (relation, each.identifier)
        for each in process.related_processes
        if each.identifier
        for relation in each.relationship
    )


def _government(buyer: Organization | None, profile: Profile) -> Judgement:
    details = buyer.details if buyer else None
    said = (
        details.legal_entity_type_detail
        or " ".join(each.description or each.id or "" for each in details.classifications)
        if details
        else None
    )
    return city_government(
        tuple(_names(buyer)),
        identifiers=numbers_of(buyer) if buyer else (),
        registered_as_city=bool(profile.city_government),
        classification=said,
    )


def _names(buyer: Organization | None) -> Iterator[str]:
    if buyer and buyer.name:
        yield buyer.name
    if buyer and buyer.identifier and buyer.identifier.legal_name:
        yield buyer.identifier.legal_name


def _clues(process: Process, buyer: Organization | None, profile: Profile) -> Clues:
    address = buyer.address if buyer else None
    value = process.tender.value if process.tender else None
    return Clues(
        registered=profile.city,
        identifiers=numbers_of(buyer) if buyer else (),
        names=tuple(_names(buyer)),
        locality=address.locality if address else None,
        delivery=tuple(_delivered_to(process)),
        country=profile.country or (address.country_code or address.country_name if address else None),
        currency=value.currency if value else None,
    )


def _delivered_to(process: Process) -> Iterator[str]:
    for item in process.tender.items if process.tender else ():
        if item.delivery_address and item.delivery_address.locality:
            yield item.delivery_address.locality
