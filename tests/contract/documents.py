"""What each service, wired as it is served, says of itself: read from its AsyncAPI document."""

from functools import cache
from typing import Any

from httpx import ASGITransport, AsyncClient

from services.notifications import app as notifications
from services.notifications.settings import Settings as NotificationsSettings
from services.scoring import app as scoring
from services.scoring.settings import Settings as ScoringSettings
from services.submissions import app as submissions
from services.submissions.settings import Settings as SubmissionsSettings
from shared.http.asgi import Service


@cache
def application(service: str) -> Service:
    """The application of ``service``; it connects to nothing, because it is never started."""
    if service == "submissions":
        return submissions.create(SubmissionsSettings())
    if service == "scoring":
        return scoring.create(ScoringSettings())
    return notifications.create(NotificationsSettings())


async def document(service: str) -> dict[str, Any]:
    """The AsyncAPI 3 document of ``service`` for its operators: with its queues."""
    return await asked(application(service).operations, "/asyncapi.json")


async def public_document(service: str) -> dict[str, Any]:
    """The AsyncAPI 3 document of ``service`` for integrators."""
    return await asked(application(service), "/asyncapi.json")


async def asked(app: Service | None, path: str) -> dict[str, Any]:
    """The JSON object that ``app`` answers at ``path``."""
    assert app is not None
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://here") as client:
        described: dict[str, Any] = (await client.get(path)).json()
    return described


async def operations(service: str, action: str) -> set[str]:
    """The names of all that ``service`` does: ``receive`` names queues, ``send`` names keys."""
    found = (await document(service))["operations"]
    return {name for name, operation in found.items() if operation["action"] == action}


async def carried(service: str) -> dict[str, list[str]]:
    """The models that each queue of ``service`` carries, by queue."""
    messages = (await document(service))["components"]["messages"]
    return {
        name.removesuffix(":SubscribeMessage"): _models(message["payload"])
        for name, message in messages.items()
        if name.endswith(":SubscribeMessage")
    }


def _models(payload: dict[str, Any]) -> list[str]:
    return [each["$ref"].rsplit("/", 1)[1] for each in payload.get("anyOf", [payload]) if "$ref" in each]
