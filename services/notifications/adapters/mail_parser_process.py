"""The process that parses mail: bounded in memory, without secrets, and nothing is lost when it dies.

    python -m services.notifications.adapters.mail_parser_process MEGABYTES

It is given mails, and answers each with JSON: ``{"mail": …}``, or ``{"unreadable": "why"}``.
"""

import json
import sys
from dataclasses import asdict

from services.notifications.adapters.child_process import answer_questions
from services.notifications.adapters.mail_parser import read_mail
from services.notifications.domain.parsed_mail import MailParseError


def main() -> None:
    """Answer until the input ends."""
    answer_questions(lambda raw: json.dumps(_answer(raw)).encode(), int(sys.argv[1]))


def _answer(raw: bytes) -> dict[str, object]:
    try:
        return {"mail": asdict(read_mail(raw))}
    except MailParseError as error:
        return {"unreadable": str(error)}
    except MemoryError:
        raise  # who read too much has broken pieces in hand: the process ends, the next mail gets a new one
    except Exception as error:  # noqa: BLE001 - whatever a mail makes the parser raise, that mail is set aside
        return {"unreadable": f"the parser failed: {type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    main()
