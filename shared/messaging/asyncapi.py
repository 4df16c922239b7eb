"""The AsyncAPI 3.0 document of a service: FastStream's, with the payloads and ``ce-`` headers it lacks."""

import inspect
from html import escape
from typing import Any

from faststream.specification import AsyncAPI

from shared.events import Event, RecordDue
from shared.messaging.bus import MessageBus
from shared.messaging.catalogue import INBOUND, PUBLISHED_BY, exchange_of, inbound_on, queues_of

STYLE = (
    "body{font:1rem/1.5 system-ui;margin:2rem;max-width:60rem}"
    "td{padding:.25rem 1rem .25rem 0;vertical-align:top}"
)
HEADERS: dict[str, Any] = {
    "type": "object",
    "required": ["ce-specversion", "ce-id", "ce-source", "ce-type"],
    "properties": {
        "ce-specversion": {"type": "string", "const": "1.0"},
        "ce-id": {"type": "string", "description": "Together with ce-source it identifies the message"},
        "ce-source": {"type": "string", "format": "uri-reference"},
        "ce-type": {"type": "string", "examples": ["org.citiesshare.solution.submitted.v1"]},
        "ce-subject": {"type": "string"},
        "ce-time": {"type": "string", "format": "date-time"},
        "ce-dataschema": {"type": "string", "format": "uri"},
        "ce-dataref": {
            "type": "string",
            "format": "uri",
            "description": "Address of data larger than 64 KiB",
        },
    },
}

NOT_FOR_INTEGRATORS: dict[str, Any] = {"type": "object", "description": "Between the operator and a service"}


def document(bus: MessageBus) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of the messages that ``bus`` consumes and publishes, as JSON."""
    spec = AsyncAPI(bus.broker, title=f"CitiesShare {bus.service}", schema_version="3.0.0")
    described: dict[str, Any] = spec.to_specification().to_jsonable()
    messages: dict[str, Any] = described["components"]["messages"]
    schemas: dict[str, Any] = described["components"]["schemas"]
    for message in messages.values():
        message["headers"] = HEADERS
    for queue, model in bus.models_by_queue.items():
        models = (model,) if model else inbound_on(queue)
        messages[f"{queue}:SubscribeMessage"]["payload"] = _any_of(
            [_payload(event, schemas) for event in models]
        )
    return described


def public_document(bus: MessageBus) -> dict[str, Any]:
    """Return the part of ``document`` for integrators, as JSON: without queues and internal addresses.

    Integrators receive a service's events from the exchange ``citiesshare.events``, and send their own
    messages to ``citiesshare.in``; the routing key is the name of the channel.
    """
    whole = document(bus)
    schemas: dict[str, Any] = {}
    published = [*PUBLISHED_BY[bus.service]]
    received = [
        event
        for event in INBOUND
        if {*queues_of(event)} & bus.models_by_queue.keys() and event is not RecordDue
    ]
    operations = {event.key: _operation(event, "send") for event in published}
    operations |= {event.key: _operation(event, "receive") for event in received}
    return {
        "asyncapi": whole["asyncapi"],
        "info": whole["info"],
        "defaultContentType": whole["defaultContentType"],
        "channels": {event.key: _channel(event) for event in (*published, *received)},
        "operations": operations,
        "components": {
            "messages": {event.key: _message(event, schemas) for event in (*published, *received)},
            "schemas": schemas,
        },
    }


def _operation(event: type[Event], action: str) -> dict[str, Any]:
    channel = f"#/channels/{event.key}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"}],
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    exchange = {
        "name": exchange_of(event),
        "type": "topic",
        "durable": True,
        "autoDelete": False,
        "vhost": "/",
    }
    return {
        "address": event.key,
        "description": inspect.cleandoc(event.__doc__ or ""),
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.key}"}},
        "bindings": {"amqp": {"is": "routingKey", "bindingVersion": "0.3.0", "exchange": exchange}},
    }


def _message(event: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    return {"title": event.key, "headers": HEADERS, "payload": _payload(event, schemas)}


def page(described: dict[str, Any]) -> str:
    """Return the document ``described`` as an HTML page without scripts and external resources."""
    rows = "".join(
        f"<tr><td>{operation['action']}</td><td><code>{escape(name)}</code></td>"
        f"<td>{escape(described['channels'].get(name, {}).get('description', ''))}</td></tr>"
        for name, operation in described["operations"].items()
    )
    title = escape(described["info"]["title"])
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>"
        "<meta name='viewport' content='width=device-width'><meta name='color-scheme' content='light dark'>"
        f"<style>{STYLE}</style><h1>{title}</h1><p>AsyncAPI {described['asyncapi']}, in full: "
        f"<a href='asyncapi.json'>asyncapi.json</a></p><table>{rows}</table></html>"
    )


def _any_of(payloads: list[dict[str, str]]) -> dict[str, Any]:
    return payloads[0] if len(payloads) == 1 else {"anyOf": payloads} if payloads else NOT_FOR_INTEGRATORS


def _payload(model: type[Event], schemas: dict[str, Any]) -> dict[str, str]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {"$ref": f"#/components/schemas/{model.__name__}"}
