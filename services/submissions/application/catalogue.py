"""publiccode.yml files beside the OCDS ones: a solution, and an unconfirmed attempt per adopter."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from services.submissions.domain import publiccode
from services.submissions.domain.drafts import Draft
from services.submissions.domain.imported_facts import ImportedFact, Origin
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ocds.json_decoder import decode
from services.submissions.domain.personal_data import Scrubber, cleaned
from services.submissions.domain.places import Judgement, Place
from services.submissions.domain.publiccode import PubliccodeEntry, PubliccodeRemark, RejectedEntry
from services.submissions.domain.validation import complaints_in
from shared.events import CatalogueEntry, Complaint
from shared.facts import UNRESOLVED, Implementation, Solution

NOT_UTF_8 = "publiccode.yml is a UTF-8 file, save it as such"
MAINTAINERS_WORD = Judgement("unknown", "none", 0.0)


@dataclass(frozen=True)
class Catalogue:
    """Reads catalogue entries that come as messages: drafts, for maintainers are no city.

    ``reference`` gives what an entry is checked against; it is read when the first entry comes.
    """

    reference: Callable[[], publiccode.PubliccodeReference]
    salt: bytes

    def take(self, data: bytes, as_of: date, city: str | None) -> MessageAssessment:
        """Return the drafts of an entry: its solution, and an attempt for each adopter whose city is clear.

        ``city`` is the publisher's own, where it is one. ``data`` has been judged by its shape before.
        """
        report = CatalogueEntry.model_validate(decode(data).value)
        entry = publiccode.read(report.publiccode, self.reference())
        if isinstance(entry, RejectedEntry):
            return MessageAssessment(complaints=tuple(complaint for complaint, _ in complaints_of(entry)))
        try:
            solution = publiccode.to_solution(entry, as_of, city)
            facts: list[Solution | Implementation] = [solution, *publiccode.to_implementations(entry)]
        except ValidationError as error:  # an address of more than 500 characters, say
            return MessageAssessment(complaints=tuple(complaints_in(error)))
        drafts = [cleaned(Draft(fact=fact, state="draft"), self.salt) for fact in facts]
        return MessageAssessment(tuple(drafts), tuple(complaint_of(remark) for remark in entry.defects))


def entry_in(raw: bytes, reference: publiccode.PubliccodeReference) -> PubliccodeEntry | RejectedEntry:
    """Read a publiccode.yml; what is not UTF-8 is refused, as the standard's own parser refuses it."""
    wrong = not_utf_8(raw)
    return RejectedEntry((wrong,)) if wrong else publiccode.read(raw.decode(), reference)


def not_utf_8(raw: bytes) -> PubliccodeRemark | None:
    """Return what is said of the bytes of a publiccode.yml that are not UTF-8, or None."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return PubliccodeRemark("", line, f"byte {error.start} is not UTF-8: {NOT_UTF_8}")
    return None


def complaints_of(rejected: RejectedEntry) -> Iterator[tuple[Complaint, int]]:
    """What is wrong with a file that cannot be used, each with its line."""
    for remark in rejected.defects:
        yield complaint_of(remark), remark.line


def complaint_of(remark: PubliccodeRemark) -> Complaint:
    """One broken rule of the standard, in the words of the rejection contract."""
    return Complaint(path=remark.path, message=remark.message[:500])


def imported(entry: PubliccodeEntry, package: str, as_of: date, salt: bytes) -> Iterator[ImportedFact]:
    """The drafts of one entry: its solution, then each adopter whose city is clear."""
    solution = Solution.model_validate(
        Scrubber(salt).scrub(publiccode.to_solution(entry, as_of).model_dump(mode="json"))
    )
    yield _imported(solution, solution.id, solution.city, entry, package)
    for attempt in publiccode.to_implementations(entry):
        identifier = f"{attempt.solution}#adopter={attempt.city}"
        yield _imported(attempt, identifier, attempt.city, entry, package)


def _imported(
    fact: Solution | Implementation, identifier: str, city: str, entry: PubliccodeEntry, package: str
) -> ImportedFact:
    resolved = None if city == UNRESOLVED else city
    return ImportedFact(
        fact=fact,
        id=identifier,
        process=publiccode.solution_id(entry.url),
        city=resolved,
        place=Place(resolved, "name" if resolved else "none", 0.9 if resolved else 0.0),
        government=MAINTAINERS_WORD,
        defects=tuple(sorted({f"publiccode:{remark.path or 'file'}"[:200] for remark in entry.defects})),
        origin=Origin(publisher=entry.owner, package=package[:500], licence=entry.licence),
    )
