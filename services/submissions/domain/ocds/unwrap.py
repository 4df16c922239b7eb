"""From a document to its releases: packages, records, lists and single releases, told apart by their keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.submissions.domain.json_value import Json
from shared.events import Complaint


@dataclass(frozen=True, slots=True)
class Package:
    """What stands around a release and is true for all in it; every part may be unknown."""

    publisher: str | None = None
    scheme: str | None = None
    uri: str | None = None
    licence: str | None = None
    published: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A release as published, where it stood, what stood around it, and what was wrong with the wrapping."""

    release: dict[str, Json]
    path: str
    package: Package
    defects: tuple[str, ...] = ()


Unwrapped = Iterator[Wrapped | Complaint]
NO_PACKAGE = Package()


def unwrap(value: Json, path: str = "", package: Package = NO_PACKAGE, depth: int = 0) -> Unwrapped:
    """Every release in a document, in order; what is none comes out as a complaint at its path.

    A record package gives the compiled release of each record, or its embedded releases where it has none.
    A versioned release is never read as a release: its values are histories.
    """
    if depth > 8:
        yield Complaint(path=path, message="packages stand in packages more than eight deep")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from unwrap(item, f"{path}[{place}]", package, depth + 1)
    elif isinstance(value, dict):
        yield from _object(value, path, package, depth)
    else:
        yield Complaint(path=path, message=f"a release is a JSON object; here is {_named(value)}")


def _object(value: dict[str, Json], path: str, package: Package, depth: int) -> Unwrapped:
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
        yield Wrapped(value, path, package_of(inside) if isinstance(inside, dict) else package)
    elif isinstance(value.get("url"), str):
        yield Complaint(path=path, message="only a link to a release; send the release itself")
    else:
        yield Complaint(
            path=path,
            message="neither an OCDS release (it has no ocid) nor a package (no releases, no records)",
        )


def _is_versioned(value: dict[str, Json]) -> bool:
    histories = (value.get("date"), value.get("language"), value.get("tag"), value.get("initiationType"))
    return any(isinstance(each, list) and each and isinstance(each[0], dict) for each in histories)


def _event(value: dict[str, Json], path: str, package: Package, depth: int) -> Unwrapped:
    if "procurement.release" in str(value["type"]):
        yield from unwrap(value.get("data"), at(path, "data"), package, depth + 1)
    else:
        kind = str(value["type"])[:80]
        yield Complaint(path=at(path, "type"), message=f"a message of type {kind!r} holds no OCDS")


def _inside(value: dict[str, Json], key: str, path: str, package: Package, depth: int) -> Unwrapped:
    inner = value[key]
    if not inner:
        yield Complaint(path=at(path, key), message=f"the package has no {key}")
    for place, item in enumerate(inner if isinstance(inner, list) else [inner]):
        yield from unwrap(item, f"{at(path, key)}[{place}]", package, depth + 1)


def _record(value: dict[str, Json], path: str, package: Package, depth: int) -> Unwrapped:
    compiled, releases = value.get("compiledRelease"), value.get("releases")
    if isinstance(compiled, dict):
        whole = (
            compiled if compiled.get("ocid") else {"ocid": value.get("ocid"), **_without(compiled, "ocid")}
        )
        yield Wrapped(whole, at(path, "compiledRelease"), package)
        return
    embedded = (
        [item for item in releases if isinstance(item, dict) and "ocid" in item]
        if isinstance(releases, list)
        else []
    )
    for place, item in enumerate(embedded):
        yield from unwrap(item, f"{at(path, 'releases')}[{place}]", package, depth + 1)
    if embedded:
        return
    what = "linked-only" if releases else "versioned-only"
    yield Complaint(
        path=path, message=f"{what}: the record carries no release; send the releases or a compiled one"
    )


def at(path: str, field: str) -> str:
    """The JSON path of a field: ``releases[0].tender.status``."""
    return f"{path}.{field}" if path and field else path or field


def package_of(value: dict[str, Json]) -> Package:
    publisher = value.get("publisher")
    return Package(
        publisher=_text(publisher.get("name")) if isinstance(publisher, dict) else _text(publisher),
        scheme=_text(publisher.get("scheme")) if isinstance(publisher, dict) else None,
        uri=_text(value.get("uri")),
        licence=_text(value.get("license")),
        published=_text(value.get("publishedDate")),
        version=_text(value.get("version")),
    )


def _text(value: Json) -> str | None:
    return value.strip()[:500] or None if isinstance(value, str) else None


def _without(value: dict[str, Json], key: str) -> dict[str, Json]:
    return {name: item for name, item in value.items() if name != key}


def _named(value: Json) -> str:
    return {type(None): "null", str: "text", bool: "a boolean"}.get(type(value), "a number")
