"""Personal data out, before anything is kept: contact points, e-mail addresses, natural persons.

A natural person who sells to a city (a sole trader) stays recognisable as *the same one* by a salted hash and
by nothing else. What cities and citizens write themselves names posts, not people.
"""

import json
import re
from collections.abc import Iterable
from operator import is_
from string import ascii_uppercase, digits

import orjson
from pydantic import JsonValue, TypeAdapter

from services.submissions.domain.drafts import MODELS, Draft
from services.submissions.domain.json_types import DEEPEST, Json
from services.submissions.domain.natural_persons import is_person, pseudonym, secrets_of
from services.submissions.domain.publisher_profiles import Persons
from shared.messaging.cloudevents import parse_json

NO_EMAIL = "[e-mail removed]"
DROPPED = frozenset(
    {"contactPoint", "contactPoints", "additionalContactPoints", "contactPerson", "persones", "people"}
    | {"beneficialOwners", "email", "telephone", "faxNumber", "phone"}
)
DOMAIN = re.compile(r"(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")  # of an e-mail address
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]++\s?" + DOMAIN.pattern)
NUMBERS = re.compile(
    r"\b(?:(?=[A-Z\d])(?:[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"  # CURP (Mexico)
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # codice fiscale (Italy)
    r"|(?P<dni>(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]))"  # DNI and NIE (Spain), with the right letter only
    r"|(?i:(?=[cdipір])(?:c\.c\.|cc|c[eé]dula(?: de (?:ciudadan[ií]a|identidad|extranjer[ií]a))?|d\.?n\.?i\.?"
    r"|c\.i\.|ci|idnp|іпн|рнокпп|passport|pasaporte))"
    r"[ :]{1,3}(?i:n[oº°]?[. :]{1,2})?\d[\d. ]{4,14}\d)\b"
)  # the letters looked ahead for are those it can begin with
DIGITS = re.compile(r"\d(?:\d\d-?[A-Z]|[\d. ]{4,14}\d)")  # in every number above
PLAIN_DIGITS = re.compile(rb"0(?:00-?A|[0_]{4,14}0)")  # the same in a text's shape, where it is quickly found
SHORT = 200  # a text worth remembering: names, codes, dates come again and again
MOST_REMEMBERED = 1 << 15
HARMLESS: dict[str, bool] = {}  # short texts that hold nothing personal, whoever's they are
SHORTEST_NUMBER = 9  # with the letter or the word that tells what it is
SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def scrubbed(release: dict[str, Json], persons: Persons, salt: bytes) -> dict[str, Json]:
    """The release without natural persons; what holds none is shared with ``release``, which stays as it is.

    Contact points and e-mail addresses are gone; names, numbers and addresses of natural persons are replaced
    by their pseudonym wherever they stand, also inside other texts. Raises RecursionError for more than 64
    levels of nesting.
    """
    scrubber = Scrubber(salt)
    clean = scrubber.part(release, 0)
    if people := [
        organisation for organisation in scrubber.organisations if is_person(organisation, persons)
    ]:
        return Scrubber(salt).part(with_pseudonyms(release, people, salt), 0)
    return clean


def with_pseudonyms(
    release: dict[str, Json], persons: Iterable[dict[str, Json]], salt: bytes
) -> dict[str, Json]:
    """The release with pseudonyms in the place of whatever gives away the ``persons`` it names.

    Contacts, which are to be dropped, stay as they are.
    """
    return Pseudonyms(secrets_of(persons, salt)).in_part(release)


class Pseudonyms:
    """Puts pseudonyms in the place of ``secrets``, also inside other texts; the longest first."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self.secrets = sorted(secrets.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        self.written = [canonical(secret)[1:-1] for secret, _ in self.secrets]

    def in_part(self, part: dict[str, Json]) -> dict[str, Json]:
        """One object, itself where its JSON holds no secret."""
        if not self.stand_in(part):
            return part
        return {
            key if key in DROPPED else self.in_text(key): item if key in DROPPED else self.in_value(item)
            for key, item in part.items()
        }

    def in_value(self, value: Json) -> Json:
        """Any value; itself where its JSON holds no secret."""
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, dict):
            return self.in_part(value)
        return [*map(self.in_value, value)] if isinstance(value, list) and self.stand_in(value) else value

    def in_text(self, text: str) -> str:
        """One text."""
        for secret, pseudonym_ in self.secrets:
            text = text.replace(secret, pseudonym_)
        return text

    def stand_in(self, value: Json) -> bool:
        """Whether a secret may stand in some text of a value: as JSON it is searched at once."""
        written = as_json(value)
        return any(secret in written for secret in self.written)


class Scrubber:
    """Takes contact points, e-mail addresses and identity numbers out of JSON.

    ``organisations`` are the objects with a name that it met, also among the contacts it dropped.
    """

    def __init__(self, salt: bytes) -> None:
        self.salt = salt
        self.organisations: list[dict[str, Json]] = []
        self.harmless = HARMLESS

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
            clean = {self.text(key): item for key, item in value.items()}
            value = value if clean.keys() == value.keys() else clean
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
        self.look([item for key, item in value.items() if key in DROPPED], depth)
        return {key: item for key, item in value.items() if key not in DROPPED}

    def look(self, value: Json, depth: int) -> None:
        """Meet the organisations in what is dropped."""
        if not isinstance(value, dict | list):
            return
        if depth > DEEPEST:
            raise RecursionError(f"nested deeper than {DEEPEST} levels")
        if isinstance(value, dict):
            if "name" in value:
                self.organisations.append(value)
            value = [*value.values()]
        for item in value:
            self.look(item, depth + 1)

    def text(self, text: str) -> str:
        """One text, clean; short ones that are are remembered, for most come again."""
        clean = self.cleaned(text)
        if clean == text and len(text) <= SHORT:
            self._remember(text)
        return clean

    def cleaned(self, text: str) -> str:
        """One text, clean."""
        clean = _without_emails(text) if _may_hold_email(text) else text
        if _may_hold_number(clean):
            clean = NUMBERS.sub(self.hidden, clean)
        return clean

    def hidden(self, match: re.Match[str]) -> str:
        """What stands for an identity number; itself for one that only looks like a DNI."""
        dni = match["dni"]
        return match[0] if dni and not _is_dni(dni) else pseudonym(match[0], self.salt)

    def _remember(self, text: str) -> None:
        if len(self.harmless) >= MOST_REMEMBERED:
            self.harmless.clear()
        self.harmless[text] = True


def _may_hold_email(text: str) -> bool:
    return "@" in text or "at)" in text or "at]" in text


def _without_emails(text: str) -> str:
    """What ``EMAIL.sub`` gives; but it looks only before each domain, for it is slow on long texts."""
    pieces: list[str] = []
    done = 0
    for domain in DOMAIN.finditer(text):
        begin = max(text.rfind(" ", done, max(domain.start() - 1, 0)) + 1, done)
        if email := EMAIL.search(text, begin, domain.end()):
            pieces += text[done : email.start()], NO_EMAIL
            done = email.end()
    return "".join([*pieces, text[done:]])


def _shape_of(byte: int) -> str:
    """What a byte of UTF-8 may be of: a digit (0), a capital (A), a gap (_), a digit beyond ASCII (?)."""
    if byte >= FIRST_OF_OTHER_DIGITS:
        return "x" if byte == NO_DIGITS else "?"
    letter = chr(byte)
    kinds = {"-": "-", ".": "_", " ": "_"} | dict.fromkeys(digits, "0") | dict.fromkeys(ascii_uppercase, "A")
    return kinds.get(letter, "x")


FIRST_OF_OTHER_DIGITS, NO_DIGITS = "\u0660".encode()[0], "\u2000".encode()[0]
SHAPES = "".join(map(_shape_of, range(256))).encode()


def _may_hold_number(text: str) -> bool:
    if len(text) < SHORTEST_NUMBER:
        return False
    shape = text.encode(errors="surrogatepass").translate(SHAPES)
    return (PLAIN_DIGITS.search(shape) or b"?" in shape) and DIGITS.search(text) is not None


def canonical(value: Json) -> bytes:
    """JSON in UTF-8 with sorted keys: equal values have equal bytes."""
    return as_json(value, orjson.OPT_SORT_KEYS)


def as_json(value: Json, option: int = 0) -> bytes:
    """JSON in UTF-8, by the quick writer where it can."""
    try:
        return orjson.dumps(value, option=option)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _is_dni(number: str) -> bool:
    digits = number[:-1].rstrip("-").translate(str.maketrans("XYZ", "012"))
    return SPANISH_LETTERS[int(digits) % 23] == number[-1]


SHORTEST_LIMIT = 40
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
POST = ("contact", "email")  # where the address of a post stands


def cleaned(draft: Draft, salt: bytes) -> Draft:
    """Return ``draft`` without e-mail addresses and identity numbers in its texts.

    The address of a solution's contact stays: it is a post's, given to be written to, and never shown openly.
    """
    document = draft.fact.model_dump(mode="json")
    fact = MODELS[draft.kind].model_validate(_clean(document, Scrubber(salt)))
    return draft.model_copy(update={"fact": fact})


def cleaned_data(data: bytes, salt: bytes) -> bytes:
    """Return the data of a message, which are JSON, without addresses and numbers of persons: to be kept."""
    return orjson.dumps(_clean(_JSON.validate_python(parse_json(data)), Scrubber(salt)))


def cleaned_text(text: str, salt: bytes) -> str:
    """Return one text, clean."""
    return _text(text, Scrubber(salt))


def _text(text: str, scrubber: Scrubber) -> str:
    # A mark may be longer than what it replaces; no field is allowed less than this.
    return scrubber.text(text)[: max(len(text), SHORTEST_LIMIT)]


def _clean(value: JsonValue, scrubber: Scrubber, within: str = "") -> JsonValue:
    if isinstance(value, str):
        return _text(value, scrubber)
    if isinstance(value, list):
        return [_clean(item, scrubber, within) for item in value]
    if isinstance(value, dict):
        return {
            scrubber.text(key): item if (within, key) == POST else _clean(item, scrubber, key)
            for key, item in value.items()
        }
    return value
