"""What a newer version may add: fields that nobody here knows, in every object that is ours."""

from typing import Any

# Objects whose keys are data, not field names: a key added there would be a fact, not an unknown field.
TABLES = frozenset(
    {
        "translations",
        "need_titles",
        "titles",
        "agreed_risk_by_topic",
        "have",
        "ratings",
        "city_names",
        "parameters",
        "release",
    }
)
ADDED = "from_the_future"


def with_more(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """``value`` with a field from the future in every object that is ours, not somebody's own table."""
    if isinstance(value, list):
        return [with_more(one) for one in value]
    if not isinstance(value, dict) or not value:
        return value
    kept = {name: one if name in TABLES else with_more(one) for name, one in value.items()}
    return {**kept, ADDED: {"deep": [1]}}
