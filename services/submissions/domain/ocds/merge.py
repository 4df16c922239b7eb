"""All releases of one process become its newest state, as OCDS prescribes (library: ``ocdsmerge``).

Source: https://standard.open-contracting.org/1.1/en/schema/merging/. Beyond it: releases of one date merge by
their tags, a compiled release replaces all that came before it, equal entries of a list are kept once, and a
translation (``title_en``) whose text (``title``) was replaced without it is not shown beside the new one.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocdsmerge.exceptions import DuplicateIdValueWarning
from ocdsmerge.merge import CompiledRelease

from services.submissions.domain.ocds.conversions import language_of
from services.submissions.domain.ocds.defects import DefectLog
from services.submissions.domain.ocds.field_types import Fields, merge_rules
from services.submissions.domain.ocds.normalize import each_once
from services.submissions.domain.ocds.profile_defaults import NOTED, DefaultsContext, with_defaults
from services.submissions.domain.ocds.reader import has_text
from services.submissions.domain.ocds.release_models import Award, Contract, MergedRelease
from services.submissions.domain.ocds.releases import Release
from services.submissions.domain.ocds.translations import ProcessTranslations
from services.submissions.domain.publisher_profiles import UNKNOWN, Profile

OF_THE_RELEASE = ("id", "date", "tag", "ocid")
FELL_THROUGH = frozenset({"cancelled", "unsuccessful"})


@dataclass(frozen=True, slots=True)
class Merged:
    """The newest state of a process, all its tags, the releases it comes from, and every defect on the way.

    ``releases`` are in the order in which they were merged, each once.
    """

    key: str
    ocid: str
    process: MergedRelease
    tags: frozenset[str]
    releases: tuple[Release, ...]
    defects: tuple[str, ...]
    translations: ProcessTranslations

    @property
    def newest(self) -> Release:
        """The release that was merged last."""
        return self.releases[-1]

    @property
    def release_ids(self) -> tuple[str, ...]:
        """The ids of all releases, each once."""
        return tuple(dict.fromkeys(release.id for release in self.releases))

    @property
    def may_have_lost_parts(self) -> bool:
        """Whether an earlier state may have had a need or a solution that this one has not.

        So it is where a compiled release replaced others, where something fell through, and where contracts
        or lots were named in another way before.
        """
        if len(self.releases) < 2:
            return False
        replaced = any(release.compiled for release in self.releases[1:])
        return replaced or _fell_through(self.process) or len(set(map(_naming, self.releases))) > 1


def _fell_through(process: MergedRelease) -> bool:
    parts: tuple[Award | Contract, ...] = (*process.awards, *process.contracts)
    return any({part.status, part.final_status} & FELL_THROUGH for part in parts)


def _naming(release: Release) -> tuple[bool, bool]:
    """By what its needs and solutions are named: whether it has lots, and contracts without an award."""
    tender, contracts = release.fields.get("tender"), release.fields.get("contracts")
    lots = isinstance(tender, dict) and bool(tender.get("lots"))
    alone = (
        (not part.keys() & {"awardID", "awardIDs"} for part in contracts)
        if isinstance(contracts, list)
        else ()
    )
    return lots, any(alone)


def merge(releases: Iterable[Release], profile: Profile = UNKNOWN) -> Merged:
    """Merge the releases of one process, which are given in the order of their arrival.

    The order of arrival decides only between releases of one date with the same tags. Raises ValueError for
    no releases, or for releases of different processes.
    """
    ordered = in_order(releases)
    if len({release.process for release in ordered}) != 1:
        raise ValueError("merge() takes all releases of exactly one process")
    return _merged(ordered, profile)


def earlier_states(merged: Merged, profile: Profile) -> Iterator[Merged]:
    """The states that the process had before, the newest first."""
    for count in range(len(merged.releases) - 1, 0, -1):
        yield _merged(merged.releases[:count], profile)


def in_order(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Equal releases once, whichever package they came in, in the order in which they merge."""
    once: dict[str, Release] = {}
    for release in sorted(releases, key=_order):
        once.setdefault(release.digest, release)
    return tuple(once.values())


def _order(release: Release) -> tuple[str, int, str]:
    return release.order


def _merged(ordered: Sequence[Release], profile: Profile) -> Merged:
    log, newest = DefectLog(), ordered[-1]
    compiled, outdated = _compiled(_since_whole(ordered))
    translations = ProcessTranslations(language_of(compiled.get("language"), profile), outdated)
    fields = with_defaults(compiled, MergedRelease, DefaultsContext(profile, log, translations))
    return Merged(
        key=newest.process,
        ocid=newest.ocid,
        process=MergedRelease.model_validate(fields),
        tags=frozenset(tag for release in ordered for tag in release.tags),
        releases=tuple(ordered),
        defects=_codes(ordered, fields, log),
        translations=translations,
    )


def _since_whole(ordered: Sequence[Release]) -> Sequence[Release]:
    """The newest compiled release and what came after it; all where none is compiled."""
    whole = (place for place in reversed(range(len(ordered))) if ordered[place].compiled)
    return ordered[next(whole, 0) :]


class _Compiled(CompiledRelease):  # type: ignore[misc]
    """A compiled release that knows beside which text each translation was given."""

    def __init__(self) -> None:
        super().__init__(merge_rules=merge_rules(MergedRelease), rule_overrides={})
        self.beside: dict[tuple[str, ...], object] = {}

    def flat_append(self, flat: dict[tuple[str, ...], object], *of_the_release: str | None) -> None:
        """Merge one release, whose values ``flat`` holds by their paths."""
        super().flat_append(flat, *of_the_release)
        for path in flat:
            if "_" in path[-1]:
                self.beside[path] = self.data.get(_own_path(path))

    def outdated(self) -> frozenset[tuple[object, object]]:
        """Each text that was replaced without its translations, with every one of them."""
        return frozenset(
            (self.data.get(_own_path(path)), self.data[path])
            for path, text in self.beside.items()
            if text is not None and text != self.data.get(_own_path(path))
        )


def _own_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """Where the text stands that the one at ``path`` translates."""
    return (*path[:-1], path[-1].partition("_")[0])


def _compiled(releases: Iterable[Release]) -> tuple[Fields, frozenset[tuple[object, object]]]:
    """The merged fields, and what of their translations is outdated.

    Mended releases agree in shape, so that merging them cannot fail on contradicting types.
    """
    compiled = _Compiled()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DuplicateIdValueWarning)
        for release in releases:
            compiled.append(_body(release))
        return _tidy(compiled.asdict()), compiled.outdated()


def _body(release: Release) -> Fields:
    return {key: value for key, value in release.fields.items() if key not in OF_THE_RELEASE}


def _tidy(value: dict[str, object]) -> Fields:
    """Without what merging leaves behind: the merger's id, date, tag; what was taken back; equal entries."""
    return _part({key: item for key, item in value.items() if key not in OF_THE_RELEASE})


def _part(value: dict[str, object]) -> Fields:
    clean = ((key, _clean(item)) for key, item in value.items() if item is not None)
    return {key: item for key, item in clean if item != {}}


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return _part(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return each_once([_part(item) for item in value], DefectLog(), "")
    return value


def _codes(ordered: Sequence[Release], fields: Fields, log: DefectLog) -> tuple[str, ...]:
    codes = {defect.code for release in ordered for defect in release.defects} - NOTED
    codes |= {defect.code for defect in log.defects}
    if len({release.id for release in ordered}) < len(ordered):
        codes.add("id-reused")
    if has_text(fields):  # another release of the process had one
        codes.discard("text-missing")
    return tuple(sorted(codes))
