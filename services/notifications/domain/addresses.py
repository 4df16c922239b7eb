"""Mail addresses, compared as mail compares them.

The domain is the same in upper and lower case and in Unicode and Punycode (IDNA 2008); the part before the
``@`` is compared without case, as all large providers do, and in Unicode's composed form (NFC).
"""

from hashlib import sha256
from unicodedata import normalize

import idna


def normal_address(address: str) -> str:
    """The form in which two ways of writing one address are equal; for comparing, not for sending."""
    local, at, domain = normalize("NFC", address.strip()).rpartition("@")
    return f"{normalize('NFC', local.casefold())}{at}{ascii_domain(domain)}"


def same_address(first: str, second: str) -> bool:
    """Whether mail to both arrives at one mailbox, as far as their spelling says."""
    return normal_address(first) == normal_address(second)


def address_hash(address: str) -> str:
    """Return the hash under which an address is stored where the address itself is not."""
    return sha256(normal_address(address).encode()).hexdigest()


def ascii_domain(domain: str) -> str:
    """A domain in lower case and Punycode; one that is no domain name only in lower case."""
    name = domain.strip().rstrip(".")
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return name.casefold()
