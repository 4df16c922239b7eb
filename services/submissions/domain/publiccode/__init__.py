"""publiccode.yml: what public software says of itself, read as a solution that cities may copy."""

from services.submissions.domain.publiccode.checks import Reference
from services.submissions.domain.publiccode.conformity import OFFLINE, Remark
from services.submissions.domain.publiccode.entry import Adopter, Entry, Rejected, Verdict
from services.submissions.domain.publiccode.read import read
from services.submissions.domain.publiccode.solution import (
    solution_id,
    sustainability_risks,
    to_implementations,
    to_solution,
)

__all__ = [
    "OFFLINE",
    "Adopter",
    "Entry",
    "Reference",
    "Rejected",
    "Remark",
    "Verdict",
    "read",
    "solution_id",
    "sustainability_risks",
    "to_implementations",
    "to_solution",
]
