"""What was wrong in a release and was mended: a code, and where. CODES is the vocabulary of repairs."""

from dataclasses import dataclass, field
from typing import NamedTuple

CODES: dict[str, str] = {
    "amount-ambiguous": "An amount as text (1.000) may be a thousand or one; it is taken as not known.",
    "amount-decimals": "An amount has more decimals than its currency; it was rounded.",
    "amount-bad": "An amount is not a number, or is negative; it is taken as not known.",
    "amount-zero": "An amount is 0, which many systems write for an empty field; it is taken as not known.",
    "buyer-by-role": "There is no buyer; the procuring entity, or the party in the role of buyer, was taken.",
    "buyer-unknown": "No buyer is named anywhere.",
    "city-unsure": "Which city the buyer is of is doubtful; a reviewer decides, and nobody is written to.",
    "control-character": "A raw control character (tab, line break) stood inside a text; it was read.",
    "currency-default": "The currency is missing; the publisher's own was taken.",
    "currency-missing": "The currency is missing and the publisher has no default; the amount is not usable.",
    "currency-sign": "A currency was written as a sign or name that means one (€, US$); its code was taken.",
    "currency-unknown": "A currency is no code of ISO 4217; the amount is taken as not known.",
    "date-bad": "A date cannot be read; it is taken as not known.",
    "date-missing": "The release has no date; it is ordered by its package, before all dated ones.",
    "date-naive": "A time has no zone; the publisher's was taken.",
    "duplicate": "An entry stands twice in a list; one was dropped.",
    "duplicate-key": "A key stands twice with the same value in one object.",
    "encoding": "The bytes are not UTF-8; they were read as Windows-1252 or as the sender declared.",
    "encoding-lost": "Characters were lost before we got the text (replacement marks, broken pairs).",
    "html-entity": "HTML entities stood in a text and were resolved.",
    "id-missing": "The release has no id; the hash of its content is used.",
    "id-reused": "One id stands for different contents; both were kept.",
    "list-expected": "A single value stood where a list is due.",
    "mojibake": "Text looks encoded twice; it was left as it is.",
    "no-parties": "Organisations are written out where they are named, as in OCDS 1.0.",
    "number-as-text": "A number was written as text.",
    "object-expected": "Something else stood where an object is due; it was taken as absent.",
    "ocid-prefix": "The ocid has no registered prefix; the process is named after its publisher.",
    "ocid-case": "The ocid's prefix is in capitals; it is read in small letters, the rest as written.",
    "pre-1.0": "Field names from before OCDS 1.0 were translated.",
    "release-linked": "A record links to a release beside those that it embeds; the link was not read.",
    "status-artefact": "This publisher's status says nothing (known artefact); it was ignored.",
    "status-behind": "The tender still says it is under way although something was awarded.",
    "status-missing": "The tender has no usable status; the stage was read from the tags and what is there.",
    "status-unknown": "A status is in no codelist and no table of this publisher; it is taken as not known.",
    "tag-contradicts-status": "A contract is tagged as ended and says it is active, or the other way round.",
    "translated-only": "A text is given only in named languages (title_en), not as such; one was taken.",
    "text-bad": "Something other than text stood where text is due; it is taken as absent.",
    "text-missing": "There is no title or description; another release of its process may have one.",
    "text-cut": "A text was longer than 10,000 characters and was cut.",
    "title-missing": "There is no title; the start of the description stands in for it.",
    "title-reference": "The title is a number or a status; the next text that describes it stands in.",
    "wrapped-value": "A value was wrapped by a database's export or nested once too often.",
}


class Defect(NamedTuple):
    """A repair: what kind, and at which JSON path of the release."""

    code: str
    path: str


Path = str | tuple["Path", str | int]
"""Where something stands: written out, or the path above with the name or place in it, which costs less."""


def written(path: Path) -> str:
    """A path as people read it: ``releases[0].tender.status``."""
    steps: list[str] = []
    while isinstance(path, tuple):
        path, step = path
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return (path + "".join(reversed(steps))).removeprefix(".")


@dataclass(slots=True)
class DefectLog:
    """Collects the defects of one release, each (code, path) once; ``notes`` counts also the repeated."""

    entries: dict[Defect, None] = field(default_factory=dict)
    notes: int = 0

    def note(self, code: str, path: Path) -> None:
        """Remember a repair; ``code`` must be one of CODES."""
        assert code in CODES, code
        self.entries[Defect(code, written(path))] = None
        self.notes += 1

    @property
    def defects(self) -> tuple[Defect, ...]:
        """All repairs, sorted, so that the same release always tells the same."""
        return tuple(sorted(self.entries))
