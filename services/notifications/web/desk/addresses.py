"""The addresses of the desk's pages about one thing; an id may have any sign in it."""

from urllib.parse import quote

from services.notifications.domain.desk.records import OwnRecord

RECORDS, EDIT, WITHDRAW, EMBARGO = "/desk/records", "/desk/edit", "/desk/withdraw", "/desk/embargo"
REPLY, EFFECT, ASK, QUESTIONS = "/desk/reply", "/desk/effect", "/desk/ask", "/desk/questions"
EVALUATORS, EVALUATIONS = "/desk/evaluators", "/desk/evaluations"
BRIEFING, BRIEFING_PDF = "/desk/briefing", "/desk/briefing.pdf"


def page_of(page: str, name: str) -> str:
    """Return the address of ``page`` about what has the id ``name``."""
    return f"{page}/{quote(name, safe='/:|')}"


def record_address(kind: str, record: str, begins: str = RECORDS) -> str:
    """Return the address of a page about a record."""
    return page_of(f"{begins}/{kind}", record)


def reply_address(attempt: str) -> str:
    """Return the address of the page to reply to an attempt, by its id ``<solution>|<city>``."""
    return page_of(REPLY, attempt)


def ask_address(solution: str) -> str:
    """Return the address of the form that asks the city of a solution."""
    return page_of(ASK, solution)


def question_address(question: str) -> str:
    """Return the address of the page of a question."""
    return page_of(QUESTIONS, question)


def effect_address(adoption: str) -> str:
    """Return the address of the page to report what came of an adoption, by its id ``<solution>|<city>``."""
    return page_of(EFFECT, adoption)


def evaluators_address(solution: str) -> str:
    """Return the address of the evaluators of a solution."""
    return page_of(EVALUATORS, solution)


def evaluation_address(evaluation: str) -> str:
    """Return the address of the evaluator's own page."""
    return page_of(EVALUATIONS, evaluation)


def own_briefing_address(solution: str, page: str = BRIEFING) -> str:
    """Return the address of the briefing for the own city, or of its PDF."""
    return page_of(page, solution)


def address_of(record: OwnRecord) -> str:
    """Return the address of the page of ``record``."""
    return record_address(record.kind, record.id)
