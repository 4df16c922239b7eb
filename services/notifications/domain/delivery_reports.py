"""What a returned mail means for a delivery: status notifications, complaint reports, older bounces."""

from services.notifications.domain.bounces import BounceReport, Grade, grade_of, grade_of_feedback, status_of
from services.notifications.domain.parsed_mail import ParsedMail


def read_return(mail: ParsedMail, delivery: str) -> BounceReport | None:
    """What ``mail`` says about ``delivery``; ``None`` where it says nothing.

    ``delivery`` comes from a key that only we can make; a report itself anybody could make up.
    """
    return _status(mail, delivery) or read_feedback(mail, delivery) or _guessed(mail, delivery)


def read_feedback(mail: ParsedMail, delivery: str) -> BounceReport | None:
    """What a feedback report (ARF, RFC 5965) says about ``delivery``."""
    if mail.feedback is None:
        return None
    kind = mail.feedback.kind
    grade = grade_of_feedback(kind)
    return BounceReport(delivery=delivery, address=mail.feedback.address, grade=grade, diagnostic=kind)


def _status(mail: ParsedMail, delivery: str) -> BounceReport | None:
    """The first recipient counts: a letter has one."""
    if not mail.recipients:
        return None
    first = mail.recipients[0]
    return BounceReport(
        delivery=delivery,
        address=first.address,
        grade=grade_of(first.action, first.status, first.diagnostic),
        status=status_of(first.status, first.diagnostic),
        diagnostic=first.diagnostic,
    )


def _guessed(mail: ParsedMail, delivery: str) -> BounceReport | None:
    guesses: tuple[tuple[tuple[str, ...], Grade], ...] = ((mail.failed, "hard"), (mail.delayed, "soft"))
    for addresses, grade in guesses:
        if addresses:
            return BounceReport(delivery=delivery, address=addresses[0], grade=grade)
    return None
