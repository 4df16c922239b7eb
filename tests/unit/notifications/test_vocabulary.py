"""The tables of words are joined without losing one."""

import pytest

from services.notifications.domain.translatable import combined


def test_tables_without_a_common_key_are_joined_in_their_order() -> None:
    assert list(combined({"b": 1}, {"a": 2}, {}, {"c": 3}).items()) == [("b", 1), ("a", 2), ("c", 3)]


@pytest.mark.parametrize(
    ("tables", "named"),
    [
        (({"a": 1}, {"a": 2}), "a$"),
        (({"a": 1}, {"a": 1}), "a$"),
        (({"a": 1, "b": 1}, {"c": 1}, {"b": 2, "a": 2}), "a, b$"),
    ],
)
def test_a_key_of_two_tables_is_an_error_that_names_it(
    tables: tuple[dict[str, int], ...], named: str
) -> None:
    with pytest.raises(ValueError, match=f"defined twice: {named}"):
        combined(*tables)
