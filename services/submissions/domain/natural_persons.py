"""Who among the organisations of a release is a natural person, and by what each is known.

Who is marked as a person by no register, number, size or title cannot be told from a company: such names
stay.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from hashlib import blake2b

from services.submissions.domain.json_types import Json
from services.submissions.domain.publisher_profiles import Persons

PERSON = "person-"
Lines = tuple[str, ...]
PLAIN = frozenset({str, int, type(None)})
MOST_REMEMBERED = 1 << 13
PERSON_SCHEMES = frozenset(
    {"cc", "co-cc", "ce", "dni", "es-dni", "nie", "curp", "mx-curp", "cpf", "br-cpf", "ua-ipn", "ua-passport"}
    | {"md-idnp", "it-cf", "naturalperson", "nit de persona natural", "cédula de extranjería"}
    | {"cédula de ciudadanía", "c\ufffddula de ciudadan\ufffda"}
)
PERSON_SCALES = frozenset({"soletrader", "sole trader", "naturalperson", "individual"})
PERSON_NAMES = re.compile(
    r"(фоп|фізична особа|физическое лицо|persona (natural|f[ií]sica)|sole trader|(mr|mrs|ms|miss|sra?)\.?) ",
    re.IGNORECASE,
)
COMPANY_NAMES = re.compile(
    r"\b(ltd|limited|llp|plc|inc|gmbh|s\.?a\.?|s\.?l\.?|group|society|company)\b", re.I
)


def is_person(party: dict[str, Json], persons: Persons) -> bool:
    """Whether an organisation object is marked as a natural person: by register, number, size or title."""
    name, number, within = party.get("name"), party.get("id"), party.get("identifier")
    register = within if isinstance(within, dict) else {}
    scheme, of_scheme = register.get("scheme"), register.get("id")
    types = {type(name), type(number), type(scheme), type(of_scheme)}
    if types <= PLAIN and "details" not in party and "additionalIdentifiers" not in party:
        return _is_plain_person(name, number, scheme, of_scheme, persons.schemes, persons.numbers)  # type: ignore[arg-type]
    return _is_person(party, persons.schemes, persons.numbers)


@lru_cache(MOST_REMEMBERED)
def _is_plain_person(
    name: str | None, number: str | int | None, scheme: str | None, of_scheme: str | None, *registers: Lines
) -> bool:
    """The same of an organisation of which no more is said: buyers come again in every release."""
    identifier: dict[str, Json] = {"scheme": scheme, "id": of_scheme}
    return _is_person({"name": name, "id": number, "identifier": identifier}, *registers)


def _is_person(party: dict[str, Json], schemes: Lines, shapes: Lines) -> bool:
    name, details = party.get("name"), party.get("details")
    if isinstance(name, str) and PERSON_NAMES.match(name.strip()) and not COMPANY_NAMES.search(name):
        return True
    if isinstance(details, dict) and str(details.get("scale", "")).casefold() in PERSON_SCALES:
        return True
    return any(_numbers_a_person(scheme, number, schemes, shapes) for scheme, number in _numbers(party))


def secrets_of(persons: Iterable[dict[str, Json]], salt: bytes) -> dict[str, str]:
    """What gives each of ``persons`` away, with the pseudonym that takes its place, whatever their order.

    Of whom most is said comes first: who shares a number or a name with it is the same person.
    """
    pseudonyms: dict[str, str] = {}
    for names, more in sorted(map(_telling, persons), key=lambda item: (-len(item[0]), item)):
        for first in (*names, *more)[:1]:
            one = next((pseudonyms[name] for name in names if name in pseudonyms), pseudonym(first, salt))
            pseudonyms = dict.fromkeys((*names, *more), one) | pseudonyms
    return pseudonyms


def pseudonym(text: str, salt: bytes) -> str:
    """The one name by which a person is kept: ``person-`` and 16 hexadecimal digits of a keyed hash."""
    hidden = blake2b(text.casefold().encode(errors="replace"), key=salt[:64], digest_size=8)
    return PERSON + hidden.hexdigest()


def _numbers(party: dict[str, Json]) -> Iterator[tuple[str, str]]:
    more = party.get("additionalIdentifiers")
    for identifier in (party.get("identifier"), *(more if isinstance(more, list) else ())):
        if isinstance(identifier, dict):
            yield str(identifier.get("scheme") or "").strip(), str(identifier.get("id") or "").strip()
    if isinstance(party.get("id"), str | int):
        yield "", str(party["id"]).strip()


def _numbers_a_person(scheme: str, number: str, schemes: Lines, shapes: Lines) -> bool:
    scheme, number = scheme.casefold(), number.casefold()
    if scheme and (scheme in PERSON_SCHEMES or scheme in schemes):
        return True
    return any(pattern.fullmatch(f"{scheme}:{number}") for pattern in _patterns(shapes))


@cache
def _patterns(numbers: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(number) for number in numbers)


def _telling(person: dict[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers and names by which a person is known; what else goes: its address, numbers without digits."""
    identifier, address = person.get("identifier"), person.get("address")
    numbers = [number for _, number in _numbers(person)]
    identifying = [number for number in numbers if any(map(str.isdigit, number))]
    legal = identifier.get("legalName") if isinstance(identifier, dict) else None
    street = address.get("streetAddress") if isinstance(address, dict) else None
    return _long([*identifying, person.get("name"), legal]), _long([*numbers, street])


def _long(values: Iterable[Json]) -> tuple[str, ...]:
    """Texts of five letters and more, for an id "1" tells nothing; no pseudonyms, which are clean already."""
    bare = (value.strip() for value in values if isinstance(value, str))
    return tuple(text for text in bare if len(text) > 4 and not text.startswith(PERSON))
