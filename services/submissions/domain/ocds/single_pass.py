"""Personal data out and fields read in one walk over a release.

The result is that of ``scrubbed`` and then ``normalize``, which stay the only places that say what is
personal and what a value means: a text is asked of them once, and a shape that needs repair is handed to
them as it is. A release that names a natural person, whose name may stand in any of its texts, or that speaks
an older version of OCDS is scrubbed first and walked then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import is_
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import orjson

from services.submissions.domain.json_types import DEEPEST, Json
from services.submissions.domain.natural_persons import is_person
from services.submissions.domain.ocds import field_types
from services.submissions.domain.ocds.defects import Defect, DefectLog, Path
from services.submissions.domain.ocds.field_types import FieldKind, Fields, FieldSpec, ReleasePart, slots_of
from services.submissions.domain.ocds.legacy_versions import in_our_words, renames
from services.submissions.domain.ocds.normalize import (
    KNOWN,
    Normalizer,
    each_once,
    remember,
    translate,
    without_parties,
)
from services.submissions.domain.ocds.profile_defaults import known_amount
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
from services.submissions.domain.ocds.translations import own_texts
from services.submissions.domain.personal_data import DROPPED, HARMLESS, SHORT, Scrubber, with_pseudonyms
from services.submissions.domain.publisher_profiles import Profile

MOST_KEYS = 1 << 12  # of one model; publishers write a few hundred
RECURRING: tuple[type[ReleasePart], ...] = (
    *(Address, Budget, Details, Identifier, Milestone, Observation, OcdsClassification, Organization),
    *(Period, PurchasedItem, Techniques, Value),
)  # models of whose objects a quarter to three quarters come again in a file (docs/ocds.md)
LONGEST_OBJECT = 500  # bytes of JSON, to be remembered
MOST_OBJECTS = 1 << 11  # remembered of one model
MOST_HABITS = 4  # of publishers, remembered
TOO_DEEP = f"nested deeper than {DEEPEST} levels"
WRAPPED = frozenset(field_types.WRAPPERS)
NO_TEXTS: dict[str, object] = {}


KnownObject = tuple[Fields, Json | None]
"""What an object was read as, and what it is without personal data: None for itself."""


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """What a key of a model means, and ``read``, which reads what is not remembered.

    ``texts`` is what short texts were read as, and ``objects`` what short objects were, by their JSON: of
    those that name no person and needed no repair.
    """

    texts: dict[str, object]
    objects: dict[bytes, KnownObject]
    read: "Reading"
    slot: FieldSpec
    table: "Table | None" = None
    is_field: bool = True


Reading = Callable[["SinglePass", Fields, str, Json, FieldColumn, Path, int], "Json | Gone"]


class Habits(NamedTuple):
    """What the reading of an object depends on, beside the object, as long as nothing is noted."""

    zone: ZoneInfo
    null_means_empty: bool
    person_schemes: tuple[str, ...]
    person_numbers: tuple[str, ...]
    salt: bytes


class Table:
    """The columns of a model for publishers of the same habits; other keys are added as they are met."""

    def __init__(
        self, model: type[ReleasePart], habits: Habits, tables: "dict[type[ReleasePart], Table]"
    ) -> None:
        tables[model] = self
        self.model = model
        self.zone = habits.zone
        self.slots = slots_of(model)
        self.recurs = model in RECURRING
        self.checked = model in KNOWN or model is Value
        self.translations: set[str] = set()
        self.objects: dict[bytes, KnownObject] = {}
        self.ignored: dict[bytes, KnownObject] = {}
        self.columns = {name: self.field(slot, habits, tables) for name, slot in self.slots.items()}

    def field(self, slot: FieldSpec, habits: Habits, tables: "dict[type[ReleasePart], Table]") -> FieldColumn:
        """The column of a field."""
        texts, read = texts_of(slot.kind, self.zone), READINGS.get(slot.kind, SinglePass.plain)
        if slot.part is None:
            return FieldColumn(texts, {}, read, slot)
        table = tables.get(slot.part) or Table(slot.part, habits, tables)
        return FieldColumn(texts, table.objects, read, slot, table)

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
            return FieldColumn(NO_TEXTS, self.ignored, SinglePass.contact, IGNORED_SLOT, is_field=False)
        slot = self.slots.get(key.partition("_")[0]) if "_" in key else None
        if slot is None or slot.kind is not FieldKind.TEXT:
            harmless = cast("dict[str, object]", HARMLESS)
            return FieldColumn(harmless, self.ignored, SinglePass.ignored, IGNORED_SLOT, is_field=False)
        self.translations.add(key)
        return FieldColumn(texts_of(slot.kind, self.zone), {}, SinglePass.plain, slot)


class _UnreadableKey(Exception):
    """A key of the release is itself personal, or there are too many: the walk does not know them."""


UNREADABLE = (_UnreadableKey, orjson.JSONEncodeError)  # for the walk along tables
IGNORED_SLOT = FieldSpec("", FieldKind.TEXT)


@cache
def texts_of(kind: FieldKind, zone: ZoneInfo) -> dict[str, object]:  # noqa: ARG001
    """What short texts of a kind were read as; by zone, since moments depend on it."""
    return {}


@lru_cache(MOST_HABITS)
def table_of(*habits: Any) -> Table:  # noqa: ANN401 - those of Habits
    """The table of a release of publishers with these habits."""
    return Table(MergedRelease, Habits(*habits), {})


def table_for(profile: Profile, salt: bytes) -> Table:
    """The table of a release of a publisher."""
    persons, empty = profile.persons, "null-means-empty" in profile.flags
    return table_of(profile.timezone, empty, persons.schemes, persons.numbers, salt)


def read_fields(
    release: dict[str, Json], profile: Profile, salt: bytes, log: DefectLog
) -> tuple[dict[str, Json], Fields]:
    """The release without natural persons, and its fields; repairs are noted in ``log``.

    Raises RecursionError for more than 64 levels of nesting.
    """
    scrubber = Scrubber(salt)
    clean, fields, defects = _read(release, profile, scrubber)
    if persons := [
        organisation for organisation in scrubber.organisations if is_person(organisation, profile.persons)
    ]:
        release = with_pseudonyms(release, persons, salt)
        clean, fields, defects = _read(release, profile, Scrubber(salt))
    log.entries |= defects
    without_parties(fields, log)
    return clean, fields


def _read(
    release: dict[str, Json], profile: Profile, scrubber: Scrubber
) -> tuple[dict[str, Json], Fields, dict[Defect, None]]:
    """The release without contacts, addresses and numbers, its fields and its defects."""
    log = DefectLog()
    try:
        fields, clean = SinglePass(profile, log, scrubber).whole(release)
        if not renames(release):
            return clean, fields, log.entries
    except UNREADABLE:
        scrubber.organisations.clear()
        clean = scrubber.part(release, 0)
    log = DefectLog()
    return clean, _fields_of(in_our_words(clean, log), profile, scrubber.salt, log), log.entries


def _fields_of(clean: dict[str, Json], profile: Profile, salt: bytes, log: DefectLog) -> Fields:
    """The fields of a release that is scrubbed and in the words of OCDS 1.1."""
    noted = log.entries.copy()
    try:
        fields, still = SinglePass(profile, log, Scrubber(salt)).whole(clean)
    except UNREADABLE:
        pass
    else:
        if still is clean:
            return fields
    log.entries = noted
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
        self.null_means_empty = self.mending.null_means_empty
        self.known_codes = texts_of(FieldKind.CODE, profile.timezone)

    def whole(self, release: dict[str, Json]) -> tuple[Fields, dict[str, Json]]:
        """A release: its fields, and it without personal data."""
        return self.part(release, table_for(self.profile, self.scrubber.salt), "", 0)

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
            if type(given) is str and (text := column.texts.get(given)) is not None:
                if column.is_field:
                    fields[key] = text
                continue
            read = column.read(self, fields, key, given, column, path, depth)
            if read is not given:
                clean = _replaced(clean, value, key, read)
        if "name" in value:
            self.scrubber.organisations.append(value)
        if table.checked or table.translations:
            self.check(fields, table, path)
        return fields, clean

    def known_part(
        self, value: dict[str, Json], table: Table, path: Path, depth: int
    ) -> tuple[Fields, dict[str, Json]]:
        """The same of an object that may be remembered."""
        if not table.recurs:
            return self.part(value, table, path, depth)
        written = orjson.dumps(value)
        if stored := table.objects.get(written):
            fields, clean = stored
            return fields, value if clean is None else clean  # type: ignore[return-value]
        notes, met = self.log.notes, len(self.scrubber.organisations)
        fields, clean = self.part(value, table, path, depth)
        if self.log.notes == notes:
            self.remember(table.objects, written, (fields, None if clean is value else clean), met, depth)
        return fields, clean

    def remember(
        self, objects: dict[bytes, KnownObject], written: bytes, stored: KnownObject, met: int, depth: int
    ) -> None:
        """Keep what a short object was read as, unless one of the organisations in it is a person.

        Then these are looked at for the last time.
        """
        organisations = self.scrubber.organisations
        if (
            len(written) <= LONGEST_OBJECT
            and depth + written.count(b"{") + written.count(b"[") <= DEEPEST // 2
            and not any(is_person(organisation, self.profile.persons) for organisation in organisations[met:])
        ):
            del organisations[met:]
            remember(objects, written, stored, MOST_OBJECTS)

    def ignored(
        self, _fields: Fields, _key: str, given: Json, column: FieldColumn, _path: Path, depth: int
    ) -> Json:
        """What is no field, without personal data."""
        if type(given) is str:
            return self.scrubber.text(given)
        if type(given) is not dict and type(given) is not list:
            return given
        written = orjson.dumps(given)
        if stored := column.objects.get(written):
            return given if stored[1] is None else stored[1]
        met = len(self.scrubber.organisations)
        read = self.scrubber.scrub(given, depth + 1)
        self.remember(column.objects, written, ({}, None if read is given else read), met, depth)
        return read

    def contact(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Gone:
        """A contact, which goes; it is looked at for the persons in it."""
        if type(given) is not str:
            self.ignored(fields, key, given, column, path, depth)
        return GONE

    def single(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """An object, read into ``fields``; gives it without personal data."""
        if type(given) is not dict or not given or (len(given) == 1 and not WRAPPED.isdisjoint(given)):
            return self.plain(fields, key, given, column, path, depth)
        within, read = self.known_part(given, column.table, (path, key), depth + 1)  # type: ignore[arg-type]
        if read is given or len(read) > 1:
            fields[key] = within
        else:  # what is left of it may say nothing
            self.mending.put(fields, key, read, column.slot, path)
        return read

    def several(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """A list of objects, read into ``fields``; gives the list without personal data."""
        if type(given) is not list or not given:
            return self.plain(fields, key, given, column, path, depth)
        if depth >= DEEPEST:
            raise RecursionError(TOO_DEEP)
        here, table = (path, key), column.table
        items: list[Fields] = []
        clean: list[Json] = []
        for place, item in enumerate(given):
            if type(item) is not dict:
                return self.plain(fields, key, given, column, path, depth)
            within, read = self.known_part(item, table, (here, place), depth + 2)  # type: ignore[arg-type]
            items.append(within)
            clean.append(read)
        fields[key] = items if len(items) == 1 else each_once(items, self.log, here)
        return given if all(map(is_, clean, given)) else clean

    def codes(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """A list of codes, read into ``fields``; gives it without personal data."""
        if type(given) is not list or not given:
            return self.plain(fields, key, given, column, path, depth)
        words = [self.known_codes.get(code) if type(code) is str else None for code in given]
        if None not in words:
            fields[key] = list(dict.fromkeys(words))
            return given
        repairs = self.log.notes
        clean = self.plain(fields, key, given, column, path, depth)
        if clean is given and self.log.notes == repairs:
            self.remember_code(given, fields.get(key))
        return clean

    def remember_code(self, given: list[Json], read: object) -> None:
        """Keep what the only code of a list was read as."""
        if (
            len(given) == 1
            and isinstance(read, list)
            and isinstance(given[0], str)
            and len(given[0]) <= SHORT
        ):
            remember(self.known_codes, given[0], read[0])

    def number(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """A number, read into ``fields``."""
        if type(given) is not int and type(given) is not float:
            return self.plain(fields, key, given, column, path, depth)
        read = field_types.number(given, self.log, (path, key))
        if read is not field_types.MISSING:
            fields[key] = read
        elif not self.null_means_empty:
            fields[key] = None
        return given

    def plain(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """Any other value of a field, read into ``fields``; gives it without personal data.

        Short texts are remembered, if they need no repair.
        """
        if type(given) is not str:
            clean = self.scrubber.scrub(given, depth + 1)
            self.mending.put(fields, key, clean, column.slot, path)
            return clean
        repairs = self.log.notes
        clean = self.scrubber.cleaned(given)
        self.mending.put(fields, key, clean, column.slot, path)
        if clean is given and len(given) <= SHORT and self.log.notes == repairs and column.table is None:
            remember(column.texts, given, fields.get(key))
        return clean

    def check(self, fields: Fields, table: Table, path: Path) -> None:
        """What depends on several fields: translations, the status, and whether an amount is meant."""
        if not table.translations.isdisjoint(fields):
            for name in [name for name in fields if name in table.translations]:
                fields[name] = fields.pop(name)  # behind the texts themselves
            own_texts(fields, table.model, (), self.log, path)  # noted, not filled in
        if table.model is Value:
            known_amount(fields, self.profile, self.log, path)  # noted, not filled in
        elif isinstance(status := fields.get("status"), str):
            fields["status"] = translate(status, table.model, self.profile, self.log, (path, "status"))


READINGS: dict[FieldKind, Reading] = {
    FieldKind.PART: SinglePass.single,
    FieldKind.PARTS: SinglePass.several,
    FieldKind.CODES: SinglePass.codes,
    FieldKind.NUMBER: SinglePass.number,
}
