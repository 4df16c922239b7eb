"""Routes that take a body: who calls is known, and what it costs is charged, before it is read."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from services.submissions.http.publishing import ApiContext
from shared.json_limits import LARGEST_MESSAGE
from shared.messaging.cloudevents import BATCH
from shared.store.token_buckets import Charge

Handler = Callable[[Request], Awaitable[Response]]


def guarded(api: ApiContext) -> type[APIRoute]:
    """Return the class of the routes that take a body.

    A request without a key or over its publisher's limits is answered 401 or 429, and its body is not read
    (``BoundedRequests`` has judged its length). FastAPI itself would read it before any dependency runs.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Any]:
            original = super().get_route_handler()

            async def handle(request: Request) -> Response:
                return await _admitted(api, request, original)

            return handle

    return Guarded


async def _admitted(api: ApiContext, request: Request, handler: Handler) -> Response:
    publisher = request.state.publisher = await api.publisher_of(request)
    announced = length_of(request.headers)
    size = LARGEST_MESSAGE if announced is None else announced
    # How many messages a batch has is known when it has been read: it is charged then.
    costs = {} if is_batch(request.headers) else {"messages": 1}
    charge = await api.charge(publisher, **costs, bytes=size)
    request.state.charge = charge
    used = 0
    try:
        response = await handler(request)
        if response.status_code < 400:
            used = size if announced is not None else getattr(request.state, "size", size)
    finally:
        await api.rate_limits.give_back(publisher, size - used)
    spent: Charge = request.state.charge
    response.headers.update(spent.headers())
    return response


def is_batch(headers: Mapping[str, str]) -> bool:
    """Whether the body is a batch of CloudEvents."""
    return headers.get("content-type", "").lower().startswith(BATCH)


def length_of(headers: Mapping[str, str]) -> int | None:
    """Return the announced length of the body, which was judged before; None where it comes in chunks."""
    announced = headers.get("content-length")
    if announced is not None:
        return int(announced)
    return None if "transfer-encoding" in headers else 0
