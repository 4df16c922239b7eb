"""Personal data out and fields read in one walk over a release.

The result is that of ``scrubbed`` and then ``normalize``, which stay the only places that say what is
personal and what a value means: a text is asked of them once, and a shape that needs repair is handed to
them as it is. A release that names a natural person is read in the two walks, for the name may stand in any
of its texts.
"""

from functools import cache
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from services.submissions.domain.json_types import DEEPEST, Json
from services.submissions.domain.natural_persons import is_person
from services.submissions.domain.ocds import value_parsers
from services.submissions.domain.ocds.defects import DefectLog, Path
from services.submissions.domain.ocds.field_types import FieldKind, Fields, FieldSpec, ReleasePart, slots_of
from services.submissions.domain.ocds.legacy_versions import renames
from services.submissions.domain.ocds.normalize import (
    Normalizer,
    each_once,
    normalize,
    remember,
    without_parties,
)
from services.submissions.domain.ocds.profile_defaults import known_amount, own_texts
from services.submissions.domain.ocds.release_models import MergedRelease, Value
from services.submissions.domain.ocds.status_codes import KNOWN, translate
from services.submissions.domain.personal_data import DROPPED, HARMLESS, SHORT, Scrubber, without_persons
from services.submissions.domain.publisher_profiles import Profile

MOST_KEYS = 1 << 12  # of one model; publishers write a few hundred
IGNORED, CONTACT = 0, -1  # what else than a Kind a key may be
TOO_DEEP = f"nested deeper than {DEEPEST} levels"
PART, PARTS, CODES, NUMBER = map(
    int, (FieldKind.PART, FieldKind.PARTS, FieldKind.CODES, FieldKind.NUMBER)
)  # plain: quicker to compare
WRAPPED = frozenset(value_parsers.WRAPPERS)
NO_TEXTS: dict[str, object] = {}


class FieldColumn(NamedTuple):
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
        self.checked = model in KNOWN or model is Value
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
            raise _TwoWalks
        if scrubber.text(key) != key:
            raise _TwoWalks
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


class _TwoWalks(Exception):
    """A key of the release is itself personal, or there are too many: that is left to the two walks."""


IGNORED_SLOT = FieldSpec("", FieldKind.TEXT)
NUMBERS = (int, float)
HOLDING_TEXT = (str, dict, list)


@cache
def table_of(model: type[ReleasePart], zone: ZoneInfo) -> Table:
    """The one table of a model and a zone."""
    return Table(model, zone)


@cache
def texts_of(kind: FieldKind, zone: ZoneInfo) -> dict[str, object]:  # noqa: ARG001
    """What short texts of a kind were read as; by zone, since moments depend on it."""
    return {}


def read_fields(
    release: dict[str, Json], profile: Profile, salt: bytes, log: DefectLog
) -> tuple[dict[str, Json], Fields]:
    """The release without natural persons, and its fields; repairs are noted in ``log``.

    Raises RecursionError for more than 64 levels of nesting.
    """
    scrubber = Scrubber({}, salt)
    if renames(release):
        clean = scrubber.part(release, 0)
        return _in_two_walks(release, clean, scrubber, profile, log)
    noted = dict(log.found)
    table = table_of(MergedRelease, profile.timezone)
    try:
        fields, clean = SinglePass(profile, log, scrubber).part(release, table, "", 0)
    except _TwoWalks:
        log.found, scrubber = noted, Scrubber({}, salt)
        return _in_two_walks(release, scrubber.part(release, 0), scrubber, profile, log)
    if any(is_person(each, profile.persons) for each in scrubber.organisations):
        log.found = noted
        return _in_two_walks(release, clean, scrubber, profile, log)
    without_parties(fields, log)
    return clean, fields


def _in_two_walks(
    release: dict[str, Json], clean: dict[str, Json], scrubber: Scrubber, profile: Profile, log: DefectLog
) -> tuple[dict[str, Json], Fields]:
    clean = without_persons(release, clean, scrubber, profile.persons)
    return clean, normalize(clean, profile, log)


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
            texts, kind, _, _ = column
            if type(given) is str and (known := texts.get(given)) is not None:
                if kind:
                    fields[key] = known
                continue
            read = self.other(fields, key, given, column, path, depth)
            if read is not given:
                clean = _replaced(clean, value, key, read)
        if "name" in value:
            self.scrubber.organisations.append(value)
        if table.checked or table.translations:
            self.check(fields, table, path)
        return fields, clean

    def other(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json | Gone:
        """What is no text that was met before, read into ``fields``; gives it without personal data."""
        _, kind, slot, inner = column
        if kind <= IGNORED:
            read = self.scrubber.scrub(given, depth + 1) if type(given) in HOLDING_TEXT else given
            return GONE if kind == CONTACT else read
        if given is None:
            self.taken_back(fields, key)
            return given
        if inner is None or not given:
            return self.plain(fields, key, given, column, path, depth)
        if kind == PARTS and type(given) is list:
            return self.parts(fields, key, given, column, path, depth)
        if kind == PART and type(given) is dict and (len(given) > 1 or WRAPPED.isdisjoint(given)):
            within, read = self.part(given, inner, (path, key), depth + 1)
            if read is given or len(read) > 1:
                fields[key] = within
            else:  # what is left of it may say nothing
                self.mending.put(fields, key, read, slot, path)
            return read
        return self.plain(fields, key, given, column, path, depth)

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

    def parts(
        self, fields: Fields, key: str, given: list[Json], column: FieldColumn, path: Path, depth: int
    ) -> list[Json]:
        """A list of objects, read into ``fields``; gives the list without personal data."""
        if depth >= DEEPEST:
            raise RecursionError(TOO_DEEP)
        here = (path, key)
        found: list[Fields] = []
        clean = given
        for place, item in enumerate(given):
            if type(item) is not dict:
                clean = self.scrubber.several(given, depth + 1)
                self.mending.put(fields, key, clean, column.slot, path)
                return clean
            within, read = self.part(item, column.table, (here, place), depth + 2)  # type: ignore[arg-type]
            found.append(within)
            if read is not item:
                clean = [*given] if clean is given else clean
                clean[place] = read
        fields[key] = each_once(found, self.log, here)
        return clean

    def plain(
        self, fields: Fields, key: str, given: Json, column: FieldColumn, path: Path, depth: int
    ) -> Json:
        """A value that is no object, read into ``fields``; gives it without personal data."""
        if type(given) is str:
            clean = self.scrubber.cleaned(given)
            if not given and column.table is None:
                self.taken_back(fields, key)
            elif clean and column.table is None:
                self.text(fields, key, given, clean, column, path)
            else:
                self.mending.put(fields, key, clean, column.slot, path)
            return clean
        if column.kind == NUMBER and type(given) in NUMBERS:
            self.number(fields, key, given, path)
            return given
        if column.kind == CODES and type(given) is list and len(given) == 1:
            code = self.codes.get(given[0]) if type(given[0]) is str else None
            if code is not None:
                fields[key] = [code]
                return given
        read = self.scrubber.scrub(given, depth + 1)
        self.mending.put(fields, key, read, column.slot, path)
        return read

    def number(self, fields: Fields, key: str, given: Json, path: Path) -> None:
        """A number that is one, read into ``fields``."""
        read = value_parsers.number(given, self.log, (path, key))
        if read is value_parsers.MISSING:
            self.taken_back(fields, key)
        else:
            fields[key] = read

    def taken_back(self, fields: Fields, key: str) -> None:
        """What means nothing takes back an older word, but for publishers whose null is an empty field."""
        if not self.mending.null_means_empty:
            fields[key] = None

    def text(self, fields: Fields, key: str, given: str, clean: str, column: FieldColumn, path: Path) -> None:
        """A text, read into ``fields``, and remembered if it is short and nothing was done to it."""
        repairs = self.log.notes
        read = self.mending.plain.readers[column.slot.kind](clean, self.log, (path, key))
        if read is value_parsers.MISSING:
            self.taken_back(fields, key)
            return
        fields[key] = read
        if len(given) <= SHORT and clean == given and self.log.notes == repairs:
            remember(column.texts, given, read)
