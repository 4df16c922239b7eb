"""Read what came back: delivery status notifications, complaint reports, unsubscribes by mail.

The standard parts are read first; ``flufl.bounce`` is asked only about letters that are neither.
"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from services.notifications.domain.bounces import Returned, grade_of
from services.notifications.domain.tokens import delivery_bounced, delivery_of


def read_return(raw: bytes, envelope_to: str, secret: bytes) -> Returned | None:
    """What ``raw``, mailed to ``envelope_to``, says about which delivery; ``None`` where it says nothing.

    Only the address it was returned to names the delivery, since only that cannot be made up: a report to any
    other address has none.
    """
    message = message_from_bytes(raw, policy=policy.default)
    delivery = delivery_bounced(secret, envelope_to)
    reported = _status_report(message, delivery) or _complaint(message, delivery)
    return reported or _guessed(raw, delivery)


def unsubscribed(raw: bytes, secret: bytes) -> str | None:
    """The delivery whose reader unsubscribed by mail: the key is the subject."""
    subject = str(message_from_bytes(raw, policy=policy.default).get("Subject", ""))
    return delivery_of(secret, "unsubscribe", subject.strip())


def _status_report(message: EmailMessage, delivery: str | None) -> Returned | None:
    report = next(_parts(message, "message/delivery-status"), None)
    if report is None:
        return None
    blocks = [part for part in report.get_payload() if isinstance(part, Message)]
    recipients = [block for block in blocks if block.get("Final-Recipient") or block.get("Action")]
    if not recipients:
        return None
    block, status = recipients[0], _first_word(recipients[0].get("Status"))
    return Returned(
        delivery=delivery,
        address=_address(block.get("Original-Recipient") or block.get("Final-Recipient")),
        grade=grade_of(block.get("Action"), status),
        status=status,
        diagnostic=_one_line(block.get("Diagnostic-Code")),
    )


def _complaint(message: EmailMessage, delivery: str | None) -> Returned | None:
    """An abuse report (ARF, RFC 5965)."""
    report = next(_parts(message, "message/feedback-report"), None)
    if report is None:
        return None
    fields = message_from_bytes(_bytes_of(report))
    address = _address(fields.get("Original-Rcpt-To"))
    return Returned(
        delivery=delivery, address=address, grade="complaint", diagnostic=fields.get("Feedback-Type")
    )


def _guessed(raw: bytes, delivery: str | None) -> Returned | None:
    try:
        temporary, permanent = all_failures(message_from_bytes(raw))
    except (LookupError, ValueError, TypeError, AttributeError):  # its detectors trip over odd messages
        return None
    for addresses, grade in ((permanent, "hard"), (temporary, "soft")):
        if addresses:
            first = min(addresses).decode("ascii", "replace")
            return Returned.model_validate({"delivery": delivery, "address": first, "grade": grade})
    return None


def _parts(message: EmailMessage, kind: str) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() == kind)


def _bytes_of(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _address(field: str | None) -> str | None:
    """``rfc822; somebody@example.org`` gives the address."""
    return parseaddr(field.partition(";")[2] or field)[1] or None if field else None


def _first_word(field: str | None) -> str | None:
    return field.split()[0] if field and field.split() else None


def _one_line(field: str | None) -> str | None:
    return " ".join(field.split())[:500] if field else None
