"""Settings have the same names everywhere: models, env files, compose, the chart and the local stack."""

import re

import pytest

from deploy.local.ports import Ports
from deploy.local.stack import Stack, service_environment
from tests.contract.deployment import DEPLOY, ROOT, SETTINGS, at, common, items, names, read, tree

EVERY = pytest.mark.parametrize("service", sorted(SETTINGS))
FROM_COMPOSE = {"AMQP_URL", "MONGO_URL"}
SECRET = {"scoring": {"CITY_SECRET"}}
NOT_OURS = {"NUMBA_CACHE_DIR"}


def written(file: str) -> tuple[dict[str, str], set[str]]:
    """What an env file sets, and all that it names, commented or not."""
    text = (DEPLOY / "env" / file).read_text()
    lines = re.findall(r"^(# )?([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE)
    return {name: value for off, name, value in lines if not off}, {name for _, name, _ in lines}


def test_the_common_file_names_exactly_what_every_service_reads() -> None:
    assert written("common.env")[1] == common() - FROM_COMPOSE


@EVERY
def test_the_file_of_a_service_names_exactly_what_only_it_reads(service: str) -> None:
    secret = SECRET.get(service, set())
    assert written(f"{service}.env")[1] == names(SETTINGS[service]) - common() - secret


@EVERY
def test_the_values_of_the_env_files_can_be_read(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**written("common.env")[0], **written(f"{service}.env")[0]}.items():
        monkeypatch.setenv(name, value)
    settings = SETTINGS[service]()
    assert (settings.http_host, settings.http_port) == ("0.0.0.0", 8000)
    assert settings.declare_topology is False


@EVERY
def test_compose_sets_only_settings_there_are(service: str) -> None:
    described = tree(at(read("docker-compose.yml"), "services", service))
    assert set(tree(described["environment"])) == FROM_COMPOSE | SECRET.get(service, set())
    assert described["env_file"] == ["deploy/env/common.env", f"deploy/env/{service}.env"]


@EVERY
def test_the_chart_sets_only_settings_there_are(service: str) -> None:
    values = read("deploy/helm/citiesshare/values.yaml")
    described = tree(at(values, "services", service))
    secret = {str(name) for name in items(described["secretSettings"])}
    plain = set(tree(values["settings"])) | set(tree(described["settings"]))
    assert secret | plain <= names(SETTINGS[service])
    assert secret >= FROM_COMPOSE
    assert not secret & plain


@EVERY
def test_the_values_of_the_chart_can_be_read(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = read("deploy/helm/citiesshare/values.yaml")
    for name, value in {
        **tree(values["settings"]),
        **tree(at(values, "services", service, "settings")),
    }.items():
        monkeypatch.setenv(name, str(value))
    assert SETTINGS[service]().log_json is True


@EVERY
def test_the_local_stack_sets_only_settings_there_are(service: str) -> None:
    environment = service_environment(Stack(ROOT / ".citiesshare", Ports()), service)
    everything = set().union(*(names(model) for model in SETTINGS.values()))
    assert set(environment) - NOT_OURS <= everything
