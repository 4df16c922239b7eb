"""A JSON value, and how deep we follow one."""

from shared.json_limits import DEEPEST

__all__ = ["DEEPEST", "Json"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
