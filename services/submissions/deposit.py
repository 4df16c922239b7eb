"""Large payloads, deposited before the message that claims them, and taken away by it."""

from datetime import datetime
from hashlib import sha256

from shared.mongo import ASCENDING, Binary, Database, IndexModel, keep_once

CHUNK = 512_000
KEPT_SECONDS = 86_400


class Deposit:
    """Bytes by their SHA-256, in chunks; what nobody claims is gone after a day."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._chunks = database["deposits"]

    async def prepare(self) -> None:
        """Create what the query below needs."""
        by_whole = IndexModel([("whole", ASCENDING), ("number", ASCENDING)], name="whole_number")
        old = IndexModel([("received", ASCENDING)], name="received", expireAfterSeconds=KEPT_SECONDS)
        await self._database.ensure_indexes("deposits", [by_whole, old])

    async def put(self, data: bytes, received: datetime) -> str:
        """Keep ``data`` and return its SHA-256 in hexadecimal digits."""
        digest = sha256(data).hexdigest()
        for number, start in enumerate(range(0, max(len(data), 1), CHUNK)):
            chunk = {"whole": digest, "number": number, "received": received}
            await keep_once(
                self._chunks,
                {"_id": f"{digest}#{number}", **chunk, "bytes": Binary(data[start : start + CHUNK])},
            )
        return digest

    async def take(self, digest: str) -> bytes | None:
        """Return what was deposited, or None where it is not (all) there any more."""
        found = await self._chunks.find({"whole": digest}).to_list(None)
        data = b"".join(bytes(each["bytes"]) for each in sorted(found, key=lambda each: int(each["number"])))
        return data if found and sha256(data).hexdigest() == digest else None

    async def waiting(self) -> list[str]:
        """Return the SHA-256 of everything that waits to be claimed."""
        found = await self._chunks.find({"number": 0}, {"whole": 1}).to_list(None)
        return sorted(str(each["whole"]) for each in found)

    async def clear(self, digest: str) -> None:
        """Forget what was taken: it held what a publisher sent, with all the people in it."""
        await self._chunks.delete_many({"whole": digest})
