"""E1, problem definition."""

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value
from shared.facts import Problem


def problem_definition(problem: Problem, framework: Framework) -> Value:
    """Items present of five: statement, people affected, dated baseline KPI, service owner, why now.

    Source: framework E1. An empty text is an item that was asked for and is absent.
    """
    items = (
        problem.statement,
        problem.people_affected,
        problem.baseline,
        problem.service_owner,
        problem.why_now,
    )
    if all(item is None for item in items):
        return UnknownValue()
    present = sum(item is not None and item != "" for item in items)
    why = MessageReference("problem", {"present": present, "items": len(items)})
    return KnownValue(present / len(items), framework.evaluation.problem.error, why)
