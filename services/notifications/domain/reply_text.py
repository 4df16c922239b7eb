"""What of a reply is passed on: the new words alone, without addresses, keys and quotations of our letter.

A quotation may stand above, below or between the new words. Marked lines (``>``) go wherever they stand. Some
mail programs do not mark what they quote: below their header block, and in general, a line goes where it is
found in the letter that was answered. All of it takes time in proportion to its input.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple
from unicodedata import normalize

MOST = 8_000
GRAM = 12
"""So many letters in a row are compared with the letter that was answered."""
QUOTED = re.compile(r"\s{0,20}[>＞›]")
SEPARATOR = re.compile(r"\s{0,20}(-{4,}\s{0,5}[^\s-]|_{10,}\s*$)")
LABEL = re.compile(r"[\s*]{0,10}[^\W\d_][^:：\n]{0,30}[:：]")
DATED = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\d年")
KEY = re.compile(r"(?<![a-z2-7])(?:[a-z2-7]{35}|[a-z2-7]{24}\.[a-z2-7]{8})(?![a-z2-7])", re.IGNORECASE)
BETWEEN = re.compile(r"([\s<>()\[\],;:]+)")
WORD_END = re.compile(r"(\s+)")
WROTE = (
    "wrote", "writes", "schrieb", "écrit", "escribió", "va escriure", "escrigué", "escreveu", "scritto",
    "schreef", "geschreven", "skrev", "kirjoitti", "kirjutas", "napisał", "пишет", "написал", "пише",
    "έγραψε", "scríobh", "書きました", "のメール", "napsal", "írta", "rašė", "scris", "yazdı",
    "написа", "pisao",
)  # fmt: skip
MOST_INTRODUCTION = 300
MANY_BLANKS = re.compile(r"\n{3,}")
NO_LETTERS = re.compile(r"[\W_]+")


class Ours(NamedTuple):
    """What must not pass: links to our ``site``, lines that name ``name`` with an address under ``domains``,
    and the full ``people`` as they are called in the letter."""

    site: str
    name: str = "CitiesShare"
    domains: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Original:
    """The letter that was answered, so that a line of it is known again without any mark.

    Lines are compared by their letters and digits alone.
    """

    letters: str = ""
    lines: frozenset[str] = frozenset()
    grams: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Original":
        """The letter in each form a mail program may quote: its text, and the text of its HTML."""
        several = tuple(texts)
        lines = frozenset(_letters(line) for text in several for line in text.split("\n"))
        letters = tuple(map(_letters, several))
        grams = frozenset(gram for letter in letters for gram in _grams(letter))
        return cls("\n".join(letters), lines - {""}, grams)

    def ends_with(self, letters: str) -> bool:
        """Whether a short line may be the rest of one that was wrapped: the letter has it somewhere."""
        return len(letters) < GRAM and letters in self.letters

    def holds(self, letters: str, share: float) -> bool:
        """Whether a line stands in the letter: all of a short one, of a longer one at least a ``share``."""
        if len(letters) < GRAM:
            return letters in self.lines
        grams = _grams(letters)
        return sum(map(self.grams.__contains__, grams)) >= share * len(grams)


NO_LETTER = Original()
LIKELY, BELOW_A_HEADER_BLOCK = 0.6, 0.3


class _Where(Enum):
    """Where in the mail a line stands."""

    WORDS = auto()
    SIGNATURE = auto()
    UNMARKED = auto()
    """Below a header block or a separator: what follows is quoted without marks."""
    DEEPER = auto()
    """Below the second such block: a quotation of a quotation, which is not the letter any more."""


@dataclass
class _Reading:
    """The lines kept so far, and where the next one stands."""

    ours: Ours
    original: Original
    where: _Where = _Where.WORDS
    after_quotation: bool = False
    lines: list[str] = field(default_factory=list)

    def read(self, line: str, *, heads_a_block: bool) -> None:
        if heads_a_block or SEPARATOR.match(line):
            self._begin_unmarked()
        elif QUOTED.match(line):
            self._leave_out()
            if self.where is _Where.SIGNATURE:
                self.where = _Where.WORDS
        elif line.strip() == "--" and self.where is _Where.WORDS:
            self.where = _Where.SIGNATURE
        elif self.where in (_Where.WORDS, _Where.UNMARKED):
            self._keep(line)

    def _begin_unmarked(self) -> None:
        _drop_introduction(self.lines, self.ours)
        before = self.where
        self.where = _Where.DEEPER if before in {_Where.UNMARKED, _Where.DEEPER} else _Where.UNMARKED

    def _keep(self, line: str) -> None:
        plain = _without_links(line, self.ours.site)
        if _names_us(line, self.ours):
            _drop_begun_introduction(self.lines, self.ours)
            self.after_quotation = True
        elif self._is_of_the_letter(plain):
            self._leave_out()
        elif plain.strip() or not line.strip():
            self.lines.append(plain.rstrip())
            self.after_quotation = False

    def _is_of_the_letter(self, line: str) -> bool:
        if not line.strip():
            return False
        below_a_block = self.where is _Where.UNMARKED
        letters = _letters(line)
        if not letters:
            return below_a_block or self.after_quotation
        rest = (self.after_quotation or below_a_block) and self.original.ends_with(letters)
        return rest or self.original.holds(letters, BELOW_A_HEADER_BLOCK if below_a_block else LIKELY)

    def _leave_out(self) -> None:
        _drop_introduction(self.lines, self.ours)
        self.after_quotation = True


def new_words(text: str, ours: Ours, original: Original = NO_LETTER) -> str:
    """What somebody wrote around the quoted letter ``original``; ``""`` where nothing is new.

    The quoted letter holds keys that are its reader's alone, and mail programs put lines before it that name
    people and addresses; all of that is left out.
    """
    plain = normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    lines = MANY_BLANKS.sub("\n\n", plain).split("\n")
    labelled = [bool(LABEL.match(line)) for line in lines]
    reading, block_ends = _Reading(ours, original), -1
    for number, line in enumerate(lines):
        heads = number > block_ends and labelled[number] and _is_head(lines, labelled, number, ours)
        heads = heads and not original.holds(_letters(line), LIKELY)  # letters have lines with labels, too
        if heads:
            block_ends = _end_of_block(labelled, number)
        if heads or number > block_ends:
            reading.read(line, heads_a_block=heads)
    words = MANY_BLANKS.sub("\n\n", "\n".join(reading.lines)).strip()
    return _without_people(_without_addresses(KEY.sub("…", words)), ours.people)


def _is_head(lines: list[str], labelled: list[bool], number: int, ours: Ours) -> bool:
    """Whether the header block of a quoted letter begins here: ``From: …`` with an address or our name, and
    two more labels in the three lines below it."""
    named = "@" in lines[number] or ours.name.casefold() in lines[number].casefold()
    return named and sum(labelled[number + 1 : number + 4]) >= 2


def _end_of_block(labelled: list[bool], number: int) -> int:
    last = number
    while last + 1 < len(labelled) and labelled[last + 1] and last - number < 8:
        last += 1
    return last


def _drop_introduction(lines: list[str], ours: Ours) -> None:
    """Take off the blank lines, and the lines that introduce a quotation and name who wrote it and when."""
    while lines and not lines[-1]:
        lines.pop()
    if not lines or not _introduces(lines[-1], ours):
        return
    lines.pop()
    _drop_begun_introduction(lines, ours)


def _drop_begun_introduction(lines: list[str], ours: Ours) -> None:
    """Take off the first lines of an introduction whose last line is gone already."""
    for _ in range(2):
        if lines and lines[-1] and _begins_introduction(lines[-1], ours):
            lines.pop()


def _introduces(line: str, ours: Ours) -> bool:
    if len(line) > MOST_INTRODUCTION or not line.rstrip().endswith((":", "：")):
        return False
    folded = line.casefold()
    return "@" in line or bool(DATED.search(line)) or _says_who(folded, ours)


def _says_who(folded: str, ours: Ours) -> bool:
    return ours.name.casefold() in folded or any(word in folded for word in WROTE)


def _begins_introduction(line: str, ours: Ours) -> bool:
    """Whether a line is the first half of an introduction that was wrapped."""
    if len(line) > MOST_INTRODUCTION:
        return False
    return line.rstrip().endswith("<") or bool(DATED.search(line)) or ours.name.casefold() in line.casefold()


def _names_us(line: str, ours: Ours) -> bool:
    """Whether a line has an address under one of our domains: it introduces what follows."""
    folded = line.casefold()
    return "@" in folded and any(f"@{domain}" in folded for domain in ours.domains)


def _without_links(line: str, site: str) -> str:
    """A line without the links to our pages; each opens what is its reader's alone."""
    if site not in line:
        return line
    return "".join("" if site in word else word for word in WORD_END.split(line))


def _without_addresses(words: str) -> str:
    return "".join("…" if "@" in normalize("NFKC", word) else word for word in BETWEEN.split(words))


def _without_people(words: str, people: tuple[str, ...]) -> str:
    for name in people:
        if " " in name.strip():
            words = words.replace(name.strip(), "…")
    return words


def _letters(text: str) -> str:
    """Letters and digits alone: however a mail program wraps, indents or marks a line, they stay."""
    return NO_LETTERS.sub("", normalize("NFKC", text).casefold())


def _grams(letters: str) -> list[str]:
    return [letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)]
