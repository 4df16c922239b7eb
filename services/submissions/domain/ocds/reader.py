"""One message in, its releases out: the whole way from bytes to mended releases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.defects import DefectLog
from services.submissions.domain.ocds.json_decoder import LARGEST, UndecodableJson, decode, decode_several
from services.submissions.domain.ocds.json_stream import PlacedRelease, whole_releases
from services.submissions.domain.ocds.packages import PackagedRelease, PackageMetadata, at, unpack
from services.submissions.domain.ocds.releases import Release, hash_of, in_utc, process_key
from services.submissions.domain.ocds.single_pass import read_fields
from services.submissions.domain.personal_data import canonical
from services.submissions.domain.publisher_profiles import Profile
from shared.events import Complaint

SECTIONS = frozenset({"planning", "tender", "awards", "contracts"})
TEXTS = frozenset({"title", "description", "rationale"})
NOTHING = "says nothing: no title or description, and no planning, tender, award or contract with content"
ProfileOf = Callable[[dict[str, Json], PackageMetadata], Profile]


@dataclass(frozen=True, slots=True)
class MessageReleases:
    """What one message held: releases to keep, and complaints to send back."""

    releases: tuple[Release, ...]
    complaints: tuple[Complaint, ...]


def read_message(
    raw: bytes, profile_of: ProfileOf, salt: bytes, *, charset: str | None = None, largest: int = LARGEST
) -> MessageReleases:
    """Read a release, record, package or list of any of them; never raises for what a sender may send.

    ``profile_of`` names the publisher of a release (``publisher.Publishers.of`` or a fixed one), ``salt``
    hides natural persons, ``charset`` is what the sender declared.
    """
    try:
        items = [
            read_wrapped(placed.what, profile_of, salt, placed.defects)
            for placed in _placed(raw, charset, largest)
        ]
    except RecursionError:
        return MessageReleases((), (Complaint(path="", message="nested too deeply to be a release"),))
    return MessageReleases(
        tuple(item for item in items if isinstance(item, Release)),
        tuple(item for item in items if isinstance(item, Complaint)),
    )


def _placed(raw: bytes, charset: str | None, largest: int) -> Iterator[PlacedRelease]:
    """Every release of a message; what is whole of one that is broken."""
    try:
        decoded = decode(raw, charset, largest)
    except UndecodableJson as error:
        if error.several:
            yield from _of_several(raw, charset)
        else:
            yield from whole_releases(raw, error, charset, largest)
        return
    for wrapped in unpack(decoded.value):
        yield PlacedRelease(wrapped, 1, decoded.defects)


def _of_several(raw: bytes, charset: str | None) -> Iterator[PlacedRelease]:
    """Every release of JSON Lines."""
    for document, line in decode_several(raw, charset):
        if isinstance(document, Complaint):
            yield PlacedRelease(document, line)
        else:
            yield from (PlacedRelease(wrapped, line, document.defects) for wrapped in unpack(document.value))


def read_wrapped(
    wrapped: PackagedRelease | Complaint, profile_of: ProfileOf, salt: bytes, defects: tuple[str, ...] = ()
) -> Release | Complaint:
    """Mend one release; what has no usable ocid, or says nothing, comes out as a complaint."""
    if isinstance(wrapped, Complaint):
        return wrapped
    log = DefectLog()
    for code in (*defects, *wrapped.defects):
        log.note(code, "")
    profile = profile_of(wrapped.release, wrapped.package)
    try:
        release, fields = read_fields(wrapped.release, profile, salt, log)
    except RecursionError as error:
        return Complaint(path=wrapped.path, message=str(error)[:500])
    ocid = fields.get("ocid")
    if not isinstance(ocid, str) or not ocid:
        return Complaint(
            path=at(wrapped.path, "ocid"), message="no ocid: give every release its process's ocid"
        )
    if not has_text(fields.get("tender")) and not has_text(fields):  # mostly it stands in the tender
        if not fields.keys() & SECTIONS:
            return Complaint(path=wrapped.path, message=NOTHING)
        log.note("text-missing", "")
    return _release(ocid, canonical(release), fields, wrapped, profile, log)


def _release(
    ocid: str,
    content: bytes,
    fields: dict[str, object],
    wrapped: PackagedRelease,
    profile: Profile,
    log: DefectLog,
) -> Release:
    digest = hash_of(content)
    if not isinstance(fields.get("id"), str):
        log.note("id-missing", "id")
    date = in_utc(fields.get("date"))
    if date is None:
        log.note("date-missing", "date")
    return Release(
        process=process_key(ocid, profile, log),
        ocid=ocid,
        id=str(fields.get("id") or digest),
        digest=digest,
        date=date,
        content=content,
        fields=fields,
        package=wrapped.package,
        profile=profile.id,
        defects=log.defects,
        path=wrapped.path,
    )


def restored(content: bytes, package: PackageMetadata, profile: Profile, salt: bytes) -> Release | Complaint:
    """A release read again from the bytes that were kept; the way back from the store."""
    return read_wrapped(PackagedRelease(orjson.loads(content), "", package), lambda _, __: profile, salt)


def has_text(fields: object) -> bool:
    """Whether a human-readable title or description stands anywhere in the fields read."""
    if isinstance(fields, list):
        return any(map(has_text, fields))
    if not isinstance(fields, dict):
        return False
    if isinstance(fields.get("title"), str) or isinstance(fields.get("description"), str):
        return True  # mostly so
    return any(
        name.partition("_")[0] in TEXTS if isinstance(item, str) else has_text(item)
        for name, item in fields.items()
    )
