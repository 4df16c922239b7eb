"""Personal data out, before anything is kept: contact points, e-mail addresses, natural persons.

A natural person who sells to a city (a sole trader) stays recognisable as *the same one* by a salted hash and
by nothing else.
"""

import json
import re
from operator import is_

import orjson

from services.submissions.domain.json_types import DEEPEST, Json
from services.submissions.domain.natural_persons import is_person, pseudonym, secrets_of
from services.submissions.domain.publisher_profiles import Persons

NO_EMAIL = "[e-mail removed]"
DROPPED = frozenset(
    {"contactPoint", "contactPoints", "additionalContactPoints", "contactPerson", "persones", "people"}
    | {"beneficialOwners", "email", "telephone", "faxNumber", "phone"}
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
HARMLESS: dict[str, bool] = {}  # short texts that hold nothing personal, whoever's they are
SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def scrubbed(release: dict[str, Json], persons: Persons, salt: bytes) -> dict[str, Json]:
    """The release without natural persons; what holds none is shared with ``release``, which stays as it is.

    Contact points and e-mail addresses are gone; names, numbers and addresses of natural persons are replaced
    by their pseudonym wherever they stand, also inside other texts. Raises RecursionError for more than 64
    levels of nesting.
    """
    scrubber = Scrubber({}, salt)
    return without_persons(release, scrubber.part(release, 0), scrubber, persons)


def without_persons(
    release: dict[str, Json], clean: dict[str, Json], scrubber: "Scrubber", persons: Persons
) -> dict[str, Json]:
    """``clean``, or where ``scrubber`` met natural persons, the release without whatever gives them away."""
    if found := [each for each in scrubber.organisations if is_person(each, persons)]:
        salt = scrubber.salt
        return Scrubber(secrets_of(found, salt), salt).part(release, 0)
    return clean


class Scrubber:
    """Takes personal data out of texts: e-mail addresses, identity numbers, and the given ``secrets``.

    ``organisations`` are the objects with a name that it met, also among the contacts it dropped.
    """

    def __init__(self, secrets: dict[str, str], salt: bytes) -> None:
        self.salt = salt
        self.secrets = dict(sorted(secrets.items(), key=lambda each: (-len(each[0]), each[0])))
        self.organisations: list[dict[str, Json]] = []
        self.harmless: dict[str, bool] = {} if secrets else HARMLESS

    def scrub(self, value: Json, depth: int = 0) -> Json:
        """A value with all texts in it clean, and without contact points."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return self.part(value, depth)
        return self.several(value, depth) if isinstance(value, list) else value

    def part(self, value: dict[str, Json], depth: int) -> dict[str, Json]:
        """One object, clean; itself where there is nothing to take out of it."""
        if depth > DEEPEST:
            raise RecursionError(f"nested deeper than {DEEPEST} levels")
        if not DROPPED.isdisjoint(value):
            value = self.without_contacts(value, depth)
        if "name" in value:
            self.organisations.append(value)
        if not self.harmless.keys() >= value.keys():
            value = {self.text(key): item for key, item in value.items()}
        return self.items(value, depth)

    def items(self, value: dict[str, Json], depth: int) -> dict[str, Json]:
        """The values of an object, clean."""
        clean, harmless = value, self.harmless
        for key, item in value.items():
            kind = type(item)
            read = item
            if kind is str:
                if item not in harmless:
                    read = self.text(item)  # type: ignore[arg-type]
            elif kind is dict:
                read = self.part(item, depth + 1)  # type: ignore[arg-type]
            elif kind is list:
                read = self.several(item, depth + 1)  # type: ignore[arg-type]
            if read is not item:
                clean = dict(value) if clean is value else clean
                clean[key] = read
        return clean

    def several(self, value: list[Json], depth: int) -> list[Json]:
        """A list, clean; itself where there is nothing to take out of it."""
        if depth > DEEPEST:
            raise RecursionError(f"nested deeper than {DEEPEST} levels")
        clean = [self.scrub(item, depth + 1) for item in value]
        return value if all(map(is_, clean, value)) else clean

    def without_contacts(self, value: dict[str, Json], depth: int) -> dict[str, Json]:
        """An object without its contacts, which are looked at for the persons in them."""
        self.scrub([item for key, item in value.items() if key in DROPPED], depth)
        return {key: item for key, item in value.items() if key not in DROPPED}

    def text(self, said: str) -> str:
        """One text, clean; short ones that are are remembered, for most come again."""
        clean = self.cleaned(said)
        if clean == said and len(said) <= SHORT:
            self._remember(said)
        return clean

    def cleaned(self, said: str) -> str:
        """One text, clean."""
        clean = said
        for secret, pseudonym_ in self.secrets.items():
            clean = clean.replace(secret, pseudonym_)
        if _may_hold_email(clean):
            clean = EMAIL.sub(NO_EMAIL, clean)
        if _may_hold_number(clean):
            clean = NUMBERS.sub(self._hidden, clean)
        return clean

    def _hidden(self, found: re.Match[str]) -> str:
        dni = found["dni"]
        return found[0] if dni and not _is_dni(dni) else pseudonym(found[0], self.salt)

    def _remember(self, said: str) -> None:
        if len(self.harmless) >= MOST_REMEMBERED:
            self.harmless.clear()
        self.harmless[said] = True


def _may_hold_email(said: str) -> bool:
    return "@" in said or "at)" in said or "at]" in said


def _may_hold_number(said: str) -> bool:
    return len(said) > 8 and DIGITS.search(said) is not None


def canonical(value: Json) -> bytes:
    """JSON in UTF-8 with sorted keys: equal values have equal bytes."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _is_dni(number: str) -> bool:
    digits = number[:-1].rstrip("-").translate(str.maketrans("XYZ", "012"))
    return SPANISH_LETTERS[int(digits) % 23] == number[-1]
