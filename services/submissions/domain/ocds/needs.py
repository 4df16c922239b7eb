"""Needs: what a city says it wants before and while it buys, one per lot where lots have their own titles."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.submissions.domain.ocds.conversions import (
    classifications,
    deadline,
    money,
    part_id,
    topics,
)
from services.submissions.domain.ocds.merge import FELL_THROUGH, Merged
from services.submissions.domain.ocds.release_models import Lot, MergedRelease, Planning, Tender
from services.submissions.domain.ocds.titles import Title, first_line, title_of
from services.submissions.domain.ocds.translations import phrases
from services.submissions.domain.publisher_profiles import Profile
from services.submissions.domain.topics import TopicTable
from shared.facts import Need, Stage, Texts

STAGES = {
    "planning": Stage.EARLY,
    "planned": Stage.ANNOUNCED,
    "active": Stage.OPEN,
    "complete": Stage.DECIDED,
    "cancelled": Stage.WITHDRAWN,
    "withdrawn": Stage.WITHDRAWN,
    "unsuccessful": Stage.UNMET,
}
STAGES_BY_TAG = (
    ("award", Stage.DECIDED),
    ("contract", Stage.DECIDED),
    ("tender", Stage.OPEN),
    ("planning", Stage.EARLY),
)
UNDER_WAY = frozenset({Stage.EXPLORING, Stage.EARLY, Stage.ANNOUNCED, Stage.OPEN})


@dataclass(frozen=True, slots=True)
class FoundNeed:
    """A need and what was repaired to tell it."""

    need: Need
    defects: tuple[str, ...]


def needs_of(
    merged: Merged, city: str, zone: ZoneInfo, profile: Profile, table: TopicTable
) -> Iterator[FoundNeed]:
    """The needs of one process, if any of its texts says what is wanted; days end in ``zone``."""
    tender = merged.process.tender
    lots = [lot for lot in tender.lots if lot.title and lot.id] if tender else []
    if len(lots) > 1:
        for lot in lots:
            yield from _need(merged, lot, city, zone, profile, table)
    else:
        yield from _need(merged, None, city, zone, profile, table)


def _need(
    merged: Merged, lot: Lot | None, city: str, zone: ZoneInfo, profile: Profile, table: TopicTable
) -> Iterator[FoundNeed]:
    process, tender = merged.process, merged.process.tender or Tender()
    planning = process.planning or Planning()
    title = title_of(_titles(process), _other_texts(process))
    heading = title.text
    if lot:
        title = Title(first_line(f"{title.text}: {lot.title}" if title.text else lot.title))
    if not title.text:
        return
    stage, defects = stage_of(merged, lot, profile)
    items = [item for item in tender.items if lot is None or item.related_lot in (None, lot.id)]
    budget = planning.budget
    description = _description(process, lot)
    route = first_line(budget.project) if budget else ""
    translations = merged.translations
    parts = [text for text in (heading, lot.title if lot else None) if text]
    others = phrases(
        {
            title.text: translations.line(*parts),
            description: translations.text(description),
            route: translations.line(route),
        }
    )
    need = Need(
        id=part_id(merged.key, "lot", lot.id, lot) if lot else merged.key,
        city=city,
        title=title.text,
        description=description,
        language=translations.language_of(parts[0]),
        translations={language: Texts(texts=texts) for language, texts in others.items()},
        topics=topics(classifications(tender, items), table),
        stage=stage,
        budget=money(lot.value)
        if lot
        else money(tender.value, tender.min_value, budget.amount if budget else None),
        deadline=deadline(tender.tender_period, zone),
        route=route or None,
        ocid=merged.ocid,
    )
    yield FoundNeed(need, (*defects, *title.defects))


def _titles(process: MergedRelease) -> Iterator[str | None]:
    yield process.tender.title if process.tender else None
    yield process.title


def _other_texts(process: MergedRelease) -> Iterator[str | None]:
    tender, planning = process.tender, process.planning
    yield tender.description if tender else None
    yield process.description
    if planning:
        yield planning.rationale
        yield planning.budget.description if planning.budget else None
        yield planning.budget.project if planning.budget else None


def _description(process: MergedRelease, lot: Lot | None) -> str:
    tender, planning = process.tender or Tender(), process.planning or Planning()
    texts = (lot.description if lot else None, tender.description, process.description, planning.rationale)
    return next((text for text in texts if text), "")


def stage_of(merged: Merged, lot: Lot | None, profile: Profile) -> tuple[Stage, tuple[str, ...]]:
    """Where the need stands, and what was wrong with the status; a lot's own status beats the tender's.

    Something awarded decides it, whatever the call still says; awards that all fell through leave it unmet.
    """
    status, defects = _status(merged, lot, profile)
    stage = STAGES.get(status or "") or _stage_by_tags(merged)
    if status is None:
        defects = (*defects, "status-missing")
    awards = [
        award.final_status if award.final_status in FELL_THROUGH else award.status
        for award in merged.process.awards
        if _of_lot(award.related_lots, lot)
    ]
    if awards and all(status in FELL_THROUGH for status in awards) and stage is Stage.DECIDED:
        return Stage.UNMET, defects
    if stage in UNDER_WAY and _decided(merged, awards, lot):
        return Stage.DECIDED, (*defects, "status-behind") if status else defects
    return stage, defects


def _status(merged: Merged, lot: Lot | None, profile: Profile) -> tuple[str | None, tuple[str, ...]]:
    tender = merged.process.tender
    final = tender.final_status if tender else None
    status = (
        final
        if final in FELL_THROUGH
        else (lot.status if lot else None) or (tender.status if tender else None)
    )
    if status == "unsuccessful" and "status-artefact" in profile.flags and not merged.process.awards:
        return None, ("status-artefact",)
    return status, ()


def _stage_by_tags(merged: Merged) -> Stage:
    for start, stage in STAGES_BY_TAG:
        if any(tag.startswith(start) for tag in merged.tags):
            return stage
    if merged.process.tender is None and merged.process.planning is not None:
        return Stage.EARLY
    return Stage.EXPLORING


def _of_lot(related: tuple[str, ...], lot: Lot | None) -> bool:
    return lot is None or not related or (lot.id or "").casefold() in related


def _decided(merged: Merged, awards: list[str | None], lot: Lot | None) -> bool:
    return "active" in awards or (
        lot is None
        and any(contract.status in ("active", "terminated") for contract in merged.process.contracts)
    )
