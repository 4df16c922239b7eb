"""The addresses of the desk's pages about one record."""

from urllib.parse import quote

from services.notifications.domain.desk.records import OwnRecord

RECORDS, EDIT, REPLY, EFFECT = "/desk/records", "/desk/edit", "/desk/reply", "/desk/effect"
ASK, QUESTIONS = "/desk/ask", "/desk/questions"


def record_address(kind: str, record: str, begins: str = RECORDS) -> str:
    """Return the address of a page about a record; its id may have any sign in it."""
    return f"{begins}/{kind}/{quote(record, safe='/:|')}"


def reply_address(attempt: str) -> str:
    """Return the address of the page to reply to an attempt, by its id ``<solution>|<city>``."""
    return f"{REPLY}/{quote(attempt, safe='/:|')}"


def ask_address(solution: str) -> str:
    """Return the address of the form that asks the city of a solution."""
    return f"{ASK}/{quote(solution, safe='/:|')}"


def question_address(question: str) -> str:
    """Return the address of the page of a question."""
    return f"{QUESTIONS}/{quote(question)}"


def effect_address(adoption: str) -> str:
    """Return the address of the page to report what came of an adoption, by its id ``<solution>|<city>``."""
    return f"{EFFECT}/{quote(adoption, safe='/:|')}"


def address_of(record: OwnRecord) -> str:
    """Return the address of the page of ``record``."""
    return record_address(record.kind, record.id)
