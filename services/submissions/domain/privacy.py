"""Personal data out, before anything is kept: contact points, e-mail addresses, natural persons.

A natural person who sells to a city (a sole trader) stays recognisable as *the same one* by a salted hash and
by nothing else. Who is marked as a person by no register, number or title cannot be told from a company: such
names stay.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b

import orjson

from services.submissions.domain.profiles import Persons

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

DEEPEST = 64
NESTED = (dict, list)
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
DIGITS = re.compile(r"\d(?:-?[A-Z]|[\d. ]{4})")  # in every number above; looked for first: it is quick
SHORT = 200  # a text worth remembering: names, codes, dates come again and again
MOST_REMEMBERED = 1 << 15
HARMLESS: set[str] = set()  # short texts that hold nothing personal, whoever's they are
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
    scrubber = Scrubber({}, salt)
    clean = scrubber.scrub(release)
    if found := [each for each in scrubber.organisations if is_person(each, persons)]:
        clean = Scrubber(_secrets(found, salt), salt).scrub(release)
    return _dump(clean)


class Scrubber:
    """Takes personal data out of texts: e-mail addresses, identity numbers, and the given ``secrets``.

    ``organisations`` are the objects with a name that it met, also among the contacts it dropped.
    """

    def __init__(self, secrets: dict[str, str], salt: bytes) -> None:
        self.salt = salt
        self.secrets = dict(sorted(secrets.items(), key=lambda each: (-len(each[0]), each[0])))
        self.organisations: list[dict[str, Json]] = []
        self.harmless: set[str] = set() if secrets else HARMLESS

    def scrub(self, value: Json, depth: int = 0) -> Json:
        """A value with all texts in it clean, and without contact points."""
        if isinstance(value, str):
            return self.text(value)
        if depth > DEEPEST:
            raise RecursionError(f"nested deeper than {DEEPEST} levels")
        if isinstance(value, dict):
            return self.part(value, depth)
        return [self.scrub(item, depth + 1) for item in value] if isinstance(value, list) else value

    def part(self, value: dict[str, Json], depth: int) -> dict[str, Json]:
        """One object, clean."""
        if not DROPPED.isdisjoint(value):
            value = self.without_contacts(value, depth)
        if "name" in value:
            self.organisations.append(value)
        harmless = self.harmless
        return {
            key if key in harmless else self.text(key): (item if item in harmless else self.text(item))
            if isinstance(item, str)
            else (self.scrub(item, depth + 1) if isinstance(item, NESTED) else item)
            for key, item in value.items()
        }

    def without_contacts(self, value: dict[str, Json], depth: int) -> dict[str, Json]:
        """An object without its contacts, which are looked at for the persons in them."""
        self.scrub([item for key, item in value.items() if key in DROPPED], depth)
        return {key: item for key, item in value.items() if key not in DROPPED}

    def text(self, said: str) -> str:
        """One text, clean; short ones that are are remembered, for most come again."""
        clean = said
        for secret, pseudonym_ in self.secrets.items():
            clean = clean.replace(secret, pseudonym_)
        if _may_hold_email(clean):
            clean = EMAIL.sub(NO_EMAIL, clean)
        if _may_hold_number(clean):
            clean = NUMBERS.sub(self._hidden, clean)
        if clean == said and len(said) <= SHORT:
            self._remember(said)
        return clean

    def _hidden(self, found: re.Match[str]) -> str:
        dni = found["dni"]
        return found[0] if dni and not _is_dni(dni) else pseudonym(found[0], self.salt)

    def _remember(self, said: str) -> None:
        if len(self.harmless) >= MOST_REMEMBERED:
            self.harmless.clear()
        self.harmless.add(said)


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


def _secrets(persons: Iterable[dict[str, Json]], salt: bytes) -> dict[str, str]:
    """What gives each of ``persons`` away, with the pseudonym that takes its place, whatever their order.

    Of whom most is said comes first: who shares a number or a name with it is the same person.
    """
    known: dict[str, str] = {}
    for names, more in sorted(map(_telling, persons), key=lambda each: (-len(each[0]), each)):
        for first in (*names, *more)[:1]:
            one = next((known[name] for name in names if name in known), pseudonym(first, salt))
            known = dict.fromkeys((*names, *more), one) | known
    return known


def _telling(person: dict[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers and names by which a person is known; what else goes: its address, numbers without digits."""
    identifier, address = person.get("identifier"), person.get("address")
    numbers = [number for _, number in _numbers(person)]
    known = [number for number in numbers if any(map(str.isdigit, number))]
    legal = identifier.get("legalName") if isinstance(identifier, dict) else None
    street = address.get("streetAddress") if isinstance(address, dict) else None
    return _long([*known, person.get("name"), legal]), _long([*numbers, street])


def _long(said: Iterable[Json]) -> tuple[str, ...]:
    """Texts of five letters and more, for an id "1" tells nothing; no pseudonyms, which are clean already."""
    bare = (each.strip() for each in said if isinstance(each, str))
    return tuple(each for each in bare if len(each) > 4 and not each.startswith(PERSON))


def _dump(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _is_dni(number: str) -> bool:
    digits = number[:-1].rstrip("-").translate(str.maketrans("XYZ", "012"))
    return SPANISH_LETTERS[int(digits) % 23] == number[-1]
