"""Reading what is deployed: YAML and JSON artefacts from the repository's root, and the settings they set."""

import json
from pathlib import Path
from typing import TypeAlias

import yaml

from services.notifications.settings import Settings as NotificationsSettings
from services.scoring.settings import Settings as ScoringSettings
from services.submissions.settings import Settings as SubmissionsSettings
from shared.settings import ServiceSettings

Tree: TypeAlias = dict[str, "Value"]
Value: TypeAlias = Tree | list["Value"] | str | int | float | bool | None

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm/citiesshare"
SETTINGS: dict[str, type[ServiceSettings]] = {
    "submissions": SubmissionsSettings,
    "scoring": ScoringSettings,
    "notifications": NotificationsSettings,
}


def names(model: type[ServiceSettings]) -> set[str]:
    """The environment variables that ``model`` reads."""
    return {name.upper() for name in model.model_fields}


def common() -> set[str]:
    """The environment variables that every service reads."""
    return names(ServiceSettings)


def read(path: str) -> Tree:
    """The mapping in a YAML or JSON file, by its path from the root."""
    text = (ROOT / path).read_text()
    return tree(json.loads(text) if path.endswith(".json") else yaml.safe_load(text))


def tree(value: object) -> Tree:
    """``value`` as the mapping it must be."""
    assert isinstance(value, dict), value
    return value


def at(value: Value, *steps: str | int) -> Value:
    """What is found in ``value`` along ``steps``; KeyError or IndexError where there is nothing."""
    for step in steps:
        if isinstance(step, int):
            assert isinstance(value, list), value
            value = value[step]
        else:
            value = tree(value)[step]
    return value


def items(value: Value) -> list[Value]:
    """``value`` as the list it must be."""
    assert isinstance(value, list), value
    return value
