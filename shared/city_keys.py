"""The keys of cities: what is meant for one city alone is shown to whoever has that city's key."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Self

from pydantic import SecretStr


class CityKeys:
    """Keys derived from one secret, so that none has to be stored; without a secret no key is asked for."""

    def __init__(self, secret: str | None = None) -> None:
        self._secret = None if secret is None else secret.encode()

    @classmethod
    def of(cls, secret: SecretStr | None) -> Self:
        """The keys that are derived from the setting ``CITY_SECRET``."""
        return cls(secret.get_secret_value() if secret else None)

    @property
    def required(self) -> bool:
        """Whether callers must show a key."""
        return self._secret is not None

    def key(self, city: str) -> str:
        """The key of a city: 43 characters, others with each secret. Raises ValueError without a secret."""
        if self._secret is None:
            raise ValueError("there is no secret to draw keys from; set CITY_SECRET")
        code = hmac.digest(self._secret, f"city|{city}".encode(), sha256)
        return urlsafe_b64encode(code).decode().rstrip("=")

    @property
    def operator_key(self) -> str:
        """The key of the operator, which opens every city's share. Raises ValueError without a secret."""
        if self._secret is None:
            raise ValueError("there is no secret to draw keys from; set CITY_SECRET")
        code = hmac.digest(self._secret, b"operator", sha256)
        return urlsafe_b64encode(code).decode().rstrip("=")

    def is_operator(self, shown: str) -> bool:
        """Whether ``shown`` is the operator's key, compared in constant time."""
        return hmac.compare_digest(shown.encode(), self.operator_key.encode())

    def matches(self, city: str, shown: str) -> bool:
        """Whether ``shown`` is the key of ``city``, compared in constant time."""
        return hmac.compare_digest(shown.encode(), self.key(city).encode())


OPEN = CityKeys()
