"""Personal data out, before anything is kept: contact points, e-mail addresses, natural persons.

A natural person who sells to a city (a sole trader) stays recognisable as *the same one* by a salted hash and
by nothing else. What no register and no prefix marks as a person cannot be told from a company: such names stay.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b

import orjson

from services.submissions.domain.profiles import Persons

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

PERSON = "person-"
NO_EMAIL = "[e-mail removed]"
DROPPED = frozenset(
    [
        "contactPoint",
        "contactPoints",
        "additionalContactPoints",
        "persones",
        "people",
        "beneficialOwners",
        "email",
        "telephone",
        "faxNumber",
        "phone",
        "contactPerson",
    ]
)
PERSON_SCHEMES = frozenset(
    [
        "cc",
        "co-cc",
        "ce",
        "dni",
        "es-dni",
        "nie",
        "curp",
        "mx-curp",
        "cpf",
        "br-cpf",
        "ua-ipn",
        "ua-passport",
        "md-idnp",
        "it-cf",
        "naturalperson",
    ]
) | {
    "cédula de ciudadanía",
    "c\ufffddula de ciudadan\ufffda",
    "cédula de extranjería",
    "nit de persona natural",
}
PERSON_NAMES = re.compile(
    r"(фоп\b|фізична особа|физическое лицо|persona (natural|f[ií]sica)|mr\b|mrs\b|ms\b|miss\b|sole trader)",
    re.IGNORECASE,
)
PERSON_SCALES = frozenset({"soletrader", "sole trader", "naturalperson", "individual"})
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")
NUMBERS = re.compile(
    r"\b(?:[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"  # CURP (Mexico)
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # codice fiscale (Italy)
    r"|(?P<dni>(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z])"  # DNI and NIE (Spain), with the right letter only
    r"|(?i:c\.c\.|cc|c[eé]dula(?: de (?:ciudadan[ií]a|identidad|extranjer[ií]a))?|d\.?n\.?i\.?|c\.i\.|ci|idnp"
    r"|іпн|рнокпп|passport|pasaporte)[ :]{1,3}(?:n[oº°]?[. :]{1,2})?\d[\d. ]{4,14}\d)\b"
)
SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def pseudonym(said: str, salt: bytes) -> str:
    """The one name by which a natural person is kept: ``person-`` and 16 hexadecimal digits of a keyed hash."""
    return (
        PERSON + blake2b(said.casefold().encode(errors="replace"), key=salt[:64], digest_size=8).hexdigest()
    )


def without_personal_data(release: dict[str, Json], persons: Persons, salt: bytes) -> bytes:
    """The release as canonical JSON bytes (sorted keys, UTF-8) that name no natural person.

    Contact points, addresses of persons and e-mail addresses are gone; names and numbers of natural persons
    are replaced by their pseudonym wherever they stand, also inside other texts.
    """
    secrets: dict[str, str] = {}
    for party in _organisations(release):
        if is_person(party, persons):
            secrets |= _secrets(party, salt)
    return scrubbed(_dump(_without_contacts(release)), secrets, salt)


def scrubbed(json_text: str, secrets: dict[str, str], salt: bytes) -> bytes:
    """JSON text without e-mail addresses, identity numbers and the given ``secrets``."""
    if "@" in json_text or "(at)" in json_text or "[at]" in json_text:
        json_text = EMAIL.sub(NO_EMAIL, json_text)
    for secret in sorted(secrets, key=lambda each: (-len(each), each)):
        json_text = json_text.replace(_quoted(secret), secrets[secret])
    return NUMBERS.sub(lambda found: _hidden(found, salt), json_text).encode()


def scrubbed_text(said: str, salt: bytes) -> str:
    """A free text without e-mail addresses and identity numbers."""
    return NUMBERS.sub(lambda found: _hidden(found, salt), EMAIL.sub(NO_EMAIL, said))


def is_person(party: dict[str, Json], persons: Persons) -> bool:
    """Whether an organisation object is marked as a natural person: by register, number, size or prefix."""
    name, details = party.get("name"), party.get("details")
    if isinstance(name, str) and PERSON_NAMES.match(name.strip()):
        return True
    if isinstance(details, dict) and str(details.get("scale", "")).casefold() in PERSON_SCALES:
        return True
    return any(_numbers_a_person(scheme, number, persons) for scheme, number in _numbers(party))


def _numbers(party: dict[str, Json]) -> Iterator[tuple[str, str]]:
    more = party.get("additionalIdentifiers")
    for each in (party.get("identifier"), *(more if isinstance(more, list) else ())):
        if isinstance(each, dict):
            yield (
                str(each.get("scheme") or "").strip().casefold(),
                str(each.get("id") or "").strip().casefold(),
            )
    if isinstance(party.get("id"), str | int):
        yield "", str(party["id"]).strip().casefold()


def _numbers_a_person(scheme: str, number: str, persons: Persons) -> bool:
    if scheme and (scheme in PERSON_SCHEMES or scheme in persons.schemes):
        return True
    return any(pattern.fullmatch(f"{scheme}:{number}") for pattern in _patterns(persons.numbers))


@cache
def _patterns(numbers: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(number) for number in numbers)


def _organisations(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, list):
        for item in value:
            yield from _organisations(item)
    elif isinstance(value, dict):
        if "name" in value:
            yield value
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _organisations(item)


def _secrets(party: dict[str, Json], salt: bytes) -> dict[str, str]:
    """What gives a person away, each with the pseudonym that takes its place; short ids ("1") tell nothing."""
    identifier, address = party.get("identifier"), party.get("address")
    said = [party.get("name"), party.get("id"), *(number for _, number in _numbers(party))]
    if isinstance(identifier, dict):
        said += [identifier.get("legalName"), identifier.get("id")]
    if isinstance(address, dict):
        said.append(address.get("streetAddress"))
    telling = [
        str(each).strip() for each in said if isinstance(each, str | int) and len(str(each).strip()) > 4
    ]
    names = pseudonym(next(iter(reversed(sorted(telling))), ""), salt)
    return dict.fromkeys(telling, names)


def _without_contacts(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_contacts(item) for key, item in value.items() if key not in DROPPED}
    return [_without_contacts(item) for item in value] if isinstance(value, list) else value


def _dump(value: Json) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, orjson.JSONEncodeError):  # a whole number of more than 64 bits
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _quoted(secret: str) -> str:
    return orjson.dumps(secret).decode()[1:-1]


def _hidden(found: re.Match[str], salt: bytes) -> str:
    dni = found["dni"]
    return found[0] if dni and not _is_dni(dni) else pseudonym(found[0], salt)


def _is_dni(number: str) -> bool:
    digits = number[:-1].rstrip("-").translate(str.maketrans("XYZ", "012"))
    return SPANISH_LETTERS[int(digits) % 23] == number[-1]
