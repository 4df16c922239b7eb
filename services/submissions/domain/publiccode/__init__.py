"""publiccode.yml: what public software says of itself, read as a solution that cities may copy."""

from services.submissions.domain.publiccode.mapping import (
    solution_id,
    sustainability_risks,
    to_implementations,
    to_solution,
)
from services.submissions.domain.publiccode.reader import (
    Adopter,
    PubliccodeEntry,
    RejectedEntry,
    Verdict,
    read,
)
from services.submissions.domain.publiccode.validator import OFFLINE, PubliccodeRemark
from services.submissions.domain.publiccode.value_checks import PubliccodeReference

__all__ = [
    "OFFLINE",
    "Adopter",
    "PubliccodeEntry",
    "PubliccodeReference",
    "PubliccodeRemark",
    "RejectedEntry",
    "Verdict",
    "read",
    "solution_id",
    "sustainability_risks",
    "to_implementations",
    "to_solution",
]
