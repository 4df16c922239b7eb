"""Sample letters and the invented facts they tell, so that every kind can be looked at without a server."""

from services.notifications.samples.fit import match, matched
from services.notifications.samples.heard import circle_opened
from services.notifications.samples.hub import attempts, brief, hub
from services.notifications.samples.letters import SAMPLES
from services.notifications.samples.people import WRITTEN, official
from services.notifications.samples.scores import assessment

__all__ = [
    "SAMPLES",
    "WRITTEN",
    "assessment",
    "attempts",
    "brief",
    "circle_opened",
    "hub",
    "match",
    "matched",
    "official",
]
