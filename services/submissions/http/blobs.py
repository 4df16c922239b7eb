"""Depositing large data before the event that claims them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from services.submissions.domain.publishers import owner_of
from services.submissions.http.openapi_examples import PROBLEMS
from services.submissions.http.publishing import ApiContext, chunks_of
from services.submissions.http.rate_limit import guarded
from shared.http.problem_details import problem

BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}


def router(api: ApiContext) -> APIRouter:
    """Return the routes for deposits."""
    routes = APIRouter(tags=["submissions"], route_class=guarded(api))
    claim, deposit = api.claim, api.repositories.blobs

    async def keep(request: Request, digest: str | None) -> JSONResponse:
        async with deposit.upload(owner_of(request.state.publisher), datetime.now(UTC)) as upload:
            async for chunk in chunks_of(request, claim.most):
                await upload.write(chunk)
            if not upload.size:
                return problem(422, "An empty deposit claims nothing")
            if digest not in (None, upload.digest):
                return problem(422, f"The data have the SHA-256 {upload.digest}, not {digest}")
            stored = await upload.finish()
        return JSONResponse({"dataref": claim.own + stored, "sha256": stored, "size": upload.size}, 201)

    @routes.post("/data", status_code=201, openapi_extra={"requestBody": BODY}, responses=PROBLEMS)
    async def put_down(request: Request) -> JSONResponse:
        """Deposit data; the answer's `dataref` goes into your event instead of its data, within a day.

        Only you can claim what you deposited; the event that is accepted with it lets it be forgotten.
        """
        return await keep(request, None)

    @routes.put("/data/{sha256}", status_code=201, openapi_extra={"requestBody": BODY}, responses=PROBLEMS)
    async def put_down_known(
        request: Request, digest: Annotated[str, Path(alias="sha256", pattern="^[0-9a-f]{64}$")]
    ) -> JSONResponse:
        """Deposit data under their SHA-256: a repeat after a broken line changes nothing."""
        return await keep(request, digest)

    return routes
