"""A release as published becomes the fields we read, mended; every repair is noted with its place.

Statuses come out in the words of OCDS, whatever the publisher calls them.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import orjson

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds import field_types
from services.submissions.domain.ocds.defects import DefectLog, Path
from services.submissions.domain.ocds.field_types import FieldKind, Fields, FieldSpec, ReleasePart, slots_of
from services.submissions.domain.ocds.legacy_versions import in_our_words
from services.submissions.domain.ocds.profile_defaults import known_amount
from services.submissions.domain.ocds.release_models import (
    Award,
    Contract,
    ContractImplementation,
    Lot,
    MergedRelease,
    Milestone,
    Tender,
    Value,
)
from services.submissions.domain.ocds.translations import own_texts
from services.submissions.domain.publisher_profiles import Profile

_CALL = frozenset({"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"})
_MILESTONE = frozenset({"scheduled", "met", "notmet", "partiallymet"})
KNOWN: dict[type[ReleasePart], frozenset[str]] = {
    Tender: _CALL,
    Lot: _CALL,
    Award: frozenset({"pending", "active", "cancelled", "unsuccessful"}),
    Contract: frozenset({"pending", "active", "cancelled", "terminated"}),
    Milestone: _MILESTONE,
    ContractImplementation: frozenset({"planning", "ongoing", "concluded"}),
}
SPELLINGS = {
    "canceled": "cancelled",
    "completed": "complete",
    "closed": "complete",
    "open": "active",
    "not met": "notmet",
    "not_met": "notmet",
    "partially met": "partiallymet",
    "partially_met": "partiallymet",
    "planified": "planned",
}


def translate(
    status: str, model: type[ReleasePart], profile: Profile, log: DefectLog, path: Path
) -> str | None:
    """The OCDS word for a case-folded ``status`` of a ``model``; None where no table knows it."""
    statuses = KNOWN.get(model)
    if statuses is None or status in statuses:
        return status
    word = profile.statuses.get(status) or SPELLINGS.get(status)
    if word in statuses:
        return word
    log.note("status-unknown", path)
    return None


Key = TypeVar("Key")
Read = TypeVar("Read")
Reader = Callable[[Json, DefectLog, Path], object]
SHORT = 200
MOST_REMEMBERED = 1 << 14


class Field(NamedTuple):
    """How a field is read: ``known`` is what its short texts were read as that had nothing to mend."""

    cached: dict[str, object]
    slot: FieldSpec


class Plain:
    """Reads values that are no objects, for publishers in one zone.

    Ids, codes and days come again and again: what a short text was read as is remembered by its kind.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.caches: dict[FieldKind, dict[str, object]] = {kind: {} for kind in FieldKind}
        self.fields: dict[type[ReleasePart], dict[str, Field]] = {}
        self.readers: dict[FieldKind, Reader] = {
            FieldKind.TEXT: field_types.text,
            FieldKind.ID: field_types.identifier,
            FieldKind.CODE: field_types.code,
            FieldKind.CODES: field_types.codes,
            FieldKind.NUMBER: field_types.number,
            FieldKind.FLAG: field_types.flag,
            FieldKind.MOMENT: field_types.moment(zone),
            FieldKind.END: field_types.moment(zone, field_types.END),
        }

    def fields_of(self, model: type[ReleasePart]) -> dict[str, Field]:
        """The fields of ``model`` by their names in JSON."""
        fields = self.fields.get(model)
        if fields is None:
            slots = slots_of(model).items()
            fields = self.fields[model] = {name: Field(self.caches[slot.kind], slot) for name, slot in slots}
        return fields

    def read(self, given: Json, kind: FieldKind, log: DefectLog, path: Path) -> object:
        """What ``given`` means; None where it means nothing, which still replaces an older word."""
        repairs = log.notes
        read = self.readers[kind](given, log, path)
        if read is field_types.MISSING:
            return None
        if isinstance(given, str) and len(given) <= SHORT and log.notes == repairs:
            remember(self.caches[kind], given, read)
        return read


def remember(cache: dict[Key, Read], given: Key, read: Read, most: int = MOST_REMEMBERED) -> None:
    """Keep what something was read as; a full memory starts anew."""
    if len(cache) >= most:
        cache.clear()
    cache[given] = read


plain_in = cache(Plain)


def normalize(release: dict[str, Json], profile: Profile, log: DefectLog) -> Fields:
    """The known fields of ``release`` in their types.

    Nothing is filled in here that the release does not say: in a partial update it would replace what an
    older release said. ``profile_defaults.py`` fills in, after the merge.
    """
    fields = Normalizer(profile, log).part(in_our_words(release, log), MergedRelease, "")
    without_parties(fields, log)
    return fields


def without_parties(fields: Fields, log: DefectLog) -> None:
    """Note a release that names its buyer and lists no parties."""
    if fields.get("buyer") and not fields.get("parties"):
        log.note("no-parties", "parties")


class Normalizer:
    """Walks one release along the models of ``release_models.py``."""

    def __init__(self, profile: Profile, log: DefectLog) -> None:
        self.profile = profile
        self.log = log
        self.plain = plain_in(profile.timezone)
        self.null_means_empty = "null-means-empty" in profile.flags

    def part(self, value: dict[str, Json], model: type[ReleasePart], path: Path) -> Fields:
        """One object: its known fields. What stands there and says nothing takes back an older word."""
        mended: Fields = {}
        fields, translated = self.plain.fields_of(model), False
        for name, given in value.items():
            field = fields.get(name)
            if field is None:
                translated = translated or "_" in name
            elif type(given) is str and (read := field.cached.get(given)) is not None:
                mended[name] = read
            else:
                self.put(mended, name, given, field.slot, path)
        if translated:
            self.translations(mended, value, model, path)
        if "status" in mended and isinstance(status := mended["status"], str):
            mended["status"] = translate(status, model, self.profile, self.log, (path, "status"))
        if model is Value:
            known_amount(mended, self.profile, self.log, path)  # noted, not filled in
        return mended

    def put(self, mended: Fields, name: str, given: Json, slot: FieldSpec, path: Path) -> None:
        """Read one field into ``mended``, unless it says nothing."""
        says = given or given == 0
        read = self.field(given, slot, (path, name)) if says else self.empty(given, slot)
        if read is not field_types.MISSING and not (read is None and self.null_means_empty):
            mended[name] = read

    def translations(
        self, mended: Fields, value: dict[str, Json], model: type[ReleasePart], path: Path
    ) -> None:
        """Keep texts in named languages (``title_en``); one counts where no release has the text itself."""
        slots = slots_of(model)
        for name, given in value.items():
            slot = slots.get(name.partition("_")[0]) if "_" in name else None
            if slot is not None and slot.kind is FieldKind.TEXT:
                self.put(mended, name, given, slot, path)
        own_texts(mended, model, (), self.log, path)  # noted, not filled in

    def empty(self, given: Json, slot: FieldSpec) -> object:
        """What null, an empty text, list or object means: as in OCDS, a null and an empty text replace.

        So does an empty list that is replaced as a whole. An empty object, or an empty list whose entries are
        merged by their ids, says nothing.
        """
        replaces = given is None or slot.whole or slot.kind is FieldKind.CODES
        return None if replaces or (given == "" and slot.part is None) else field_types.MISSING

    def field(self, given: Json, slot: FieldSpec, path: Path) -> object:
        """One field of an object."""
        if isinstance(given, dict) and len(given) == 1:
            given = field_types.unwrapped(given, self.log, path)
        if given is None:
            return field_types.MISSING
        if slot.part is None:
            return self.plain.read(given, slot.kind, self.log, path)
        several = self.several if slot.kind is FieldKind.PARTS else self.single
        return several(given, slot.part, path)

    def single(self, given: Json, model: type[ReleasePart], path: Path) -> object:
        """An object, also where a list of one, or of several to be read as their first, was given."""
        if isinstance(given, dict):
            return self.part(given, model, path)
        self.log.note("object-expected", path)
        if model is Value and isinstance(given, int | float | str):
            return self.part({"amount": given}, model, path)
        first = (item for item in given if isinstance(item, dict)) if isinstance(given, list) else ()
        return next((self.part(item, model, path) for item in first), field_types.MISSING)

    def several(self, given: Json, model: type[ReleasePart], path: Path) -> object:
        """A list of objects, each once; one object is a list of one."""
        if not isinstance(given, list):
            self.log.note("list-expected", path)
            given = [given]
        parts: list[Fields] = []
        for place, item in enumerate(given):
            if isinstance(item, dict):
                parts.append(self.part(item, model, (path, place)))
            elif item is not None:
                self.log.note("object-expected", (path, place))
        return each_once(parts, self.log, path)


def each_once(parts: list[Fields], log: DefectLog, path: Path) -> list[Fields]:
    """Drop what stands twice, and tell apart what has one id and different contents (``1`` and ``1~2``)."""
    if len(parts) < 2:
        return parts
    ids = [part.get("id") for part in parts]
    if all(ids) and len(set(ids)) == len(ids):
        return parts
    unique: list[Fields] = []
    seen: dict[str, list[Fields]] = {}
    for part in parts:
        name = str(part.get("id") or "")
        twins = seen.setdefault(name or _content(part), [])
        if part in twins:
            log.note("duplicate", path)
            continue
        twins.append(part)
        reused = bool(name) and len(twins) > 1
        if reused:
            log.note("id-reused", path)
        unique.append({**part, "id": f"{name}~{len(twins)}"} if reused else part)
    return unique


def _content(part: Fields) -> str:
    return orjson.dumps(part, default=str, option=orjson.OPT_SORT_KEYS).decode()
