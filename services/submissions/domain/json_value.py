"""A JSON value, and how deep we follow one."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
DEEPEST = 64
