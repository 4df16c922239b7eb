"""Regular expressions for the spellings of a name, an e-mail address or a telephone number in folded text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.erasure.folded_text import fold

# Between the parts of a name: white space, punctuation, or HTML tags.
BETWEEN = r"(?:<[^<>]{1,40}>|[\W_]){1,8}"
AT = r"\s?(?:@|\(at\)|\[at\])\s?"
BETWEEN_DIGITS = r"[\s().\-/]{0,3}"
SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ñ": "n"}
PHONE = re.compile(r"[+\d][\d\s().\-/]+")
FEWEST_DIGITS = 6


class NamePattern(NamedTuple):
    """A pattern, and ``hints``: every text that it matches contains one of them."""

    pattern: re.Pattern[str]
    hints: tuple[str, ...]

    def is_in(self, folded: str) -> bool:
        """Return whether the pattern matches in ``folded``; the hints exclude most texts quickly."""
        hinted = not self.hints or any(hint in folded for hint in self.hints)
        return hinted and self.pattern.search(folded) is not None

    def finditer(self, folded: str) -> Iterator[re.Match[str]]:
        """Return the matches in ``folded``."""
        return self.pattern.finditer(folded)


def of(word: str) -> NamePattern:
    """Return the pattern of one name, e-mail address or telephone number."""
    if "@" in word:
        return _address(word)
    if PHONE.fullmatch(word) and sum(map(str.isdigit, word)) >= FEWEST_DIGITS:
        return _phone(word)
    return _name(word)


def _name(word: str) -> NamePattern:
    """Match the parts of a name in their order, or rotated: ``Mustermann, Erika``."""
    parts = [_spellings(part) for part in re.split(r"[\W_]+", word) if part]
    rotations = [parts[start:] + parts[:start] for start in range(len(parts))]
    orders = (BETWEEN.join(f"(?:{'|'.join(map(re.escape, part))})" for part in order) for order in rotations)
    pattern = rf"(?<![^\W_])(?:{'|'.join(orders)})(?![^\W_])"
    longest = max(parts, key=lambda spellings: min(map(len, spellings)))
    return NamePattern(re.compile(pattern), longest)


def _spellings(part: str) -> tuple[str, ...]:
    """Return the spellings without accents: ``müller`` as ``muller`` and ``mueller``, and back."""
    spelled = part.casefold()
    for letter, replacement in SPELLED.items():
        spelled = spelled.replace(letter, replacement)
    plain, written = fold(part), fold(spelled)
    back = re.sub(r"(?<=[aou])e", "", plain)
    return tuple(dict.fromkeys((plain, written, back if len(back) > 3 else plain)))


def _address(word: str) -> NamePattern:
    """Match an address with any sub-address; an international domain as Unicode and as ``xn--`` (IDNA)."""
    local, _, domain = word.rpartition("@")
    domains = dict.fromkeys(fold(form) for form in (domain, *_other_form(domain)))
    either = "|".join(map(re.escape, domains))
    pattern = rf"(?<![\w.+-]){re.escape(fold(local))}(?:\+[\w.-]{{1,64}})?{AT}(?:{either})(?![\w-]|\.\w)"
    return NamePattern(re.compile(pattern), tuple(domains))


def _other_form(domain: str) -> Iterator[str]:
    """Yield ``xn--krakw-3ta.pl`` for ``kraków.pl``, and the other way round."""
    try:
        yield domain.encode("idna").decode() if not domain.isascii() else domain.encode().decode("idna")
    except UnicodeError:
        return


def _phone(word: str) -> NamePattern:
    """Match a number with and without its country code, with any grouping of its digits."""
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", word))
    abroad = word.strip().startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if abroad else digits
    forms = [rf"(?:\+|00)?{_grouped(digits, trunk=True)}"]
    if abroad:
        forms += [_grouped("0" + digits[cut:]) for cut in (1, 2, 3) if len(digits) - cut >= FEWEST_DIGITS]
    elif digits.startswith("0"):
        forms.append(rf"(?:\+|00)\d{{1,3}}{BETWEEN_DIGITS}(?:\(0\)\s?)?{_grouped(digits[1:])}")
    return NamePattern(re.compile(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)"), ())


def _grouped(digits: str, *, trunk: bool = False) -> str:
    zero = r"(?:\(0\)\s?)?" if trunk else ""
    first = "".join(digit + BETWEEN_DIGITS + zero for digit in digits[:3])
    return first + BETWEEN_DIGITS.join(digits[3:])
