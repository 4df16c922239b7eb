"""From a document to its releases: packages, records, lists and single releases, told apart by their keys."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.json_decoder import UndecodableJson, decode
from shared.events import Complaint


@dataclass(frozen=True, slots=True)
class PackageMetadata:
    """What stands around a release and is true for all in it; every part may be unknown."""

    publisher: str | None = None
    scheme: str | None = None
    uri: str | None = None
    licence: str | None = None
    published: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class PackagedRelease:
    """A release as published, where it stood, what stood around it, and what was wrong with the wrapping."""

    release: dict[str, Json]
    path: str
    package: PackageMetadata
    defects: tuple[str, ...] = ()


LINK = "only a link to a release; send the release itself"
Unwrapped = Iterator[PackagedRelease | Complaint]
COMPILED = "compiled"
NO_PACKAGE = PackageMetadata()
# Where our messages and the answers of CKAN, OData, Elasticsearch, Solr, GeoJSON and paged services hold
# their content.
WRAPPERS = (
    "release", "result", "results", "data", "value", "hits", "_source", "response", "docs", "content",
    "items", "rows", "features", "properties", "_embedded",
)  # fmt: skip


def unpack(value: Json, path: str = "", package: PackageMetadata = NO_PACKAGE, depth: int = 0) -> Unwrapped:
    """Every release in a document, in order; what is none comes out as a complaint at its path.

    A record package gives the compiled release of each record, or its embedded releases where it has none.
    A versioned release is never read as a release: its values are histories.
    """
    if depth > 8:
        yield Complaint(path=path, message="packages stand in packages more than eight deep")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from unpack(item, f"{path}[{place}]", package, depth + 1)
    elif isinstance(value, dict):
        yield from _object(value, path, package, depth)
    else:
        yield Complaint(path=path, message=f"a release is a JSON object; here is {_named(value)}")


def _object(value: dict[str, Json], path: str, package: PackageMetadata, depth: int) -> Unwrapped:
    if "specversion" in value and "type" in value:
        yield from _event(value, path, package, depth)
    elif "records" in value:
        yield from _inside(value, "records", path, package_of(value), depth)
    elif (
        "compiledRelease" in value or ("releases" in value and "ocid" in value) or "versionedRelease" in value
    ):
        yield from _record(value, path, package, depth)
    elif "releases" in value:
        yield from _inside(value, "releases", path, package_of(value), depth)
    elif "ocid" in value and _is_versioned(value):
        yield Complaint(
            path=path, message="a versioned release is a history, not a release; send a compiled one"
        )
    elif "ocid" in value:
        inside = value.get("packageInfo")
        yield PackagedRelease(value, path, package_of(inside) if isinstance(inside, dict) else package)
    elif isinstance(value.get("url"), str):
        yield Complaint(path=path, message=LINK)
    elif wrapper := next((key for key in WRAPPERS if isinstance(value.get(key), dict | list)), None):
        yield from unpack(value[wrapper], at(path, wrapper), package, depth + 1)
    else:
        yield Complaint(
            path=path,
            message="neither an OCDS release (it has no ocid) nor a package (no releases, no records)",
        )


def _is_versioned(value: dict[str, Json]) -> bool:
    histories = (value.get("date"), value.get("language"), value.get("tag"), value.get("initiationType"))
    return any(
        isinstance(history, list) and history and isinstance(history[0], dict) for history in histories
    )


def _event(value: dict[str, Json], path: str, package: PackageMetadata, depth: int) -> Unwrapped:
    kind = str(value["type"])[:80]
    if "procurement.release" not in kind:
        yield Complaint(path=at(path, "type"), message=f"a message of type {kind!r} holds no OCDS")
    elif isinstance(encoded := value.get("data_base64"), str):
        yield from _encoded(encoded, at(path, "data_base64"), package, depth)
    else:
        yield from unpack(value.get("data"), at(path, "data"), package, depth + 1)


def _encoded(encoded: str, path: str, package: PackageMetadata, depth: int) -> Unwrapped:
    """The data of a CloudEvent that are written in base64."""
    try:
        decoded = decode(b64decode(encoded, validate=True))
    except UndecodableJson as error:
        yield Complaint(path=path, message=error.complaint.message)
    except ValueError:
        yield Complaint(path=path, message="this is no base64: write the data with the standard alphabet")
    else:
        yield from unpack(decoded.value, path, package, depth + 1)


def _inside(value: dict[str, Json], key: str, path: str, package: PackageMetadata, depth: int) -> Unwrapped:
    inner = value[key]
    if not inner:
        yield Complaint(path=at(path, key), message=f"the package has no {key}")
    for place, item in enumerate(inner if isinstance(inner, list) else [inner]):
        yield from unpack(item, f"{at(path, key)}[{place}]", package, depth + 1)


def _record(value: dict[str, Json], path: str, package: PackageMetadata, depth: int) -> Unwrapped:
    compiled, releases = value.get("compiledRelease"), value.get("releases")
    if isinstance(compiled, dict):
        yield PackagedRelease(_whole(compiled, value.get("ocid")), at(path, "compiledRelease"), package)
        return
    listed = list(enumerate(releases)) if isinstance(releases, list) else []
    embedded = [(place, item) for place, item in listed if isinstance(item, dict) and "ocid" in item]
    defects = ("release-linked",) if len(embedded) < len(listed) else ()
    for place, item in embedded:
        for release in unpack(item, f"{at(path, 'releases')}[{place}]", package, depth + 1):
            yield replace(release, defects=defects) if isinstance(release, PackagedRelease) else release
    if embedded:
        return
    what = "linked-only" if releases else "versioned-only"
    yield Complaint(
        path=path, message=f"{what}: the record carries no release; send the releases or a compiled one"
    )


def _whole(compiled: dict[str, Json], ocid: Json) -> dict[str, Json]:
    """A compiled release with what its record knows: the ocid, and that it is compiled."""
    tags = compiled.get("tag")
    tag_list = tags if isinstance(tags, list) else [tags] if tags else []
    whole = compiled if COMPILED in tag_list else {**compiled, "tag": [*tag_list, COMPILED]}
    return whole if whole.get("ocid") else {**whole, "ocid": ocid}


def at(path: str, field: str) -> str:
    """The JSON path of a field: ``releases[0].tender.status``."""
    return f"{path}.{field}" if path and field else path or field


def package_of(value: dict[str, Json]) -> PackageMetadata:
    publisher = value.get("publisher")
    return PackageMetadata(
        publisher=_text(publisher.get("name")) if isinstance(publisher, dict) else _text(publisher),
        scheme=_text(publisher.get("scheme")) if isinstance(publisher, dict) else None,
        uri=_text(value.get("uri")),
        licence=_text(value.get("license")),
        published=_text(value.get("publishedDate")),
        version=_text(value.get("version")),
    )


def _text(value: Json) -> str | None:
    return value.strip()[:500] or None if isinstance(value, str) else None


def _named(value: Json) -> str:
    return {type(None): "null", str: "text", bool: "a boolean"}.get(type(value), "a number")
