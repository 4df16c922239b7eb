"""publiccode.yml: what public software says of itself, read as a solution that cities may copy."""

from services.submissions.domain.publiccode.mapping import (
    solution_id,
    sustainability_risks,
    to_implementations,
    to_solution,
)
from services.submissions.domain.publiccode.models import Adopter, Entry, Rejected, Verdict
from services.submissions.domain.publiccode.reader import read
from services.submissions.domain.publiccode.validator import OFFLINE, Remark
from services.submissions.domain.publiccode.value_checks import Reference

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
