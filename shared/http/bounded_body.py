"""Reading what another server answers, up to a number of bytes."""

from io import BytesIO

import httpx


async def bounded_body(answer: httpx.Response, most: int) -> bytes | None:
    """Return the body of ``answer``, decoded; None where it has more than ``most`` bytes.

    It is read in parts, so that a larger one is never in memory as a whole.
    """
    data = BytesIO()
    async for chunk in answer.aiter_bytes():
        data.write(chunk)
        if data.tell() > most:
            return None
    return data.getvalue()
