"""Who letters come from, and where their links lead: the one place that knows addresses."""

from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from services.notifications.domain.inbound_addresses import InboundAddresses
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.link_tokens import bounce_address, key_for
from shared.facts import Fact, Line

Domain = Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,120}$")]
PATHS = {
    "scorecard": "s",
    "shared": "v",
    "talk": "t",
    "preferences": "p",
    "unsubscribe": "u",
    "feedback": "f",
    "confirm": "c",
    "introduce": "i",
    "outcome": "o",
    "question": "q",
    "sign_in": "in",
}


class Sender(Fact):
    """Addresses and the secret behind the keys; without ``reply_domain`` replies are not offered."""

    site: Line = "https://citiesshare.example"
    domain: Domain = "mail.citiesshare.example"
    account_domain: Domain = "account.citiesshare.example"
    bounce_domain: Domain = "bounce.citiesshare.example"
    reply_domain: Domain | None = None
    list_domain: Domain = "citiesshare.example"
    complaints: Line | None = Field(None, description="Address for RFC 9477 complaint reports")
    name: Line = "CitiesShare"
    secret: Annotated[SecretStr, Field(min_length=16)]

    @property
    def key(self) -> bytes:
        """The secret as the message authentication code wants it."""
        return self.secret.get_secret_value().encode()

    def link(self, scope: str, letter: Letter) -> str:
        """The page on which the reader of ``letter`` may do ``scope``, and nothing else."""
        return f"{self.site.rstrip('/')}/{PATHS[scope]}/{key_for(self.key, scope, letter.id)}"

    def desk(self, address: str, **fields: str) -> str:
        """A page of the desk with some fields filled in; it asks its reader to sign in."""
        query = f"?{urlencode(fields)}" if fields else ""
        return f"{self.site.rstrip('/')}{address}{query}"

    def envelope_from(self, letter: Letter) -> str:
        """The address bounces of this one letter come back to."""
        return bounce_address(self.key, letter.id, self.bounce_domain)

    @property
    def inbound(self) -> InboundAddresses:
        """The addresses that are read, with the secret behind their keys."""
        return InboundAddresses(self.key, self.bounce_domain, self.domain, self.reply_domain, self.complaints)

    def reply_to(self, letter: Letter) -> str | None:
        """The relay address behind which the sharing city reads, where replies are relayed."""
        if self.reply_domain is None or letter.sharing_city is None:
            return None
        return f"r+{key_for(self.key, 'reply', letter.id)}@{self.reply_domain}"
