"""What is printed in the end: how each kind was answered, what was found, and the figures."""

import time
from collections import Counter

from rich.console import Console
from rich.table import Table

from tests.attack.attack import Outcome
from tests.attack.findings import KINDS
from tests.attack.plan import Plan

MOST = 40


def show(console: Console, outcome: Outcome) -> None:
    """Print the tables."""
    _answers(console, outcome)
    _around(console, outcome)
    findings = outcome.findings
    for kind in KINDS:
        found = [each for each in findings.found if each.kind == kind]
        for each in found[:MOST]:
            numbers = ", ".join(map(str, each.numbers[:5]))
            console.print(f"{kind}: {each.what} [seed {findings.seed}, input {numbers or '?'}]", markup=False)
        if len(found) > MOST:
            console.print(f"{kind}: {len(found) - MOST} more", markup=False)
    if findings.found:
        console.print(f"inputs and logs are in {findings.folder}", markup=False)


def _answers(console: Console, outcome: Outcome) -> None:
    findings, total = outcome.findings, sum(outcome.findings.sent.values())
    table = Table("way", "kind", "sent", "answered", title="How the inputs were answered")
    by_way: Counter[str] = Counter()
    for (way, kind), sent in sorted(findings.sent.items()):
        by_way[way] += sent
        answers = {a: n for (w, k, a), n in findings.answers.items() if (w, k) == (way, kind)}
        told = ", ".join(f"{a}: {n}" for a, n in sorted(answers.items(), key=lambda one: -one[1])[:5])
        table.add_row(way, kind, str(sent), told)
    console.print(table)
    shares = ", ".join(
        f"{way} {sent} ({100 * sent / max(1, total):.0f} %)" for way, sent in sorted(by_way.items())
    )
    foreign = sum(sent for (_, kind), sent in findings.sent.items() if kind.startswith("foreign"))
    console.print(f"by way: {shares}; in another's name {foreign} ({100 * foreign / max(1, total):.0f} %)")


def _around(console: Console, outcome: Outcome) -> None:
    memory = ", ".join(f"{name} {used / 2**20:.0f} MB" for name, used in sorted(outcome.memory.items()))
    console.print(f"attacked for {outcome.seconds:.0f} s; most memory: {memory}")
    for url, (took, late, moment) in sorted(outcome.slowest.items()):
        at = time.strftime("%H:%M:%S", time.localtime(moment))
        console.print(
            f"slowest answer of {url}: {took:.2f} s at {at} ({late:.2f} s of waiting for the machine aside)",
            markup=False,
        )
    fates = Counter(outcome.fates.values())
    console.print(
        "fates of messages: " + ", ".join(f"{fate} {count}" for fate, count in sorted(fates.items()))
    )


def refused_though_allowed(outcome: Outcome, plan: Plan) -> Counter[str]:
    """Own words that were not taken, by key: no finding, but worth a look."""
    found: Counter[str] = Counter()
    for number, fate in outcome.fates.items():
        one = plan.input(number)
        if one.kind == "own_words" and one.statement and fate not in {"recorded", "held"}:
            found[f"{one.statement.key} {fate}"] += 1
    return found
