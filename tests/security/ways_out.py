"""Every route of the three services, and what it may tell: a new route that is not here fails a test.

``TELLS`` are walked by ``test_every_way_out.py`` with records in every state. ``SILENT`` tell nothing of a
record, and each says why.
"""

from collections.abc import Iterator
from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from services.notifications.app import create as notifications
from services.notifications.settings import Settings as NotificationsSettings
from services.notifications.web.catalogue import ROUTES as CATALOGUE_ROUTES
from services.notifications.web.desk import ROUTES
from services.scoring.app import create as scoring
from services.scoring.settings import Settings as ScoringSettings
from services.submissions.app import create as submissions
from services.submissions.settings import Settings as SubmissionsSettings

Way = tuple[str, str]
"""The method and path of a route."""

OPERATIONS: Final = "how the service is; no records"
DESCRIBES: Final = "describes messages and routes; no records"
COUNTS: Final = "numbers for operators; no content"
TAKES: Final = "takes something in; answers with what was sent"
COMMANDS: Final = "publishes a command, whose permission is asked when it is heard"
FRAMEWORK: Final = "settings and aggregates of the framework"

MODERATION: Final = "what waits for a moderator, to the keys of the city concerned and of the operator"

PAGES: Final = ("s", "v", "t", "f", "o", "q", "u", "i", "in")

DESK: Final = tuple(route.path for route in ROUTES)
"""The desk tells an official the own city's records in every state, and others' while they are public."""

CATALOGUE: Final = tuple(route.path for route in CATALOGUE_ROUTES)
"""The catalogue tells everybody; ``component/test_catalogue.py`` walks it with a solution in every state."""

EVERY_SERVICE: Final[dict[Way, str]] = {
    ("GET", "/health/live"): OPERATIONS,
    ("GET", "/health/ready"): OPERATIONS,
    ("GET", "/health/work"): OPERATIONS,
    ("GET", "/metrics"): OPERATIONS,
    ("GET", "/docs"): DESCRIBES,
    ("GET", "/openapi.json"): DESCRIBES,
    ("GET", "/asyncapi"): DESCRIBES,
    ("GET", "/asyncapi.json"): DESCRIBES,
    ("GET", "/v1/status"): COUNTS,
}
SILENT: Final[dict[str, dict[Way, str]]] = {
    "submissions": {
        ("POST", "/v1/events"): TAKES,
        ("POST", "/v1/data"): TAKES,
        ("PUT", "/v1/data/{sha256}"): TAKES,
        ("POST", "/v1/records/{kind}/{record:path}/confirm"): COMMANDS,
        ("POST", "/v1/records/{kind}/{record:path}/withdraw"): COMMANDS,
        ("POST", "/v1/records/solution/{record:path}/embargo"): COMMANDS,
        ("POST", "/v1/records/solution/{record:path}/evidence"): COMMANDS,
        ("POST", "/v1/records/adoption/{record:path}/effect"): COMMANDS,
        ("GET", "/v1/moderation"): MODERATION,
        ("GET", "/v1/moderation/{item}"): MODERATION,
        ("POST", "/v1/moderation/{item}"): MODERATION,
        ("GET", "/v1/conflicts"): "which of the caller's own records others spoke of; no content",
        ("GET", "/schemas"): DESCRIBES,
        ("GET", "/schemas/{name}"): DESCRIBES,
    },
    "scoring": {
        ("GET", "/v1/frameworks"): FRAMEWORK,
        ("GET", "/v1/frameworks/{version}"): FRAMEWORK,
        ("GET", "/v1/frameworks/{version}/priors"): FRAMEWORK,
        ("GET", "/v1/calibration"): FRAMEWORK,
        ("DELETE", "/v1/watches"): "ends what a city waits for; answers nothing",
    },
    "notifications": {
        ("GET", "/p/{key}"): "the reader's own wishes",
        ("POST", "/p/{key}"): "the reader's own wishes",
        ("GET", "/c/{key}"): "a button",
        ("POST", "/c/{key}"): "a button",
        ("GET", "/legal/{name}"): "the operator's own texts",
        ("GET", "/in"): "a form",
        ("POST", "/in"): "the same answer to everybody",
        ("GET", "/desk/{rest:path}"): "a page that is not there",
        ("POST", "/desk/{rest:path}"): "a page that is not there",
    },
}
TELLS: Final[dict[str, frozenset[Way]]] = {
    "submissions": frozenset(
        {
            ("GET", "/v1/records/{kind}/{record:path}"),
            ("GET", "/v1/records/{kind}/{record:path}/history"),
            ("GET", "/v1/similar"),
            ("GET", "/v1/lineage"),
            ("GET", "/v1/events"),
            ("GET", "/v1/comments"),
            ("GET", "/v1/export/{kind}.{form}"),
        }
    ),
    "scoring": frozenset(
        {
            ("GET", "/v1/solutions"),
            ("GET", "/v1/catalogue"),
            ("GET", "/v1/learning"),
            ("GET", "/v1/compare"),
            ("GET", "/v1/prices"),
            ("GET", "/v1/solutions/{solution:path}/score"),
            ("GET", "/v1/solutions/{solution:path}/score-for/{city}"),
            ("GET", "/v1/solutions/{solution:path}/matches"),
            ("GET", "/v1/solutions/{solution:path}/follow"),
            ("GET", "/v1/solutions/{solution:path}/spread"),
            ("GET", "/v1/cities/{city}/portfolio"),
            ("GET", "/v1/cities/{city}/candour"),
            ("GET", "/v1/cities/{city}/learning"),
            ("GET", "/v1/cities/{city}/sharing"),
            ("GET", "/v1/cities/{city}/matches"),
            ("GET", "/v1/cities/{city}/peers"),
            ("GET", "/v1/cities/{city}/circles"),
            ("GET", "/v1/needs/{need:path}/partners"),
            ("POST", "/v1/watches"),
        }
    ),
    "notifications": frozenset(
        (method, path)
        for path in (*(f"/{page}/{{key}}" for page in PAGES), *DESK)
        for method in ("GET", "POST")
    )
    | {("GET", path) for path in CATALOGUE}
    | {("GET", "/q/{key}/call.ics")},
}


def applications() -> dict[str, FastAPI]:
    """The three services, wired and not started."""
    return {
        "submissions": submissions(SubmissionsSettings()),
        "scoring": scoring(ScoringSettings()),
        "notifications": notifications(
            NotificationsSettings(letter_secret=SecretStr("a secret of some length"))
        ),
    }


def ways(app: FastAPI) -> Iterator[Way]:
    """Every method and path that an application answers to."""
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        yield from ((method, path) for method in route.methods or () if method != "HEAD")
