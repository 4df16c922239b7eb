"""Who may ask for what is meant for one city alone: ``Authorization: Bearer <the city's key>``."""

from fastapi import HTTPException, Request

from shared.city_keys import CityKeys

ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="citiesshare"'}


def authorize(keys: CityKeys, request: Request, city: str | None) -> None:
    """Raise HTTPException 401 unless the request shows the key of ``city``, where keys are required."""
    if not keys.required:
        return
    if city is None:
        raise HTTPException(401, "This is for one city alone: name it (?city=), send its key", ASK_FOR_KEY)
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not keys.matches(city, shown.strip()):
        raise HTTPException(401, f"This is for {city!r} alone: send its key as Bearer", ASK_FOR_KEY)
