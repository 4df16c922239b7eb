"""Reads a publiccode.yml: strictly enough to name every defect, leniently enough to use what is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.submissions.domain.places import (
    NOWHERE,
    Place,
    authority_kind,
    city_government,
    country_of,
    resolve_claim,
)
from services.submissions.domain.publiccode.validator import OFFLINE, PubliccodeRemark, remarks
from services.submissions.domain.publiccode.value_checks import PubliccodeReference
from services.submissions.domain.publiccode.yaml_lines import (
    NotYamlError,
    Value,
    YamlList,
    YamlMapping,
    YamlScalar,
    parse,
)

Verdict = Literal["valid", "invalid", "cannot be checked offline"]


@dataclass(frozen=True, slots=True)
class LocalizedDescription:
    """Name and texts in one language."""

    language: str
    name: str | None
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Adopter:
    """Somebody the maintainers say uses the software: a claim, with the city it means where that is clear."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Dependency:
    """A thing the software needs to run."""

    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class PubliccodeEntry:
    """A readable file. ``None`` and empty mean *not said*; ``needs_said`` tells whether ``dependsOn`` was."""

    name: str
    url: str
    descriptions: tuple[LocalizedDescription, ...]
    status: str | None
    licence: str | None
    owner: str | None
    owner_uri: str | None
    owner_place: Place
    owned_by_city: bool
    adopters: tuple[Adopter, ...]
    based_on: tuple[str, ...]
    needs_said: bool
    proprietary: tuple[Dependency, ...]
    hardware: tuple[Dependency, ...]
    scopes: tuple[str, ...]
    maintenance: str | None
    maintained_until: date | None
    documented: bool
    landing: str | None
    released: date | None
    remarks: tuple[PubliccodeRemark, ...]

    @property
    def defects(self) -> tuple[PubliccodeRemark, ...]:
        """Where the file breaks the standard."""
        return tuple(remark for remark in self.remarks if not remark.open)

    @property
    def unchecked(self) -> tuple[PubliccodeRemark, ...]:
        """What would need the network or the repository to be checked."""
        return tuple(remark for remark in self.remarks if remark.open)

    @property
    def verdict(self) -> Verdict:
        """Invalid if a rule is broken; not certain as long as a rule needs the network."""
        if self.defects:
            return "invalid"
        return OFFLINE if self.unchecked else "valid"


@dataclass(frozen=True, slots=True)
class RejectedEntry:
    """A file nothing can be made of: no YAML, or without name or address."""

    defects: tuple[PubliccodeRemark, ...]
    unchecked: tuple[PubliccodeRemark, ...] = ()
    verdict: Literal["invalid"] = "invalid"


def read(text: str, reference: PubliccodeReference) -> PubliccodeEntry | RejectedEntry:
    """Read the text of a publiccode.yml 0.x.

    An :class:`PubliccodeEntry` has all that was said and a remark per defect (path, line, message); a file
    that is no YAML or has no name or address is :class:`RejectedEntry`. Adopters are resolved to cities.
    """
    try:
        root = parse(text.removeprefix("\ufeff"))
    except NotYamlError as error:
        return RejectedEntry((PubliccodeRemark("", error.line, f"is no YAML: {error}"),))
    if not isinstance(root, YamlMapping):
        return RejectedEntry(
            (PubliccodeRemark("", root.line, "is no publiccode.yml: write keys and values"),)
        )
    findings = remarks(root, reference)
    if not (_text(root, "name") and _text(root, "url")):
        return RejectedEntry(
            tuple(remark for remark in findings if not remark.open),
            tuple(remark for remark in findings if remark.open),
        )
    return _entry(root, findings, reference)


def _entry(
    root: YamlMapping, findings: tuple[PubliccodeRemark, ...], reference: PubliccodeReference
) -> PubliccodeEntry:
    country = _country(root, reference)
    descriptions = tuple(_descriptions(root))
    owner, is_city = _owner(root)
    return PubliccodeEntry(
        name=_text(root, "name") or "",
        url=_text(root, "url") or "",
        descriptions=descriptions,
        status=_text(root, "developmentStatus"),
        licence=_text(root, "legal", "license"),
        owner=owner,
        owner_uri=_text(root, "organisation", "uri"),
        owner_place=_government(owner, reference, country) if owner else NOWHERE,
        owned_by_city=is_city,
        adopters=tuple(
            Adopter(name, _government(name, reference, country)) for name in _texts(root, "usedBy")
        ),
        based_on=_texts(root, "isBasedOn"),
        needs_said=isinstance(_at(root, "dependsOn"), YamlMapping),
        proprietary=_needed(root, "proprietary"),
        hardware=_needed(root, "hardware"),
        scopes=_texts(root, "intendedAudience", "scope"),
        maintenance=_text(root, "maintenance", "type"),
        maintained_until=_maintained_until(root),
        documented=any(
            _text(root, "description", description.language, "documentation") for description in descriptions
        ),
        landing=_text(root, "landingURL"),
        released=_day(_text(root, "releaseDate")),
        remarks=findings,
    )


def _owner(root: YamlMapping) -> tuple[str | None, bool]:
    """Give who stands behind the software, a city government first, and whether it is one."""
    keys = (("organisation", "name"), ("legal", "mainCopyrightOwner"), ("legal", "repoOwner"))
    named = [name for key in keys if (name := _text(root, *key))]
    cities = [name for name in named if city_government([name]).answer == "yes"]
    return next(iter(cities or named), None), bool(cities)


def _government(name: str, reference: PubliccodeReference, country: str | None) -> Place:
    """Only a city government's name is a claim about a city, and only where its country is clear.

    "Hospital of Turin" says nothing of Turin's, the county of Lincolnshire nothing of Lincoln's.
    """
    kind = authority_kind([name], reference.gazetteer)
    if city_government([name]).answer != "yes" or kind in ("county", "district", "towns"):
        return NOWHERE
    return resolve_claim(name, reference.gazetteer, country)


def _country(root: YamlMapping, reference: PubliccodeReference) -> str | None:
    """Give the one country the file speaks of, if it is one."""
    named = {country_of(text, reference.gazetteer) for text in _texts(root, "intendedAudience", "countries")}
    named |= {"IT"} if {"IT", "it"} & root.entries.keys() else set()
    return named.pop() if len(named) == 1 else None


def _descriptions(root: YamlMapping) -> Iterator[LocalizedDescription]:
    section = _at(root, "description")
    for tag, inside in section.entries.items() if isinstance(section, YamlMapping) else ():
        short, long = _text(inside, "shortDescription"), _text(inside, "longDescription")
        yield LocalizedDescription(tag, _text(inside, "localisedName"), short or "", long or "")


def _needed(root: YamlMapping, kind: str) -> tuple[Dependency, ...]:
    listed = _at(root, "dependsOn", kind)
    things = listed.items if isinstance(listed, YamlList) else ()
    return tuple(_one_needed(thing) for thing in things)


def _one_needed(thing: Value) -> Dependency:
    if not isinstance(thing, YamlMapping):
        return Dependency(
            thing.text or "unnamed" if isinstance(thing, YamlScalar) else "unnamed", optional=False
        )
    optional = (_text(thing, "optional") or "").lower() in ("true", "yes", "on")
    return Dependency(_text(thing, "name") or "unnamed", optional)


def _maintained_until(root: YamlMapping) -> date | None:
    """Give the last day of the contract that runs longest."""
    listed = _at(root, "maintenance", "contractors")
    things = listed.items if isinstance(listed, YamlList) else ()
    days = [_day(_text(thing, "until")) for thing in things if isinstance(thing, YamlMapping)]
    return max((day for day in days if day), default=None)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None


def _at(value: Value, *path: str) -> Value | None:
    for key in path:
        inside = value.entries.get(key) if isinstance(value, YamlMapping) else None
        if inside is None:
            return None
        value = inside
    return value


def _text(value: Value, *path: str) -> str | None:
    item = _at(value, *path)
    return " ".join((item.text or "").split()) or None if isinstance(item, YamlScalar) else None


def _texts(value: Value, *path: str) -> tuple[str, ...]:
    node = _at(value, *path)
    items = node.items if isinstance(node, YamlList) else (node,)
    return tuple(text for item in items if isinstance(item, YamlScalar) and (text := _text(item)))
