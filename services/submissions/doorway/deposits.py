"""Depositing large data before the event that claims them."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from services.submissions.doorway.examples import PROBLEMS
from services.submissions.doorway.speak import Doorway, body_of
from shared.problems import problem

BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}


def router(doorway: Doorway) -> APIRouter:
    """Return the routes for deposits."""
    routes = APIRouter(tags=["submissions"])
    claim, deposit = doorway.claim, doorway.kept.deposit

    async def keep(request: Request, digest: str | None) -> JSONResponse:
        await doorway.caller(request)
        data = await body_of(request, claim.most)
        if not data:
            return problem(422, "An empty deposit claims nothing")
        found = sha256(data).hexdigest()
        if digest not in (None, found):
            return problem(422, f"The data have the SHA-256 {found}, not {digest}")
        await deposit.put(data, datetime.now(UTC))
        return JSONResponse({"dataref": claim.own + found, "sha256": found, "size": len(data)}, 201)

    @routes.post("/data", status_code=201, openapi_extra={"requestBody": BODY}, responses=PROBLEMS)
    async def put_down(request: Request) -> JSONResponse:
        """Deposit data; the answer's `dataref` goes into the event instead of its data, within a day."""
        return await keep(request, None)

    @routes.put("/data/{sha256}", status_code=201, openapi_extra={"requestBody": BODY}, responses=PROBLEMS)
    async def put_down_known(
        request: Request, digest: Annotated[str, Path(alias="sha256", pattern="^[0-9a-f]{64}$")]
    ) -> JSONResponse:
        """Deposit data under their SHA-256: a repeat after a broken line changes nothing."""
        return await keep(request, digest)

    return routes
