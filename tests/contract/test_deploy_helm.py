"""The chart: linted, rendered and validated by Helm for several sets of values; no cluster is asked."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from shared.messaging.topology import SERVICES, WORK
from tests.contract.deployment import CHART, DEPLOY, SETTINGS, Tree, Value, at, items, tree

helm = pytest.importorskip(
    "helm_python", reason="helm-python-sdk is not installed: pip install helm-python-sdk"
)
kubernetes = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")

KUBERNETES = ("1.31.0", "1.34.0")
# Their schemas belong to KEDA and the Prometheus Operator; what we rely on is asserted below.
FOREIGN = ("keda.sh/", "monitoring.coreos.com/")
SETS: dict[str, Tree] = {"defaults": {}} | {
    file.stem: tree(yaml.safe_load(file.read_text())) for file in sorted((CHART / "ci").glob("*.yaml"))
}
EVERY = pytest.mark.parametrize("values", SETS.values(), ids=SETS)


def rendered(values: Tree) -> list[Tree]:
    """All resources that the chart makes of ``values``."""
    texts = helm.Chart.load(str(CHART)).render(values, name="cs", namespace="cities")
    return [tree(found) for path, text in sorted(texts.items()) for found in _documents(path, text)]


def _documents(path: str, text: str) -> Iterator[object]:
    if path.endswith(".yaml"):
        yield from (document for document in yaml.safe_load_all(text) if document is not None)


def of_kind(values: Tree, kind: str) -> dict[str, Tree]:
    """The rendered resources of one kind by the component they are of."""
    found = [each for each in rendered(values) if each["kind"] == kind]
    return {str(at(each, "metadata", "labels", "app.kubernetes.io/component")): each for each in found}


def containers(values: Tree) -> list[Tree]:
    specs = [
        at(each, "spec", "template", "spec")
        for kind in ("Deployment", "Job")
        for each in of_kind(values, kind).values()
    ]
    return [
        tree(one)
        for spec in specs
        for one in (*items(at(spec, "containers")), *items(tree(spec).get("initContainers", [])))
    ]


@EVERY
def test_it_has_no_lint(values: Tree) -> None:
    report = helm.lint(str(CHART), values, strict=True)
    assert [message for message in report["messages"] if message["severity"] > 1] == []
    assert report["errors"] == []


@pytest.mark.parametrize("version", KUBERNETES)
@EVERY
def test_every_resource_is_one_that_kubernetes_knows(values: Tree, version: str) -> None:
    for resource in rendered(values):
        if not str(resource["apiVersion"]).startswith(FOREIGN):
            kubernetes.validate(resource, version, strict=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"autoscaling": {"kind": "magic"}},
        {"settings": {"PREFETCH": 32}},
        {"settings": {"LETTER_SECRET": "never-in-values"}},
        {"services": {"scoring": {"replicas": {"min": 0, "max": 2}}}},
        {"services": {"scoring": {"messagesPerReplica": 200}}},
        {"image": {"digest": "sha256:short"}},
        {"nonsense": True},
    ],
)
def test_a_wrong_value_is_refused(wrong: Tree) -> None:
    with pytest.raises(helm.HelmError):
        helm.Chart.load(str(CHART)).validate_schema(wrong)


@EVERY
def test_there_is_one_deployment_for_each_service(values: Tree) -> None:
    pages = set() if tree(values.get("services", {})).get("pages", {}) is None else {"pages"}
    assert set(of_kind(values, "Deployment")) == set(SERVICES) | pages


def test_the_pages_are_served_alone_by_the_same_image_and_scaled_by_the_processor() -> None:
    pages, letters = (
        tree(at(of_kind({}, "Deployment")[name], "spec", "template", "spec", "containers", 0))
        for name in ("pages", "notifications")
    )
    assert (pages["args"], letters["args"]) == (["notifications", "serve-pages"], ["notifications", "serve"])
    assert pages["image"] == letters["image"]
    links = {name for name in plain(letters) if name.endswith(("_DOMAIN", "_ADDRESS", "_URL"))}
    assert {name: plain(pages)[name] for name in links} == {name: plain(letters)[name] for name in links}
    assert "pages" not in of_kind({}, "ScaledObject")
    assert set(of_kind({}, "HorizontalPodAutoscaler")) == {"pages"}


@pytest.mark.parametrize(
    ("values", "says"), [(SETS["defaults"], False), (SETS["hpa-and-tls"], False), (SETS["smallest"], True)]
)
def test_replicas_are_said_only_where_nobody_scales(values: Tree, says: bool) -> None:
    assert {"replicas" in tree(each["spec"]) for each in of_kind(values, "Deployment").values()} == {says}


def test_every_queue_scales_its_service_over_http() -> None:
    scaled = of_kind({}, "ScaledObject")
    heard = {}
    for service, each in scaled.items():
        assert int(str(at(each, "spec", "minReplicaCount"))) >= 1
        for trigger in items(at(each, "spec", "triggers")):
            metadata = tree(at(trigger, "metadata"))
            assert metadata["protocol"] == "http"
            assert all(isinstance(value, str) for value in metadata.values())
            heard[metadata["queueName"]] = service
    assert heard == {work.name: work.service for work in WORK}


@EVERY
def test_a_pod_is_given_longer_than_it_takes_to_stop(values: Tree) -> None:
    for service, each in of_kind(values, "Deployment").items():
        environment = plain(tree(at(each, "spec", "template", "spec", "containers", 0)))
        given = int(str(at(each, "spec", "template", "spec", "terminationGracePeriodSeconds")))
        assert given > float(environment["GRACE_SECONDS"]) + float(environment["DRAIN_SECONDS"]), service


def plain(container: Tree) -> dict[str, str]:
    """The settings of a container that are no secrets."""
    pairs = [tree(each) for each in items(container["env"])]
    return {str(each["name"]): str(each["value"]) for each in pairs if "value" in each}


@EVERY
def test_every_container_is_nobody_on_a_file_system_it_cannot_write(values: Tree) -> None:
    for container in containers(values):
        security = tree(container["securityContext"])
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}


@EVERY
def test_a_replica_of_scoring_keeps_its_index_where_it_may_write(values: Tree) -> None:
    spec = at(of_kind(values, "Deployment")["scoring"], "spec", "template", "spec")
    container = tree(at(spec, "containers", 0))
    mounts = {at(mount, "mountPath"): at(mount, "name") for mount in items(container["volumeMounts"])}
    folder = str(Path(plain(container)["INDEX_SNAPSHOT"]).parent)
    own = [volume for volume in items(at(spec, "volumes")) if at(volume, "name") == mounts[folder]]
    assert "emptyDir" in tree(own[0])


@EVERY
def test_a_replica_of_scoring_begins_with_the_kernels_of_the_image(values: Tree) -> None:
    spec = at(of_kind(values, "Deployment")["scoring"], "spec", "template", "spec")
    first = tree(at(spec, "initContainers", 0))
    kept = re.search(r"^ *NUMBA_CACHE_DIR=(\S+)/kernels ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert kept
    assert f'copytree("{kept[1]}", "{at(first, "volumeMounts", 0, "mountPath")}"' in str(first["command"])
    mounts = {
        at(each, "name"): at(each, "mountPath") for each in items(at(spec, "containers", 0, "volumeMounts"))
    }
    assert mounts[at(first, "volumeMounts", 0, "name")] == kept[1]


@EVERY
def test_every_pod_is_nobody_under_the_usual_filter_and_knows_no_neighbours(values: Tree) -> None:
    for kind in ("Deployment", "Job"):
        for each in of_kind(values, kind).values():
            spec = tree(at(each, "spec", "template", "spec"))
            assert at(spec, "securityContext", "runAsNonRoot") is True
            assert at(spec, "securityContext", "seccompProfile", "type") == "RuntimeDefault"
            assert spec["automountServiceAccountToken"] is spec["enableServiceLinks"] is False


def test_a_slow_start_is_no_failed_roll_out() -> None:
    for each in of_kind({}, "Deployment").values():
        probe = tree(at(each, "spec", "template", "spec", "containers", 0, "startupProbe"))
        patient = int(str(probe["periodSeconds"])) * int(str(probe["failureThreshold"]))
        assert int(str(at(each, "spec", "progressDeadlineSeconds"))) > patient


@pytest.mark.parametrize(
    ("values", "kind", "where"),
    [
        ({}, "ScaledObject", ("advanced", "horizontalPodAutoscalerConfig", "behavior")),
        (SETS["hpa-and-tls"], "HorizontalPodAutoscaler", ("behavior",)),
    ],
)
def test_replicas_are_taken_away_one_at_a_time(values: Tree, kind: str, where: tuple[str, ...]) -> None:
    for each in of_kind(values, kind).values():
        policies = items(at(each, "spec", *where, "scaleDown", "policies"))
        assert [(at(one, "type"), at(one, "value")) for one in policies] == [("Pods", 1)]


def signing_secret(values: Tree) -> Tree | None:
    """The secret that the chart makes, where it makes one."""
    return next((each for each in rendered(values) if each["kind"] == "Secret"), None)


@EVERY
def test_secrets_come_by_reference_only(values: Tree) -> None:
    made = signing_secret(values)
    assert made is None or set(tree(made["data"])) == {"SALT", "CITY_SECRET", "LETTER_SECRET"}
    for container in containers(values):
        for one in items(container.get("env", [])):
            if any(
                word in str(at(one, "name"))
                for word in ("SECRET", "PASSWORD", "SALT", "AMQP_URL", "MONGO_URL")
            ):
                assert "secretKeyRef" in tree(at(one, "valueFrom"))


@EVERY
def test_a_service_is_given_the_secret_it_signs_with_and_no_other(values: Tree) -> None:
    made = signing_secret(values)
    name = "citiesshare-signing" if made is None else at(made, "metadata", "name")
    for service, each in of_kind(values, "Deployment").items():
        references = {
            str(at(one, "name")): at(one, "valueFrom", "secretKeyRef", "name")
            for one in items(at(each, "spec", "template", "spec", "containers", 0, "env"))
            if "valueFrom" in tree(one)
        }
        signing = {
            field.upper() for field in SETTINGS[{"pages": "notifications"}.get(service, service)].signs
        }
        assert {variable for variable, of in references.items() if of == name} == signing


def test_the_secrets_that_sign_are_drawn_at_random_and_kept_when_the_release_changes_or_goes() -> None:
    first, second = (tree(signing_secret({})) for _ in range(2))
    drawn = [
        base64.b64decode(str(value)) for each in (first, second) for value in tree(each["data"]).values()
    ]
    assert len(set(drawn)) == 6
    assert min(map(len, drawn)) >= 43
    assert at(first, "metadata", "annotations", "helm.sh/resource-policy") == "keep"
    template = (CHART / "templates/signing-secret.yaml").read_text()
    # No cluster is asked here: what `lookup` finds there wins over what is drawn.
    assert re.search(r'\$kept := \(lookup "v1" "Secret" \.Release\.Namespace \$name\)\.data', template)
    assert "index $kept . | default (randAlphaNum 43" in template


@EVERY
def test_operators_ports_are_opened_to_monitoring_only_and_public_ports_to_the_gateway_only(
    values: Tree,
) -> None:
    for service, each in of_kind(values, "NetworkPolicy").items():
        if service in SERVICES:
            opened = {
                str(at(port, "port")): str(at(rule, "from"))
                for rule in items(at(each, "spec", "ingress"))
                for port in items(at(rule, "ports"))
                if "from" in tree(rule)
            }
            assert ("ingress" in opened["http"], "monitoring" in opened["http"]) == (True, False)
            assert ("ingress" in opened["operations"], "monitoring" in opened["operations"]) == (False, True)


@EVERY
def test_whoever_watches_asks_the_operators_port(values: Tree) -> None:
    for each in of_kind(values, "Deployment").values():
        container = tree(at(each, "spec", "template", "spec", "containers", 0))
        ports = {at(port, "name"): at(port, "containerPort") for port in items(container["ports"])}
        assert ports["operations"] == int(plain(container)["OPERATIONS_PORT"]) != ports["http"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert at(container, probe, "httpGet", "port") == "operations"
    for each in of_kind(values, "ServiceMonitor").values():
        assert at(each, "spec", "endpoints", 0, "port") == "operations"


@EVERY
def test_liveness_asks_nobody_else_and_readiness_asks_everybody(values: Tree) -> None:
    for each in of_kind(values, "Deployment").values():
        container = at(each, "spec", "template", "spec", "containers", 0)
        assert at(container, "livenessProbe", "httpGet", "path") == "/health/live"
        assert at(container, "readinessProbe", "httpGet", "path") == "/health/ready"


def test_only_notifications_may_go_to_the_relay() -> None:
    reach = {
        service: ports(at(each, "spec", "egress")) for service, each in of_kind({}, "NetworkPolicy").items()
    }
    assert {service for service, open_ports in reach.items() if 587 in open_ports} == {"notifications"}


def test_the_job_reaches_the_broker_alone_and_its_policy_is_there_before_it() -> None:
    policy = of_kind({}, "NetworkPolicy")["topology"]
    assert ports(at(policy, "spec", "egress")) == {53, 5671, 5672}
    assert int(str(at(policy, "metadata", "annotations", "helm.sh/hook-weight"))) < 0


def test_what_comes_back_reaches_notifications_and_nobody_else() -> None:
    doors = {
        service: {str(at(port, "name")): at(port, "targetPort") for port in items(at(each, "spec", "ports"))}
        for service, each in of_kind({}, "Service").items()
    }
    assert {service for service, named in doors.items() if "returns" in named} == {"notifications"}
    policy = of_kind({}, "NetworkPolicy")["notifications"]
    opened = [
        at(port, "port") for rule in items(at(policy, "spec", "ingress")) for port in items(at(rule, "ports"))
    ]
    container = at(of_kind({}, "Deployment")["notifications"], "spec", "template", "spec", "containers", 0)
    listened = {at(port, "name"): at(port, "containerPort") for port in items(at(container, "ports"))}
    assert "returns" in opened
    assert listened["returns"] == int(plain(tree(container))["RETURNS_PORT"])


def ports(egress: Value) -> set[int]:
    """The ports that egress rules open."""
    return {int(str(at(port, "port"))) for rule in items(egress) for port in items(at(rule, "ports"))}


def test_the_topology_is_declared_before_the_roll_out_with_the_same_waits() -> None:
    job = of_kind({}, "Job")["topology"]
    assert at(job, "metadata", "annotations", "helm.sh/hook") == "pre-install,pre-upgrade"
    waits = plain(tree(at(job, "spec", "template", "spec", "containers", 0)))["RETRY_WAITS"]
    for each in of_kind({}, "Deployment").values():
        assert plain(tree(at(each, "spec", "template", "spec", "containers", 0)))["RETRY_WAITS"] == waits


def test_a_digest_is_what_names_the_image() -> None:
    assert all("@sha256:" in str(container["image"]) for container in containers(SETS["hpa-and-tls"]))
