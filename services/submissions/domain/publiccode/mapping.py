"""From a publiccode.yml to a solution, and from its "used by" to attempts of which nothing more is known."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from services.submissions.domain.publiccode.reader import LocalizedDescription, PubliccodeEntry
from shared.facts import (
    UNRESOLVED,
    Implementation,
    LockIn,
    Outcome,
    Provider,
    Reuse,
    Solution,
    Topic,
    Translation,
    Unit,
)

# Scopes of the standard that say more than that the thing is software.
_THEMES = {
    "culture": "culture-sport",
    "education": "education-skills",
    "emergency-services": "public-safety",
    "energy": "energy-buildings",
    "environment": "environment-air",
    "healthcare": "health-social-care",
    "infrastructures": "roads-parking",
    "security": "public-safety",
    "sport": "culture-sport",
    "tourism": "culture-sport",
    "transportation": "mobility-transport",
    "welfare": "health-social-care",
}
_SOFTWARE = Topic(scheme="THEME", id="digital-government", confidence=0.5)
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def solution_id(url: str) -> str:
    """Give the id of the software at ``url``: the same for all spellings of one repository's address.

    What is no address (``http://[here``) is named as it is written.
    """
    written = url.strip()
    try:
        parts = urlsplit(written)
    except ValueError:
        return f"urn:publiccode:{written.casefold()}"
    place = f"{parts.netloc}{parts.path}".rstrip("/").removesuffix(".git").casefold()
    return f"urn:publiccode:{place.removeprefix('www.') or written.casefold()}"


def to_solution(entry: PubliccodeEntry, as_of: date, city: str | None = None) -> Solution:
    """Give the solution that ``entry`` describes, as a catalogue's claim.

    ``city`` (GeoNames id) is the publisher's own; without it the owner's, if the owner is a city
    government. ``as_of`` decides whether a maintenance contract has ended. People named as contacts stay out.
    """
    first, *others = _in_order(entry.descriptions)
    return Solution(
        id=solution_id(entry.url),
        city=city or entry.owner_place.city or UNRESOLVED,
        title=_title(entry, first),
        summary=_summary(first),
        language=_language(first.language),
        translations={_language(other.language): _translation(entry, other) for other in others},
        topics=tuple(_topics(entry)),
        origin="catalogue",
        reuse=Reuse(
            licence=_open_licence(entry),
            documentation=True if entry.documented else None,
            public_page=True if entry.landing or entry.url else None,
        ),
        lockin=_lockin(entry),
        units=tuple(_units(entry, as_of)),
        provider=Provider(name=entry.owner[:500], kind=_kind(entry)) if entry.owner else None,
        page=(entry.landing or entry.url)[:500],
        parent=solution_id(entry.based_on[0]) if entry.based_on else None,
    )


def to_implementations(entry: PubliccodeEntry) -> tuple[Implementation, ...]:
    """Give an attempt per adopter whose city is clear; outcome unknown, for being used is no result."""
    cities = dict.fromkeys(adopter.place.city for adopter in entry.adopters if adopter.place.city)
    return tuple(
        Implementation(
            solution=solution_id(entry.url),
            city=city,
            outcome=Outcome.UNKNOWN,
            why="Named as a user by the maintainers; not confirmed by the city.",
            language="en",  # the sentence is ours
        )
        for city in cities
    )


def sustainability_risks(entry: PubliccodeEntry, as_of: date) -> tuple[str, ...]:
    """Give the reasons why nobody may maintain the software; a risk to plan for, never a failure."""
    reasons = []
    if entry.status == "obsolete":
        reasons.append("Its maintainers call it obsolete.")
    if entry.maintenance == "none":
        reasons.append("Nobody maintains it.")
    if entry.maintenance == "contract" and entry.maintained_until and entry.maintained_until < as_of:
        reasons.append(f"Its maintenance contract ended on {entry.maintained_until.isoformat()}.")
    return tuple(reasons)


def _in_order(descriptions: tuple[LocalizedDescription, ...]) -> list[LocalizedDescription]:
    """English first, then as written; a file without any has its name alone."""
    ordered = sorted(descriptions, key=lambda description: not description.language.lower().startswith("en"))
    return ordered or [LocalizedDescription("und", None, "", "")]


def _units(entry: PubliccodeEntry, as_of: date) -> Iterator[Unit]:
    risks = sustainability_risks(entry, as_of)
    if risks:
        how = " ".join(risks)
        name = "Own maintenance of the software"
        yield Unit(id="maintenance", name=name, kind="capability", dimension="organisation", how_to_close=how)
    for number, thing in enumerate((*entry.proprietary, *entry.hardware), start=1):
        if not thing.optional:
            name = thing.name[:500]
            yield Unit(id=f"needs-{number}", name=name, kind="requirement", dimension="resources")


def _lockin(entry: PubliccodeEntry) -> LockIn:
    tied = any(not thing.optional for thing in entry.proprietary)
    return LockIn(
        open_licence=_open_licence(entry),
        no_proprietary_runtime=not entry.proprietary if entry.needs_said else None,
        no_exclusive_hardware=True if entry.needs_said and not entry.hardware else None,
        free_maintenance=True if entry.maintenance == "community" and not tied else None,
    )


def _open_licence(entry: PubliccodeEntry) -> bool | None:
    """A licence with a name in the SPDX list; a private ``LicenseRef-`` says nothing about being open."""
    try:
        licence = entry.licence and canonicalize_license_expression(entry.licence)
    except InvalidLicenseExpression:
        return None
    return True if licence and "LicenseRef-" not in licence else None


def _kind(entry: PubliccodeEntry) -> str | None:
    return (
        "public" if entry.owned_by_city or (entry.owner_uri or "").startswith("urn:x-italian-pa:") else None
    )


def _title(entry: PubliccodeEntry, described: LocalizedDescription) -> str:
    return (described.name or entry.name)[:500]


def _summary(described: LocalizedDescription) -> str:
    return "\n\n".join(filter(None, (described.short, described.long)))[:10_000]


def _translation(entry: PubliccodeEntry, described: LocalizedDescription) -> Translation:
    return Translation(title=_title(entry, described), summary=_summary(described))


def _language(tag: str) -> str:
    """Lower-case the language part; an invalid tag becomes ``und``, as BCP 47 has it."""
    primary, *rest = tag.replace("_", "-").split("-")
    written = "-".join((primary.lower(), *rest))
    return written if _LANGUAGE.match(written) else "und"


def _topics(entry: PubliccodeEntry) -> Iterator[Topic]:
    themes = dict.fromkeys(_THEMES[scope] for scope in entry.scopes if scope in _THEMES)
    yield from (Topic(scheme="THEME", id=theme, confidence=0.6) for theme in themes)
    yield _SOFTWARE
