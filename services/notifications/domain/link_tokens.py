"""Short names that cannot be guessed: delivery addresses and the keys in a letter's links.

A key is the delivery's own id and eleven characters of a message authentication code over what may be done
with it: 35 characters in all, short enough that a List-Unsubscribe header never needs folding inside its
address, and nothing has to be looked up to know whether it is genuine. 55 bits: guessed only by asking us.
"""

import hmac
from base64 import b32encode
from hashlib import blake2b

NAME = 24
LENGTH = 35


def name_of(*parts: str) -> str:
    """A 24-character name drawn from facts: the same facts give the same name."""
    return _text(blake2b("|".join(parts).encode(), digest_size=15).digest())


def key_for(secret: bytes, scope: str, delivery: str) -> str:
    """The 35-character key to do ``scope`` (e.g. ``unsubscribe``) with one delivery."""
    return delivery + _mac(secret, scope, delivery)[: LENGTH - NAME]


def delivery_of(secret: bytes, scope: str, key: str) -> str | None:
    """The delivery a key was made for, or ``None`` where it is not genuine or for another scope."""
    delivery = key[:NAME]
    return delivery if _same(key, key_for(secret, scope, delivery)) else None


def bounce_address(secret: bytes, delivery: str, domain: str) -> str:
    """The envelope sender of one delivery (VERP): ``b+<delivery>.<mac8>@<domain>``."""
    return f"b+{delivery}.{_mac(secret, 'bounce', delivery)[:8]}@{domain}"


def delivery_bounced(secret: bytes, address: str) -> str | None:
    """The delivery an envelope address names, or ``None`` where it was not made by us."""
    local = address.partition("@")[0].lower()
    delivery, _, mac = local.removeprefix("b+").rpartition(".")
    genuine = local.startswith("b+") and _same(mac, _mac(secret, "bounce", delivery)[:8])
    return delivery if genuine else None


def _same(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode(errors="replace"), second.encode(errors="replace"))


def _mac(secret: bytes, scope: str, subject: str) -> str:
    """Sixteen characters: the most that a key or an address shows of it."""
    return _text(hmac.digest(secret, f"{scope}|{subject}".encode(), "sha256")[:10])


def _text(digest: bytes) -> str:
    return b32encode(digest).decode().rstrip("=").lower()
