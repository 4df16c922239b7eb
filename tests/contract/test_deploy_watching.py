"""Alerts, their tests, the dashboard and the runbook: they name what there is, and each other."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

import services.notifications.metrics
import services.scoring.metrics
import shared.observability.metrics
from tests.contract.deployment import DEPLOY, Tree, at, items, read, tree

promql = pytest.importorskip(
    "promql_parser", reason="promql-parser is not installed: pip install promql-parser"
)

# What the broker and Prometheus themselves tell; test_deploy_broker.py asks a real broker for the former.
BROKERS = re.compile(r"rabbitmq_\w+")
PROMETHEUS = {"up"}
# The process metrics of prometheus_client exist where /proc does.
PROCESS = re.compile(r"process_\w+")
OURS = (shared.observability.metrics, services.scoring.metrics, services.notifications.metrics)


def rules() -> list[Tree]:
    return [
        tree(rule)
        for group in items(read("deploy/prometheus/rules.yml")["groups"])
        for rule in items(at(group, "rules"))
    ]


def alerts() -> list[str]:
    return [str(rule["alert"]) for rule in rules() if "alert" in rule]


def dashboard() -> list[str]:
    """The expressions of the dashboard, with Grafana's variables filled in as Grafana does."""
    panels = [tree(panel) for panel in items(read("deploy/grafana/citiesshare.json")["panels"])]
    found = [str(at(target, "expr")) for panel in panels for target in items(panel.get("targets", []))]
    return [
        text.replace("$__rate_interval", "1m").replace("$service", "scoring|submissions") for text in found
    ]


EXPRESSIONS = [*(str(rule["expr"]) for rule in rules()), *dashboard()]


def told_by_us() -> set[str]:
    """The names of all series that our modules tell."""
    assert all(module.__name__ for module in OURS)
    families = list(REGISTRY.collect())
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    return {family.name + end for family in families for end in endings.get(family.type, ())}


def selected(expression: object) -> Iterator[str]:
    """The names of the series that a parsed expression reads."""
    if isinstance(expression, promql.VectorSelector):
        yield expression.name
    for part in ("expr", "lhs", "rhs", "vector_selector", "vs", "args", "param"):
        inner = getattr(expression, part, None)
        for each in inner if isinstance(inner, list) else [inner]:
            if each is not None:
                yield from selected(each)


def test_the_walk_finds_every_series_of_an_expression() -> None:
    text = "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m]))) > 2 and on () (min(b) > 3) or absent(c)"
    assert set(selected(promql.parse(text))) == {"a_bucket", "b", "c"}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_reads_only_series_that_somebody_tells(expression: str) -> None:
    series = set(selected(promql.parse(expression)))
    assert series
    theirs = {name for name in series if BROKERS.fullmatch(name) or PROCESS.fullmatch(name)}
    assert series - theirs - PROMETHEUS <= told_by_us()


def test_every_alert_has_a_section_in_the_runbook_and_says_so() -> None:
    sections = set(re.findall(r"^### (\w+)$", (DEPLOY / "runbook.md").read_text(), re.MULTILINE))
    assert sections == set(alerts())
    for rule in rules():
        if "alert" in rule:
            link = at(rule, "annotations", "runbook")
            assert link == f"deploy/runbook.md#{str(rule['alert']).lower()}"


def test_every_alert_has_a_test_in_which_it_fires() -> None:
    tests = [tree(test) for test in items(read("deploy/prometheus/tests.yml")["tests"])]
    cases = [tree(case) for test in tests for case in items(test["alert_rule_test"])]
    assert {str(case["alertname"]) for case in cases if case["exp_alerts"]} == set(alerts())


def test_no_alert_is_named_twice() -> None:
    assert len(alerts()) == len(set(alerts()))


def test_promtool_agrees() -> None:
    promtool = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is not installed: apt-get install prometheus, or set PROMTOOL to it")
    for command in (
        ["check", "rules", "rules.yml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "tests.yml"],
    ):
        done = subprocess.run(
            [promtool, *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_panels_do_not_overlap_and_say_what_they_show() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in items(read("deploy/grafana/citiesshare.json")["panels"]):
        place = {name: int(str(size)) for name, size in tree(at(panel, "gridPos")).items()}
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells
        taken |= cells
        assert at(panel, "type") == "row" or at(panel, "description")
