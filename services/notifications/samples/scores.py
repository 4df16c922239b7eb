"""How good, how risky and how fitting the hub is, with every reason."""

from services.notifications.samples.people import WRITTEN
from shared.events import Assessment, Contribution, Estimate, Sentence

Row = tuple[str, float, float | None, str, dict[str, str | int | float]]
EVALUATION: tuple[Row, ...] = (
    ("problem", 8.0, 10, "problem", {"strength": "4", "present": 4, "items": 5, "source": "description"}),
    (
        "evidence",
        18.75,
        25,
        "evidence",
        {
            "strength": "4",
            "studies": 3,
            "sms": 4,
            "cities": 2,
            "independence": "independent",
            "source": "studies",
        },
    ),
    (
        "effect",
        15.25,
        20,
        "effect",
        {"strength": "4", "reached": 92.9, "measured": 1, "kpis": 1, "source": "kpis"},
    ),
    (
        "delivery",
        6.0,
        10,
        "delivery",
        {"strength": "3", "cost": "103 %", "months": "unknown", "source": "plan"},
    ),
    (
        "record",
        11.0,
        15,
        "record",
        {"strength": "4", "ended": 3, "overdue": 0, "success": 73.3, "source": "outcomes"},
    ),
    ("citizens", 5.0, 10, "missing_evaluation", {"low": 66.5, "high": 76.5}),
    (
        "reuse",
        7.5,
        10,
        "reuse",
        {"strength": "4", "found": 6, "items": 8, "unknown": 1, "source": "description"},
    ),
)
RISK: tuple[Row, ...] = (
    (
        "immaturity",
        -4.1,
        None,
        "immaturity",
        {"level": "low", "readiness": 8, "rated": 2, "source": "rating"},
    ),
    (
        "lockin",
        -1.2,
        None,
        "lockin",
        {"level": "low", "bad": 2, "items": 10, "unknown": 2, "source": "description"},
    ),
    (
        "organisation",
        2.2,
        None,
        "organisation_risk",
        {"level": "average", "share": 51.2, "source": "profile"},
    ),
    (
        "political",
        -3.5,
        None,
        "political",
        {"level": "very low", "election": 30.0, "delivery": 9.0, "anchors": 1, "source": "profile"},
    ),
    ("legal", 0.0, None, "missing_risk", {"low": 21.4, "high": 38.2}),
)
TRANSFER: tuple[Row, ...] = (
    (
        "organisation",
        15.1,
        30,
        "transfer",
        {"strength": "3", "known": 4, "asked": 6, "nearest": "Tampere", "source": "profile"},
    ),
    (
        "resources",
        13.9,
        30,
        "transfer",
        {"strength": "3", "known": 5, "asked": 6, "nearest": "Malmö", "source": "claim"},
    ),
    (
        "economy",
        9.2,
        15,
        "transfer",
        {"strength": "4", "known": 3, "asked": 3, "nearest": "Tampere", "source": "profile"},
    ),
    (
        "citizens",
        20.0,
        25,
        "transfer",
        {"strength": "5", "known": 5, "asked": 5, "nearest": "unknown", "source": "profile"},
    ),
)
CHANGES = (
    Sentence(message="band_changed", parameters={"before": "Adapt with changes", "after": "Build first"}),
    Sentence(message="point_left", parameters={"score": "risk", "before": 19.2, "after": 26.7}),
    Sentence(message="point_moved", parameters={"score": "evaluation", "before": 74.0, "after": 71.5}),
    Sentence(message="driver", parameters={"score": "evaluation", "what": "record", "points": -2.5}),
    Sentence(reason="It failed in Heerlen: no haulier used the hub after the subsidy ended"),
)


def assessment() -> Assessment:
    """Three numbers and what stands beside them."""
    return Assessment(
        framework="1.0",
        as_of=WRITTEN,
        evaluation=Estimate(value=71.5, low=64.5, high=78.4),
        coverage=0.9,
        grade="A",
        evidence_level=4,
        risk=Estimate(value=26.7, low=11.1, high=51.5),
        base_risk=33.3,
        learning=62,
        transferability=Estimate(value=58.2, low=44.0, high=71.0),
        weakest="resources",
        band="Build first",
        robust=True,
        next_best_datum="citizens",
        evaluation_contributions=_contributions(EVALUATION),
        risk_contributions=_contributions(RISK),
        transfer_contributions=_contributions(TRANSFER),
    )


def _contributions(rows: tuple[Row, ...]) -> tuple[Contribution, ...]:
    return tuple(
        Contribution.model_validate(
            {"key": key, "points": points, "of": of, "known": not message.startswith("missing")}
            | {"message": message, "parameters": {"what": key, "points": points, "of": of or 0.0} | values}
        )
        for key, points, of, message, values in rows
    )
