"""The addresses mail comes back to, and what the key in each allows; everything else reaches nobody."""

from typing import Literal, NamedTuple

from services.notifications.domain.addresses import same_address
from services.notifications.domain.link_tokens import LENGTH, delivery_bounced, delivery_of

MOST_ADDRESS = 320
Purpose = Literal["bounce", "reply", "unsubscribe", "complaint"]


class Destination(NamedTuple):
    """What a mail to one of our addresses is for, and the delivery whose key the address has.

    An unsubscribe has its key in the subject, a complaint in the message it reports: they have none here.
    """

    purpose: Purpose
    delivery: str = ""


class InboundAddresses(NamedTuple):
    """Our addresses that are read, and the secret behind their keys."""

    secret: bytes
    bounce_domain: str
    mail_domain: str
    reply_domain: str | None = None
    complaints: str | None = None

    def destination(self, address: str) -> Destination | None:
        """What mail to ``address`` is for; ``None`` where nobody reads it or its key is not ours."""
        if len(address) > MOST_ADDRESS:
            return None
        local, _, domain = address.lower().rpartition("@")
        if self.complaints is not None and same_address(address, self.complaints):
            return Destination("complaint")
        if domain == self.mail_domain and local == "unsubscribe":
            return Destination("unsubscribe")
        return self._keyed(address, local, domain)

    def unsubscribed(self, subject: str) -> str | None:
        """The delivery whose key to unsubscribe is in a subject."""
        words = subject.lower().split()
        deliveries = (delivery_of(self.secret, "unsubscribe", word) for word in words if len(word) == LENGTH)
        return next((delivery for delivery in deliveries if delivery), None)

    def reported(self, headers: str) -> str | None:
        """The delivery whose key is in the headers of a reported message: in its return path or its links.

        Only who has the letter has the key; a Message-ID alone anybody could make up.
        """
        for word in _words(headers):
            if (delivery := self._in_word(word)) is not None:
                return delivery
        return None

    def _keyed(self, address: str, local: str, domain: str) -> Destination | None:
        if domain == self.bounce_domain and local.startswith("b+"):
            delivery = delivery_bounced(self.secret, address)
            return Destination("bounce", delivery) if delivery else None
        if domain == self.reply_domain and local.startswith("r+"):
            delivery = delivery_of(self.secret, "reply", local.removeprefix("r+"))
            return Destination("reply", delivery) if delivery else None
        return None

    def _in_word(self, word: str) -> str | None:
        if word.endswith(f"@{self.bounce_domain}"):
            return delivery_bounced(self.secret, word)
        key = word.rpartition("=" if "=" in word else "/")[2]
        return delivery_of(self.secret, "unsubscribe", key) if len(key) == LENGTH else None


def _words(headers: str) -> list[str]:
    for mark in "<>,;\"'":
        headers = headers.replace(mark, " ")
    return headers.lower().split()
