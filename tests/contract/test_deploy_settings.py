"""Settings have the same names everywhere: models, env files, compose, the chart and the local stack."""

import re
from pathlib import Path

import pytest

from citiesshare.local.ports import Ports
from citiesshare.local.stack import Stack, service_environment
from services.notifications.domain.sender import Sender
from services.notifications.settings import Settings as NotificationsSettings
from tests.contract.deployment import DEPLOY, SETTINGS, at, common, items, names, read, tree

EVERY = pytest.mark.parametrize("service", sorted(SETTINGS))
FROM_COMPOSE = {"AMQP_URL", "MONGO_URL"}
SIGNING = {service: {name.upper() for name in model.signs} for service, model in SETTINGS.items()}
NOT_OURS = {"NUMBA_CACHE_DIR"}
# What letters are sent with, and the setting that gives it.
SENDERS = {
    "site": "site_url",
    "domain": "mail_domain",
    "account_domain": "account_domain",
    "bounce_domain": "bounce_domain",
    "reply_domain": "reply_domain",
    "list_domain": "list_domain",
    "complaints": "complaints_address",
    "secret": "letter_secret",
}


def written(file: str) -> tuple[dict[str, str], set[str]]:
    """What an env file sets, and all that it names, commented or not."""
    text = (DEPLOY / "env" / file).read_text()
    lines = re.findall(r"^(# )?([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE)
    return {name: value for off, name, value in lines if not off}, {name for _, name, _ in lines}


def test_the_common_file_names_exactly_what_every_service_reads() -> None:
    assert written("common.env")[1] == common() - FROM_COMPOSE


@EVERY
def test_the_file_of_a_service_names_exactly_what_only_it_reads(service: str) -> None:
    assert written(f"{service}.env")[1] == names(SETTINGS[service]) - common() - SIGNING[service]


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
    assert set(tree(described["environment"])) == FROM_COMPOSE | SIGNING[service]
    assert described["env_file"] == ["deploy/env/common.env", f"deploy/env/{service}.env"]


@EVERY
def test_the_chart_sets_only_settings_there_are(service: str) -> None:
    values = read("deploy/helm/citiesshare/values.yaml")
    described = tree(at(values, "services", service))
    secret = {str(name) for name in items(described["secretSettings"])}
    plain = set(tree(values["settings"])) | set(tree(described["settings"]))
    signing = {str(name) for name in items(described["signingSettings"])}
    assert secret | plain <= names(SETTINGS[service])
    assert signing == SIGNING[service]
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


def test_complaint_reports_come_back_to_us_from_compose_and_from_the_chart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chart = tree(at(read("deploy/helm/citiesshare/values.yaml"), "services", "notifications", "settings"))
    for given in (written("notifications.env")[0], {name: str(value) for name, value in chart.items()}):
        for name in names(SETTINGS["notifications"]):
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        sender = NotificationsSettings().sender
        assert sender.complaints
        assert sender.complaints.partition("@")[2] == sender.domain


def test_whatever_a_sender_of_letters_is_can_be_set() -> None:
    assert not (set(Sender.model_fields) - {"name"}) - set(SENDERS)
    given = {name: f"{name.replace('_', '-')}.example" for name in SENDERS.values()}
    given |= {
        "site_url": "https://site.example",
        "complaints_address": "c@x.example",
        "letter_secret": "s" * 16,
    }
    settings = NotificationsSettings.model_validate(given)
    for field, setting in SENDERS.items():
        assert getattr(settings.sender, field) == getattr(settings, setting)


@EVERY
def test_the_local_stack_sets_only_settings_there_are(service: str, tmp_path: Path) -> None:
    environment = service_environment(Stack(tmp_path, Ports()), service)
    everything = set().union(*(names(model) for model in SETTINGS.values()))
    assert set(environment) - NOT_OURS <= everything
