"""docker-compose.yml: valid, ordered by health, scalable. No engine is at hand: it is read, not run."""

import re
import subprocess
import sys

import pytest

from tests.contract.deployment import ROOT, at, items, read, tree

SERVICES = ("submissions", "scoring", "notifications", "pages")
EVERY = pytest.mark.parametrize("service", SERVICES)
COMPOSE = read("docker-compose.yml")


def described(service: str) -> dict[str, object]:
    return dict(tree(at(COMPOSE, "services", service)))


def test_it_is_a_compose_file() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@EVERY
def test_a_service_waits_for_the_health_of_what_it_needs(service: str) -> None:
    waits = {
        name: at(need, "condition")
        for name, need in tree(at(COMPOSE, "services", service, "depends_on")).items()
    }
    assert waits["rabbitmq"] == waits["mongo"] == "service_healthy"
    assert waits["topology"] == waits["mongo-init"] == "service_completed_successfully"


@EVERY
def test_a_service_can_be_scaled(service: str) -> None:
    shown = described(service)
    assert "container_name" not in shown
    assert "hostname" not in shown
    for port in items(at(COMPOSE, "services", service, "ports")):
        first, last = re.fullmatch(r"127\.0\.0\.1:(\d+)-(\d+):800[01]", str(port)).groups()  # type: ignore[union-attr]
        assert int(last) - int(first) >= 9


def test_no_two_services_claim_a_port_and_all_are_on_loopback() -> None:
    claimed: list[int] = []
    for service in tree(COMPOSE["services"]).values():
        for port in items(tree(service).get("ports", [])):
            address, host, _ = str(port).split(":")
            first, _, last = host.partition("-")
            assert address == "127.0.0.1"
            claimed += range(int(first), int(last or first) + 1)
    assert len(claimed) == len(set(claimed))


@EVERY
def test_a_service_may_do_little(service: str) -> None:
    shown = described(service)
    assert shown["read_only"] is True
    assert shown["cap_drop"] == ["ALL"]
    assert not str(shown["user"]).startswith("0")


def test_a_replica_of_scoring_keeps_its_index_where_it_may_write() -> None:
    text = (ROOT / "deploy/env/scoring.env").read_text()
    kept = re.search(r"^INDEX_SNAPSHOT=(.+)/index$", text, re.MULTILINE)
    assert kept
    # Anonymous: a volume with a name would be shared by all replicas.
    assert kept[1] in items(at(COMPOSE, "services", "scoring", "volumes"))
    assert f"--chown=10001:10001 /state {kept[1]}" in (ROOT / "deploy/Dockerfile").read_text()


@EVERY
def test_a_service_is_given_longer_than_it_takes_to_stop(service: str) -> None:
    common = dict(
        line.removeprefix("# ").split("=", 1)
        for line in (ROOT / "deploy/env/common.env").read_text().splitlines()
        if re.match(r"(# )?[A-Z_]+=", line)
    )
    grace = float(str(described(service)["stop_grace_period"]).removesuffix("s"))
    assert grace > float(common["GRACE_SECONDS"]) + float(common["DRAIN_SECONDS"])


def test_every_part_that_stays_has_a_health_check() -> None:
    ends = {"topology", "mongo-init"}
    without = {name for name, part in tree(COMPOSE["services"]).items() if "healthcheck" not in tree(part)}
    assert without <= ends


def test_the_store_is_healthy_only_as_the_primary_of_its_set() -> None:
    test = " ".join(map(str, items(at(COMPOSE, "services", "mongo", "healthcheck", "test"))))
    assert "isWritablePrimary" in test
    assert "setName === 'rs0'" in test


def test_images_have_exact_tags() -> None:
    images = {str(tree(part)["image"]) for part in tree(COMPOSE["services"]).values()}
    theirs = {image for image in images if not image.startswith("citiesshare:")}
    assert all(re.search(r":v?\d+\.\d+\.\d+[a-z-]*(@sha256:[0-9a-f]{64})?$", image) for image in theirs), (
        theirs
    )


def test_every_password_of_the_file_is_in_the_example_and_the_other_way_round() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+):\?\}", text))
    given = set(
        re.findall(r"^([A-Z_]+)=$", (ROOT / "deploy/env/compose.env.example").read_text(), re.MULTILINE)
    )
    # These two go into the broker's definitions only.
    assert given - asked == {"RABBITMQ_PASSWORD_MONITOR", "RABBITMQ_PASSWORD_PORTAL"}
    assert asked <= given


def test_no_password_stands_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"(?:amqp|mongodb)://\w+:(?!\$)[^@\s]+@", text) == []
