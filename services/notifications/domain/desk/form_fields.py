"""The forms as data: which steps ask which fields, and where each answer stands in a record."""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from shared.right_of_reply import FAILURES

Part = Literal["solution", "outcome", "need", "adoption"]
"""The record that a form is about; a report is about a solution and the city's attempt at it."""
FormKind = Literal["report", "need", "adopt"]
FieldKind = Literal["line", "lines", "area", "number", "months", "date", "money", "choice", "topics"]

WENT_WELL = frozenset({"succeeded", "running"})
COMPONENT = "component_"


class FormField(NamedTuple):
    """One question.

    ``paths`` are where the answer stands: a part, then keys of its record joined by ``/``. ``options`` names
    the vocabulary of a choice. ``label`` is the question where it is not in the vocabulary.
    """

    name: str
    kind: FieldKind
    paths: tuple[str, ...]
    options: str = ""
    choices: tuple[str, ...] = ()
    label: str = ""

    def paths_in(self, part: str) -> tuple[str, ...]:
        """The paths of this field in the record of ``part``, without its name."""
        return tuple(path.removeprefix(f"{part}/") for path in self.paths if path.startswith(f"{part}/"))


class Step(NamedTuple):
    """Questions that are asked on one page; ``outcomes`` are those after which they are asked, if not all."""

    name: str
    fields: tuple[FormField, ...]
    outcomes: frozenset[str] | None = None


def _failure(step: str, name: str, kind: FieldKind = "area", options: str = "") -> Step:
    return Step(step, (FormField(name, kind, (f"outcome/failure/{name}",), options),), FAILURES)


REPORT = (
    Step(
        "what",
        (
            FormField("title", "line", ("solution/title",)),
            FormField("summary", "area", ("solution/summary",)),
        ),
    ),
    Step(
        "problem",
        (
            FormField("statement", "area", ("solution/problem/statement",)),
            FormField("service_owner", "line", ("solution/problem/service_owner",)),
            FormField("baseline_kpi", "line", ("solution/problem/baseline/kpi",)),
            FormField("baseline_value", "number", ("solution/problem/baseline/value",)),
            FormField("baseline_unit", "line", ("solution/problem/baseline/unit",)),
            FormField("baseline_date", "date", ("solution/problem/baseline/date",)),
        ),
    ),
    Step("topics", (FormField("topics", "topics", ("solution/topics",)),)),
    Step(
        "outcome",
        (
            FormField(
                "outcome",
                "choice",
                ("outcome/outcome",),
                "outcome",
                ("succeeded", "partial", "abandoned", "failed", "running"),
            ),
        ),
    ),
    Step("kept", (FormField("learnt", "area", ("outcome/failure/kept",)),), FAILURES),
    _failure("cause", "cause", "choice", "cause"),
    _failure("expectation", "expectation"),
    _failure("result", "result"),
    _failure("sign", "first_warning_sign"),
    _failure("change", "decision_to_change"),
    _failure("conditions", "conditions"),
    _failure("sunk", "sunk_cost", "money"),
    _failure("evidence", "evidence", "line"),
    Step("why", (FormField("why", "area", ("outcome/why",)),), WENT_WELL),
    Step(
        "course",
        (
            FormField("started", "date", ("outcome/started",)),
            FormField("ended", "date", ("outcome/ended",)),
            FormField("cost", "money", ("solution/cost", "outcome/cost")),
            FormField("months", "months", ("solution/months", "outcome/months")),
            FormField("steps", "lines", ("solution/blueprint/steps",)),
            FormField("roles", "lines", ("solution/blueprint/roles",)),
        ),
    ),
    Step(
        "audience",
        (
            FormField("embargo", "choice", ("solution/embargo",), "embargo", ("none", "day", "transition")),
            FormField("embargo_until", "date", ("solution/embargo_until",)),
            FormField("contact", "line", ("solution/contact/post", "outcome/failure/contact")),
        ),
    ),
)
NEED = (
    Step(
        "need",
        (
            FormField("need_title", "line", ("need/title",)),
            FormField("description", "area", ("need/description",)),
        ),
    ),
    Step("topics", (FormField("topics", "topics", ("need/topics",)),)),
    Step(
        "plan",
        (
            FormField(
                "stage",
                "choice",
                ("need/stage",),
                "stage",
                ("exploring", "early", "announced", "open", "decided", "unmet"),
            ),
            FormField("deadline", "date", ("need/deadline",)),
            FormField("route", "line", ("need/route",)),
            FormField("budget", "money", ("need/budget",)),
            FormField("departments", "lines", ("need/departments",)),
        ),
    ),
)
HOW = Step(
    "how", (FormField("how", "choice", ("adoption/kind",), "how", ("copied", "adapted", "bought", "built")),)
)
STEPS: Mapping[FormKind, tuple[Step, ...]] = {"report": REPORT, "need": NEED, "adopt": (HOW,)}


def components_step(components: Collection[str]) -> Step:
    """The step that asks what became of each component of what was taken over."""
    return Step(
        "components",
        tuple(
            FormField(
                f"{COMPONENT}{number}",
                "choice",
                ("adoption/",),
                "taken",
                ("kept", "changed", "dropped"),
                name,
            )
            for number, name in enumerate(components)
        ),
    )


def steps_of(kind: FormKind, parts: Collection[str], outcome: str, components: Collection[str]) -> list[Step]:
    """Return the steps of a form about ``parts``, with the fields that stand in their records.

    Which steps a report has depends on its ``outcome``: a failure has ten questions of its own.
    """
    steps = _all_steps(kind, components)
    asked = (step for step in steps if step.outcomes is None or outcome in step.outcomes)
    shown = (step._replace(fields=_of_parts(step, parts)) for step in asked)
    return [step for step in shown if step.fields]


def every_field(kind: FormKind, parts: Collection[str], components: Collection[str]) -> list[FormField]:
    """Return the fields of all steps of a form about ``parts``, whether they are asked or not."""
    return [field for step in _all_steps(kind, components) for field in _of_parts(step, parts)]


def _all_steps(kind: FormKind, components: Collection[str]) -> tuple[Step, ...]:
    more = (components_step(components),) if kind == "adopt" and components else ()
    return (*STEPS[kind], *more)


def _of_parts(step: Step, parts: Collection[str]) -> tuple[FormField, ...]:
    return tuple(
        field for field in step.fields if any(path.partition("/")[0] in parts for path in field.paths)
    )
