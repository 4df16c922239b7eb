"""Personal data out, before anything is kept: contact points, e-mail addresses, natural persons.

A natural person who sells to a city (a sole trader) stays recognisable as *the same one* by a salted hash and
by nothing else. Who is marked as a person by no register, number or title cannot be told from a company: such
names stay.
"""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import blake2b

import orjson

from services.submissions.domain.profiles import Persons

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

DEEPEST = 64
PERSON = "person-"
NO_EMAIL = "[e-mail removed]"
DROPPED = frozenset(
    {"contactPoint", "contactPoints", "additionalContactPoints", "contactPerson", "persones", "people"}
    | {"beneficialOwners", "email", "telephone", "faxNumber", "phone"}
)
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
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")
NUMBERS = re.compile(
    r"\b(?:[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"  # CURP (Mexico)
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # codice fiscale (Italy)
    r"|(?P<dni>(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z])"  # DNI and NIE (Spain), with the right letter only
    r"|(?i:c\.c\.|cc|c[eé]dula(?: de (?:ciudadan[ií]a|identidad|extranjer[ií]a))?|d\.?n\.?i\.?|c\.i\.|ci|idnp"
    r"|іпн|рнокпп|passport|pasaporte)[ :]{1,3}(?i:n[oº°]?[. :]{1,2})?\d[\d. ]{4,14}\d)\b"
)
DIGITS = re.compile(r"\d-?[A-Z]|[ :.]\d[\d. ]{4}")  # in every number above; looked for first: it is quick
SHORT = 200  # a text worth remembering: names, codes, dates come again and again
SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def pseudonym(said: str, salt: bytes) -> str:
    """The one name by which a person is kept: ``person-`` and 16 hexadecimal digits of a keyed hash."""
    hidden = blake2b(said.casefold().encode(errors="replace"), key=salt[:64], digest_size=8)
    return PERSON + hidden.hexdigest()


def without_personal_data(release: dict[str, Json], persons: Persons, salt: bytes) -> bytes:
    """The release as canonical JSON bytes (sorted keys, UTF-8) that name no natural person.

    Contact points and e-mail addresses are gone; names, numbers and addresses of natural persons are replaced
    by their pseudonym wherever they stand, also inside other texts. Raises RecursionError for more than 64
    levels of nesting.
    """
    secrets: dict[str, str] = {}
    for party in _organisations(release, []):
        if is_person(party, persons):
            secrets |= _secrets(party, salt)
    return _dump(Scrubber(secrets, salt).scrub(release))


class Scrubber:
    """Takes personal data out of texts: e-mail addresses, identity numbers, and the given ``secrets``."""

    def __init__(self, secrets: dict[str, str], salt: bytes) -> None:
        self.salt = salt
        self.keys: dict[str, str] = {}
        self.secrets = dict(sorted(secrets.items(), key=lambda each: (-len(each[0]), each[0])))

    def scrub(self, value: Json, depth: int = 0) -> Json:
        """A value with all texts in it clean, and without contact points."""
        if isinstance(value, str):
            return self.text(value)
        if depth > DEEPEST:
            raise RecursionError(f"nested deeper than {DEEPEST} levels")
        if isinstance(value, dict):
            return {
                self.keys.get(key) or self.key(key): self.text(item)
                if isinstance(item, str)
                else self.scrub(item, depth + 1)
                for key, item in value.items()
                if key not in DROPPED
            }
        return [self.scrub(item, depth + 1) for item in value] if isinstance(value, list) else value

    def key(self, name: str) -> str:
        """One key, clean; remembered, for the same few stand in every object."""
        return self.keys.setdefault(name, self.text(name))

    def text(self, said: str) -> str:
        """One text, clean."""
        if len(said) < 5 or (not self.secrets and _is_harmless(said)):
            return said
        for secret, pseudonym_ in self.secrets.items():
            said = said.replace(secret, pseudonym_)
        if _may_hold_email(said):
            said = EMAIL.sub(NO_EMAIL, said)
        return NUMBERS.sub(self._hidden, said) if _may_hold_number(said) else said

    def _hidden(self, found: re.Match[str]) -> str:
        dni = found["dni"]
        return found[0] if dni and not _is_dni(dni) else pseudonym(found[0], self.salt)


def _is_harmless(said: str) -> bool:
    return _known_harmless(said) if len(said) <= SHORT else _holds_nothing(said)


def _holds_nothing(said: str) -> bool:
    return not (_may_hold_email(said) or (_may_hold_number(said) and NUMBERS.search(said)))


_known_harmless = lru_cache(maxsize=1 << 14)(_holds_nothing)


def _may_hold_email(said: str) -> bool:
    return "@" in said or "at)" in said or "at]" in said


def _may_hold_number(said: str) -> bool:
    return len(said) > 8 and DIGITS.search(said) is not None


def scrubbed_text(said: str, salt: bytes) -> str:
    """A free text without e-mail addresses and identity numbers."""
    return Scrubber({}, salt).text(said)


def is_person(party: dict[str, Json], persons: Persons) -> bool:
    """Whether an organisation object is marked as a natural person: by register, number, size or title."""
    name, details = party.get("name"), party.get("details")
    if isinstance(name, str) and PERSON_NAMES.match(name.strip()) and not COMPANY_NAMES.search(name):
        return True
    if isinstance(details, dict) and str(details.get("scale", "")).casefold() in PERSON_SCALES:
        return True
    return any(_numbers_a_person(scheme, number, persons) for scheme, number in _numbers(party))


def _numbers(party: dict[str, Json]) -> Iterator[tuple[str, str]]:
    more = party.get("additionalIdentifiers")
    for each in (party.get("identifier"), *(more if isinstance(more, list) else ())):
        if isinstance(each, dict):
            yield str(each.get("scheme") or "").strip(), str(each.get("id") or "").strip()
    if isinstance(party.get("id"), str | int):
        yield "", str(party["id"]).strip()


def _numbers_a_person(scheme: str, number: str, persons: Persons) -> bool:
    scheme, number = scheme.casefold(), number.casefold()
    if scheme and (scheme in PERSON_SCHEMES or scheme in persons.schemes):
        return True
    return any(pattern.fullmatch(f"{scheme}:{number}") for pattern in _patterns(persons.numbers))


@cache
def _patterns(numbers: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(number) for number in numbers)


def _organisations(value: Json, found: list[dict[str, Json]], depth: int = 0) -> list[dict[str, Json]]:
    """All objects with a name, in the order in which they stand, put into ``found``."""
    if depth > DEEPEST:
        raise RecursionError(f"nested deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        if "name" in value:
            found.append(value)
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict | list):
            _organisations(item, found, depth + 1)
    return found


def _secrets(party: dict[str, Json], salt: bytes) -> dict[str, str]:
    """What gives a person away, with the pseudonym that takes its place; short ids ("1") tell nothing."""
    identifier, address = party.get("identifier"), party.get("address")
    said = [number for _, number in _numbers(party)] + [party.get("name")]
    if isinstance(identifier, dict):
        said.append(identifier.get("legalName"))
    if isinstance(address, dict):
        said.append(address.get("streetAddress"))
    telling = [each.strip() for each in said if isinstance(each, str) and len(each.strip()) > 4]
    telling = [
        each for each in telling if not each.startswith(PERSON)
    ]  # so that reading again changes nothing
    return dict.fromkeys(telling, pseudonym(telling[0], salt)) if telling else {}


def _dump(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _is_dni(number: str) -> bool:
    digits = number[:-1].rstrip("-").translate(str.maketrans("XYZ", "012"))
    return SPANISH_LETTERS[int(digits) % 23] == number[-1]
