"""What the OpenAPI document shows: an event, a batch, and the problems that are answered."""

from typing import Any

from shared.json_limits import LARGEST_MESSAGE

EXAMPLE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "2026-0001",
    "source": "https://data.tampere.example",
    "type": "org.citiesshare.need.submitted.v1",
    "data": {
        "id": "need:tampere:night-noise",
        "city": "634963",
        "title": "Less noise at night from deliveries",
        "topics": [{"scheme": "CPV", "id": "60100000"}],
    },
}
BATCH_EXAMPLE = [EXAMPLE]
COMMAND_EXAMPLE = {"city": "634963", "by": "Head of mobility"}
COMMENT_EXAMPLE = "c0ffee00" * 8
STUDY_EXAMPLE = {"sms": 2, "independence": "independent", "sign": "+", "precise": False}
_PROBLEM = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["title", "status"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "complaints": {"type": "array", "items": {"type": "object"}},
            },
        },
        "example": {
            "type": "about:blank",
            "title": "The event cannot be used",
            "status": 422,
            "complaints": [{"path": "city", "message": "Field required"}],
        },
    }
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": _PROBLEM}
    for status, words in {
        400: "The envelope cannot be read",
        401: "No key, or one that is not known or has ended",
        403: "The publisher does not speak for this city or under this source",
        404: "It is not known here, or not to be seen",
        413: f"More than {LARGEST_MESSAGE} bytes, or a batch of more events than a minute allows: send parts",
        422: "The data cannot be used",
        408: "The body did not come in time",
        429: "Too many messages or bytes in a minute: Retry-After says when this can be taken",
    }.items()
}
