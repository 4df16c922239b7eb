"""Writes the tables of docs/framework.md and the JSON Schema from the settings, so that they stay true.

python -m services.scoring.framework.page
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.scoring.adapters.framework_files import FOLDER, load
from services.scoring.domain.framework import Framework, IndicatorSettings, Transfer

PAGE = Path("docs/framework.md")
SCHEMA = FOLDER / "framework.schema.json"
BEGIN, END = "<!-- settings: written from the settings file -->", "<!-- /settings -->"


def schema() -> str:
    """The JSON Schema (2020-12) that every settings file follows."""
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Framework.model_json_schema()}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def tables(framework: Framework) -> str:
    """The weights, coefficients, priors, thresholds and indicators as tables."""
    e, r, t, b = framework.evaluation, framework.risk, framework.transferability, framework.bands
    record, caps, fit = framework.track_record, framework.evaluation.caps, framework.fit
    thresholds = {
        "missing input counts as": framework.missing.value,
        "cap after harm": caps.harm,
        "cap on a claim": caps.claim,
        "a critical unit is lacking below": b.critical_unit,
        "widest interval of R": b.widest_risk,
        "agreed risk φ, if none is agreed": round(b.agreed_risk, 4),
        "ready from E": b.ready_evaluation,
        "ready from T": b.ready_transferability,
        "robust under a change of one weight by ±": b.robustness,
        "failed and not known to have worked anywhere: learn": "yes" if b.learn_from_failures else "no",
        "likeness: indicators that both cities know, at least": framework.likeness.least_known,
        "likeness: more alike than another from": framework.likeness.difference,
        "prior successes": record.prior.alpha,
        "prior failures": record.prior.beta,
        "half-life of an outcome, years": record.half_life,
        "overdue after months": record.overdue_after,
        "letters: digest from M": fit.digest,
        "letters: at once from M": fit.immediate,
    }
    return "\n\n".join(
        (
            _table(("criterion", "weight"), e.weights.items()),
            _table(("dimension of risk", "coefficient"), r.coefficients.items()),
            _table(("dimension of transferability", "weight"), t.weights.items()),
            _table(("verification", "weight of an outcome"), record.verification.items()),
            _table(("threshold", "value"), thresholds.items()),
            _table(("indicator", "kind and range"), _indicators(t.indicators)),
        )
    )


def _table(head: tuple[str, str], rows: Iterable[tuple[str, object]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    return "\n".join(lines + [f"| {name} | {value} |" for name, value in rows])


def _indicators(groups: Mapping[Transfer, Mapping[str, IndicatorSettings]]) -> list[tuple[str, str]]:
    return [
        (f"{dimension}: {name}", f"{each.kind} {each.range:g}" if each.range else each.kind)
        for dimension, group in groups.items()
        for name, each in group.items()
    ]


def written(page: str, framework: Framework) -> str:
    """The page with its tables renewed."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{tables(framework)}\n\n{END}{after}"


def main() -> None:
    """Renew both files."""
    SCHEMA.write_text(schema(), encoding="utf-8")
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), load()), encoding="utf-8")


if __name__ == "__main__":
    main()
