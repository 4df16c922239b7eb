"""Personal data out and fields read in one walk over a release.

The result is that of ``scrubbed`` and then ``normalize``, which stay the only places that say what is
personal and what a value means: a text is asked of them once, and a shape that needs repair is handed to
them as it is. A release that names a natural person, whose name may stand in any of its texts, or that speaks
an older version of OCDS is scrubbed first and walked then.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

import orjson

from services.submissions.domain.json_types import DEEPEST, Json
from services.submissions.domain.natural_persons import is_person
from services.submissions.domain.ocds import value_parsers
from services.submissions.domain.ocds.defects import Defect, DefectLog, Path
from services.submissions.domain.ocds.field_types import FieldKind, Fields, FieldSpec, ReleasePart, slots_of
from services.submissions.domain.ocds.legacy_versions import in_our_words, renames
from services.submissions.domain.ocds.normalize import (
    Normalizer,
    each_once,
    remember,
    without_parties,
)
from services.submissions.domain.ocds.profile_defaults import known_amount, own_texts
from services.submissions.domain.ocds.release_models import (
    Address,
    Budget,
    Details,
    Identifier,
    MergedRelease,
    Milestone,
    Observation,
    OcdsClassification,
    Organization,
    Period,
    PurchasedItem,
    Techniques,
    Value,
)
from services.submissions.domain.ocds.status_codes import KNOWN, translate
from services.submissions.domain.personal_data import DROPPED, HARMLESS, SHORT, Scrubber, with_pseudonyms
from services.submissions.domain.publisher_profiles import Profile

MOST_KEYS = 1 << 12  # of one model; publishers write a few hundred
RECURRING: tuple[type[ReleasePart], ...] = (
    *(Address, Budget, Details, Identifier, Milestone, Observation, OcdsClassification, Organization),
    *(Period, PurchasedItem, Techniques, Value),
)  # models of whose objects a quarter to three quarters come again in a file (docs/ocds.md)
LONGEST_OBJECT = 500  # bytes of JSON, to be remembered
MOST_OBJECTS, MOST_HABITS = 1 << 13, 4  # remembered
IGNORED, CONTACT = 0, -1  # what else than a Kind a key may be
TOO_DEEP = f"nested deeper than {DEEPEST} levels"
PART, PARTS, CODES, NUMBER = map(
    int, (FieldKind.PART, FieldKind.PARTS, FieldKind.CODES, FieldKind.NUMBER)
)  # plain: quicker to compare
WRAPPED = frozenset(value_parsers.WRAPPERS)
NO_TEXTS: dict[str, object] = {}
NUMBERS = (int, float)
HOLDING_TEXT = (dict, list)


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """What a key of a model means.

    ``texts`` is what short texts were read as, of those that hold nothing personal and needed no repair.
    """

    texts: dict[str, object]
    kind: int
    slot: FieldSpec
    table: "Table | None" = None


class Table:
    """The columns of a model for publishers in one zone; other keys are added as they are met."""

    def __init__(self, model: type[ReleasePart], zone: ZoneInfo) -> None:
        self.model = model
        self.slots = slots_of(model)
        self.recurring = model in RECURRING
        self.statuses = KNOWN.get(model)
        self.translations: set[str] = set()
        self.columns: dict[str, FieldColumn] = {}
        for name, slot in self.slots.items():
            inner = table_of(slot.part, zone) if slot.part else None
            self.columns[name] = FieldColumn(texts_of(slot.kind, zone), int(slot.kind), slot, inner)
        self.zone = zone

    def added(self, key: str, scrubber: Scrubber) -> FieldColumn:
        """The column of a key that was not met before."""
        if len(self.columns) >= MOST_KEYS:
            self.columns = {name: self.columns[name] for name in self.slots}
            self.translations = set()
            raise _UnreadableKey
        if scrubber.text(key) != key:
            raise _UnreadableKey
        column = self.columns[key] = self.no_field(key)
        return column

    def no_field(self, key: str) -> FieldColumn:
        """The column of a key that is not the name of a field."""
        if key in DROPPED:
            return FieldColumn(NO_TEXTS, CONTACT, IGNORED_SLOT)
        slot = self.slots.get(key.partition("_")[0]) if "_" in key else None
        if slot is None or slot.kind is not FieldKind.TEXT:
            return FieldColumn(cast("dict[str, object]", HARMLESS), IGNORED, IGNORED_SLOT)
        self.translations.add(key)
        return FieldColumn(texts_of(slot.kind, self.zone), int(slot.kind), slot)


class _UnreadableKey(Exception):
    """A key of the release is itself personal, or there are too many: the walk does not know them."""


UNREADABLE = (_UnreadableKey, orjson.JSONEncodeError)  # for the walk along tables
IGNORED_SLOT = FieldSpec("", FieldKind.TEXT)


@cache
def table_of(model: type[ReleasePart], zone: ZoneInfo) -> Table:
    """The one table of a model and a zone."""
    return Table(model, zone)


@cache
def texts_of(kind: FieldKind, zone: ZoneInfo) -> dict[str, object]:  # noqa: ARG001
    """What short texts of a kind were read as; by zone, since moments depend on it."""
    return {}


class Habits(NamedTuple):
    """What the reading of an object depends on, beside the object, as long as nothing is noted."""

    zone: ZoneInfo
    null_means_empty: bool
    schemes: tuple[str, ...]
    numbers: tuple[str, ...]


class KnownObject(NamedTuple):
    """What an object was read as, and what it is without personal data: None for itself."""

    fields: Fields
    clean: Json | None


@lru_cache(MOST_HABITS)
def objects_of(habits: Habits) -> dict[tuple[type[ReleasePart] | None, bytes], KnownObject]:  # noqa: ARG001
    """What short objects were read as, by model and bytes, of those that name no person and needed no repair."""
    return {}


def read_fields(
    release: dict[str, Json], profile: Profile, salt: bytes, log: DefectLog
) -> tuple[dict[str, Json], Fields]:
    """The release without natural persons, and its fields; repairs are noted in ``log``.

    Raises RecursionError for more than 64 levels of nesting.
    """
    scrubber = Scrubber(salt)
    clean, fields, defects = _read(release, profile, scrubber)
    if persons := [each for each in scrubber.organisations if is_person(each, profile.persons)]:
        release = with_pseudonyms(release, persons, salt)
        clean, fields, defects = _read(release, profile, Scrubber(salt))
    log.found |= defects
    without_parties(fields, log)
    return clean, fields


def _read(
    release: dict[str, Json], profile: Profile, scrubber: Scrubber
) -> tuple[dict[str, Json], Fields, dict[Defect, None]]:
    """The release without contacts, addresses and numbers, its fields and its defects."""
    if not renames(release):
        log = DefectLog()
        try:
            fields, clean = SinglePass(profile, log, scrubber).whole(release)
        except UNREADABLE:
            scrubber.organisations.clear()
        else:
            return clean, fields, log.found
    log = DefectLog()
    clean = scrubber.part(release, 0)
    return clean, _fields_of(in_our_words(clean, log), profile, scrubber.salt, log), log.found


def _fields_of(clean: dict[str, Json], profile: Profile, salt: bytes, log: DefectLog) -> Fields:
    """The fields of a release that is scrubbed and in the words of OCDS 1.1."""
    noted = log.found.copy()
    try:
        fields, still = SinglePass(profile, log, Scrubber(salt)).whole(clean)
    except UNREADABLE:
        pass
    else:
        if still is clean:
            return fields
    log.found = noted
    return Normalizer(profile, log).part(clean, MergedRelease, "")


class Gone:
    """Stands for a value that was taken out."""


GONE = Gone()


def _replaced(clean: dict[str, Json], value: dict[str, Json], key: str, read: Json | Gone) -> dict[str, Json]:
    """``clean``, which is a copy of ``value`` from the first change on, with what ``key`` became."""
    clean = dict(value) if clean is value else clean
    if isinstance(read, Gone):
        del clean[key]
    else:
        clean[key] = read
    return clean


class SinglePass:
    """Walks one release along the tables of its models."""

    def __init__(self, profile: Profile, log: DefectLog, scrubber: Scrubber) -> None:
        self.profile = profile
        self.log = log
        self.scrubber = scrubber
        self.mending = Normalizer(profile, log)
        self.codes = texts_of(FieldKind.CODE, profile.timezone)
        persons = profile.persons
        self.objects = objects_of(
            Habits(profile.timezone, self.mending.null_means_empty, persons.schemes, persons.numbers)
        )

    def whole(self, release: dict[str, Json]) -> tuple[Fields, dict[str, Json]]:
        """A release: its fields, and it without personal data."""
        return self.part(release, table_of(MergedRelease, self.profile.timezone), "", 0)

    def part(
        self, value: dict[str, Json], table: Table, path: Path, depth: int
    ) -> tuple[Fields, dict[str, Json]]:
        """One object: its known fields, and it without personal data (itself where it has none)."""
        if depth > DEEPEST:
            raise RecursionError(TOO_DEEP)
        fields: Fields = {}
        clean, columns = value, table.columns
        for key, given in value.items():
            column = columns.get(key) or table.added(key, self.scrubber)
            if type(given) is str:
                if (known := column.texts.get(given)) is not None:
                    if column.kind:
                        fields[key] = known
                    continue
                read = self.text(fields, key, given, column, path)
            elif column.kind <= IGNORED:
                read = self.ignored(given, column, depth)
            elif given is None:
                self.taken_back(fields, key)
                continue
            else:
                read = self.other(fields, key, given, column, path, depth)
            if read is not given:
                clean = _replaced(clean, value, key, read)
        if "name" in value:
            self.scrubber.organisations.append(value)
        if table.statuses or table.model is Value or table.translations:
            self.check(fields, table, path)
        return fields, clean

    def recurring(
        self, value: dict[str, Json], table: Table, path: Path, depth: int
    ) -> tuple[Fields, dict[str, Json]]:
        """The same as ``part`` for models whose objects come again and again."""
        key = table.model, orjson.dumps(value)
        if known := self.objects.get(key):
            return known.fields, value if known.clean is None else cast("dict[str, Json]", known.clean)
        notes, met = self.log.notes, len(self.scrubber.organisations)
        fields, clean = self.part(value, table, path, depth)
        if self.log.notes == notes:
            self.remember(key, KnownObject(fields, None if clean is value else clean), met, depth)
        return fields, clean

    def ignored(self, given: Json, column: FieldColumn, depth: int) -> Json | Gone:
        """What is no field, without personal data; contacts are looked at for the persons in them."""
        read = given
        if type(given) in HOLDING_TEXT:
            key = None, orjson.dumps(given)
            if known := self.objects.get(key):
                read = given if known.clean is None else known.clean
            else:
                met = len(self.scrubber.organisations)
                read = self.scrubber.scrub(given, depth + 1)
                self.remember(key, KnownObject({}, None if read is given else read), met, depth)
        return GONE if column.kind == CONTACT else read

    def remember(
        self, key: tuple[type[ReleasePart] | None, bytes], known: KnownObject, met: int, depth: int
    ) -> None:
        """Keep what an object was read as; the organisations in it are not looked at again, if none is a
        person.
        """
        written, organisations = key[1], self.scrubber.organisations
        if (
            len(written) > LONGEST_OBJECT
            or depth + written.count(b"{") + written.count(b"[") > DEEPEST // 2
            or any(is_person(each, self.profile.persons) for each in organisations[met:])
        ):
            return
        del organisations[met:]
        remember(self.objects, key, known, MOST_OBJECTS)

    def text(self, fields: Fields, key: str, given: str, column: FieldColumn, path: Path) -> Json | Gone:
        """A text that was not met before, read into ``fields``; gives it without personal data."""
        if column.kind <= IGNORED:
            return GONE if column.kind == CONTACT else self.scrubber.text(given)
        clean = self.scrubber.cleaned(given)
        if column.table or not clean:
            self.mending.put(fields, key, clean, column.slot, path)
            return clean
        repairs = self.log.notes
        read = self.mending.plain.readers[column.slot.kind](clean, self.log, (path, key))
        if read is value_parsers.MISSING:
            self.taken_back(fields, key)
            return clean
        fields[key] = read
        if len(given) <= SHORT and clean == given and self.log.notes == repairs:
            remember(column.texts, given, read)
        return clean

    def other(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """What is no text, read into ``fields``; gives it without personal data."""
        kind = column.kind
        if type(given) is dict:
            if kind == PART and (len(given) > 1 or WRAPPED.isdisjoint(given)) and given:
                return self.single(fields, key, given, column, path, depth)
        elif type(given) is list:
            if kind == PARTS and given:
                return self.several(fields, key, given, column, path, depth)
            if kind == CODES and self.known_codes(fields, key, given):
                return given
        elif kind == NUMBER:
            self.number(fields, key, given, path)
            return given
        read = self.scrubber.scrub(given, depth + 1)
        self.mending.put(fields, key, read, column.slot, path)
        return read

    def single(
        self,
        fields: Fields,
        key: str,
        given: dict[str, Json],
        column: FieldColumn,
        path: Path,
        depth: int,
    ) -> dict[str, Json]:
        """An object, read into ``fields``; gives it without personal data."""
        table: Table = column.table  # type: ignore[assignment]
        reading = self.recurring if table.recurring else self.part
        within, read = reading(given, table, (path, key), depth + 1)
        if read is given or len(read) > 1:
            fields[key] = within
        else:  # what is left of it may say nothing
            self.mending.put(fields, key, read, column.slot, path)
        return read

    def several(
        self, fields: Fields, key: str, given: list[Json], column: FieldColumn, path: Path, depth: int
    ) -> list[Json]:
        """A list of objects, read into ``fields``; gives the list without personal data."""
        if depth >= DEEPEST:
            raise RecursionError(TOO_DEEP)
        table: Table = column.table  # type: ignore[assignment]
        reading = self.recurring if table.recurring else self.part
        here = (path, key)
        found: list[Fields] = []
        clean = given
        for place, item in enumerate(given):
            if type(item) is not dict:
                clean = self.scrubber.several(given, depth + 1)
                self.mending.put(fields, key, clean, column.slot, path)
                return clean
            within, read = reading(item, table, (here, place), depth + 2)
            found.append(within)
            if read is not item:
                clean = [*given] if clean is given else clean
                clean[place] = read
        fields[key] = each_once(found, self.log, here)
        return clean

    def known_codes(self, fields: Fields, key: str, given: list[Json]) -> bool:
        """Whether every code of a list was met before; then they are read into ``fields``."""
        codes = [self.codes.get(code) if type(code) is str else None for code in given]
        if not codes or None in codes:
            return False
        fields[key] = list(dict.fromkeys(codes))
        return True

    def number(self, fields: Fields, key: str, given: Json, path: Path) -> None:
        """A number, read into ``fields``."""
        read = value_parsers.number(given, self.log, (path, key))
        if read is value_parsers.MISSING:
            self.taken_back(fields, key)
        else:
            fields[key] = read

    def taken_back(self, fields: Fields, key: str) -> None:
        """What means nothing takes back an older word, but for publishers whose null is an empty field."""
        if not self.mending.null_means_empty:
            fields[key] = None

    def check(self, fields: Fields, table: Table, path: Path) -> None:
        """What depends on several fields: translations, the status, and whether an amount is meant."""
        if not table.translations.isdisjoint(fields):
            for name in [name for name in fields if name in table.translations]:
                fields[name] = fields.pop(name)  # behind the texts themselves
            own_texts(fields, table.model, self.profile, self.log, path)  # noted, not filled in
        if table.model is Value:
            known_amount(fields, self.profile, self.log, path)  # noted, not filled in
        elif isinstance(status := fields.get("status"), str):
            fields["status"] = translate(status, table.model, self.profile, self.log, (path, "status"))
