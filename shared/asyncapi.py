"""The AsyncAPI 3 document of a service: FastStream's, with payloads and ``ce-`` headers it cannot know."""

from html import escape
from typing import Any

from faststream.specification import AsyncAPI

from shared.catalogue import inbound_on
from shared.edge import Edge
from shared.events import Event

HEADERS: dict[str, Any] = {
    "type": "object",
    "required": ["ce-specversion", "ce-id", "ce-source", "ce-type"],
    "properties": {
        "ce-specversion": {"type": "string", "const": "1.0"},
        "ce-id": {"type": "string", "description": "With ce-source: what makes two messages the same"},
        "ce-source": {"type": "string", "format": "uri-reference"},
        "ce-type": {"type": "string", "examples": ["org.citiesshare.solution.submitted.v1"]},
        "ce-subject": {"type": "string"},
        "ce-time": {"type": "string", "format": "date-time"},
        "ce-dataschema": {"type": "string", "format": "uri"},
        "ce-dataref": {"type": "string", "format": "uri", "description": "Where data above 64 KiB are"},
    },
}


def document(edge: Edge) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of what ``edge`` hears and says, as JSON."""
    spec = AsyncAPI(edge.broker, title=f"CitiesShare {edge.service}", schema_version="3.0.0")
    described: dict[str, Any] = spec.to_specification().to_jsonable()
    messages: dict[str, Any] = described["components"]["messages"]
    schemas: dict[str, Any] = described["components"]["schemas"]
    for message in messages.values():
        message["headers"] = HEADERS
    for queue, model in edge.hears_models.items():
        models = (model,) if model else inbound_on(queue)
        messages[f"{queue}:SubscribeMessage"]["payload"] = _any_of(
            [_payload(each, schemas) for each in models]
        )
    return described


def page(described: dict[str, Any]) -> str:
    """Return ``described`` as a page that needs no script and loads nothing from elsewhere."""
    rows = "".join(
        f"<tr><td>{operation['action']}</td><td><code>{escape(name)}</code></td>"
        f"<td>{escape(described['channels'].get(name, {}).get('description', ''))}</td></tr>"
        for name, operation in described["operations"].items()
    )
    title = escape(described["info"]["title"])
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>"
        "<meta name='viewport' content='width=device-width'><meta name='color-scheme' content='light dark'>"
        "<style>body{font:1rem/1.5 system-ui;margin:2rem;max-width:60rem}td{padding:.25rem 1rem .25rem 0;"
        f"vertical-align:top}}</style><h1>{title}</h1><p>AsyncAPI {described['asyncapi']}, in full: "
        f"<a href='asyncapi.json'>asyncapi.json</a></p><table>{rows}</table></html>"
    )


def _any_of(payloads: list[dict[str, str]]) -> dict[str, Any]:
    return payloads[0] if len(payloads) == 1 else {"anyOf": payloads}


def _payload(model: type[Event], schemas: dict[str, Any]) -> dict[str, str]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {"$ref": f"#/components/schemas/{model.__name__}"}
