"""What is meant for one city alone is shown to whoever has that city's key."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from fastapi import HTTPException, Request

ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="citiesshare"'}


class CityKeyAuth:
    """Keys drawn from one secret, so that nothing has to be kept; without a secret every door is open."""

    def __init__(self, secret: str | None = None) -> None:
        self._secret = None if secret is None else secret.encode()

    def key(self, city: str) -> str:
        """The key of a city: 43 letters. A new secret ends all keys at once."""
        if self._secret is None:
            raise ValueError("there is no secret to draw keys from; set CITY_SECRET")
        code = hmac.digest(self._secret, f"city|{city}".encode(), sha256)
        return urlsafe_b64encode(code).decode().rstrip("=")

    def admit(self, request: Request, city: str | None) -> None:
        """Raise 401 for whoever does not show the key of that city, or names none."""
        if self._secret is None:
            return
        if city is None:
            raise HTTPException(
                401, "This is for one city alone: name it (?city=), send its key", ASK_FOR_KEY
            )
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        genuine = hmac.compare_digest(shown.strip().encode(), self.key(city).encode())
        if kind.lower() != "bearer" or not genuine:
            raise HTTPException(401, f"This is for {city!r} alone: send its key as Bearer", ASK_FOR_KEY)


OPEN = CityKeyAuth()
