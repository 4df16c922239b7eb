"""All releases of one process become its newest state, as OCDS prescribes (library: ``ocdsmerge``)."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from ocdsmerge.exceptions import DuplicateIdValueWarning
from ocdsmerge.merge import CompiledRelease

from services.submissions.domain.ocds.defects import Log
from services.submissions.domain.ocds.identity import Release
from services.submissions.domain.ocds.mend import Fields, each_once
from services.submissions.domain.ocds.release import Process
from services.submissions.domain.ocds.shape import merge_rules

OF_THE_RELEASE = ("id", "date", "tag", "ocid")


@dataclass(frozen=True, slots=True)
class Merged:
    """The newest state of a process, all its tags and release ids, and every defect on the way."""

    key: str
    ocid: str
    process: Process
    tags: frozenset[str]
    releases: tuple[str, ...]
    newest: Release
    defects: tuple[str, ...]


def merge(releases: Iterable[Release]) -> Merged:
    """Merge the releases of one process; any order, repetition or grouping of them gives the same.

    Raises ValueError for no releases, or for releases of different processes.
    """
    ordered = _each_once_in_order(releases)
    if len({each.process for each in ordered}) != 1:
        raise ValueError("merge() takes all releases of exactly one process")
    fields = _merged([_body(each) for each in ordered])
    newest = ordered[-1]
    return Merged(
        key=newest.process,
        ocid=newest.ocid,
        process=Process.model_validate(fields),
        tags=frozenset(tag for each in ordered for tag in _tags(each)),
        releases=tuple(dict.fromkeys(each.id for each in ordered)),
        newest=newest,
        defects=_codes(ordered),
    )


def _each_once_in_order(releases: Iterable[Release]) -> list[Release]:
    """Equal releases once, whichever package they came in; the earliest package counts."""
    earliest = sorted(releases, key=lambda each: (each.order, each.package.uri or ""), reverse=True)
    return sorted({each.digest: each for each in earliest}.values(), key=lambda each: each.order)


def _body(release: Release) -> Fields:
    return {key: value for key, value in release.fields.items() if key not in OF_THE_RELEASE}


def _tags(release: Release) -> list[str]:
    tags = release.fields.get("tag")
    return tags if isinstance(tags, list) else []


def _merged(bodies: list[Fields]) -> Fields:
    """Mended releases agree in shape, so that merging them cannot fail on contradicting types."""
    compiled = CompiledRelease(merge_rules=merge_rules(Process), rule_overrides={})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DuplicateIdValueWarning)
        for body in bodies:
            compiled.append(body)
        return _tidy(compiled.asdict())


def _tidy(value: dict[str, object]) -> Fields:
    """Without what merging leaves behind: the merger's own id, date, tag; nulls; equal list entries."""
    return {
        key: _clean(item) for key, item in value.items() if key not in OF_THE_RELEASE and item is not None
    }


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return _part(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return each_once([_part(item) for item in value], Log(), "")
    return value


def _part(value: dict[str, object]) -> Fields:
    return {key: _clean(item) for key, item in value.items() if item is not None}


def _codes(ordered: list[Release]) -> tuple[str, ...]:
    codes = {defect.code for each in ordered for defect in each.defects}
    if len({each.id for each in ordered}) < len(ordered):
        codes.add("id-reused")
    return tuple(sorted(codes))
