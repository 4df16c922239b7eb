"""One value in one cell, so that spreadsheets do not harm it and it does not harm spreadsheets."""

import json
import re

from pydantic import JsonValue

from services.submissions.application.tables.columns import Shape
from services.submissions.application.tables.content_hash import pruned
from shared.json_limits import NESTED_TOO_DEEPLY, too_deep

# A cell that begins like this would run as a formula: an apostrophe before it makes it text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_CODE = re.compile(r"[A-Za-z][\w-]*:[\w.-]+")
_LINES = re.compile(r"[\r\n|]+")  # topics one below the other in a cell, or with bars between


class NoTopic(ValueError):
    """A text that is no topic."""

    def __init__(self, written: str) -> None:
        self.written = written
        super().__init__(f"{written!r} is no topic: write a scheme and a code, such as CPV:90511000")


def cell_of(value: JsonValue, shape: Shape) -> str:
    """Return what to write for a JSON value; not known is an empty cell."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _guarded(value)
    return _in_short(value, shape) or json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def value_of(cell: str, shape: Shape) -> JsonValue:
    """Return the JSON value of a cell that is not empty; raises ``ValueError`` on JSON that is none."""
    text = cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
    if shape == "value":
        return text
    if shape == "json" or text.lstrip().startswith(("[", "{")):
        return json_of(text)
    if shape == "topic":
        return _topic(text)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if shape == "lines":
        return [*parts]
    parts = [part.strip() for whole in parts for part in _LINES.split(whole) if part.strip()]
    return [_topic(code) for part in parts for code in _with_commas(part)]


def _with_commas(text: str) -> list[str]:
    """Several topics that commas or spaces part (``CPV:45233162, CPV:33141620``); those inside one stay."""
    parts = re.split(r"[,\s]+", text.strip(", "))
    return parts if all(map(_CODE.fullmatch, parts)) else [text]


def json_of(text: str) -> JsonValue:
    """Return the JSON value in ``text``; raises ``ValueError``, also where it nests too deeply."""
    if too_deep(text.encode("utf-8", "surrogatepass")):
        raise ValueError(NESTED_TOO_DEEPLY)
    value: JsonValue = json.loads(text)
    return value


def _in_short(value: JsonValue, shape: Shape) -> str | None:
    """Return ``"a; b"`` where exactly this value is read from it again, else ``None``."""
    if shape == "topic":
        text = _topic_cell(value)
    elif shape in ("lines", "topics") and isinstance(value, list):
        text = "; ".join(item if isinstance(item, str) else _topic_cell(item) or "" for item in value)
    else:
        return None
    cell = _guarded(text or "")
    try:
        return cell if cell and value_of(cell, shape) == pruned(value) else None
    except ValueError:
        return None


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _topic_cell(value: JsonValue) -> str | None:
    return f"{value['scheme']}:{value['id']}" if isinstance(value, dict) else None


def _topic(text: str) -> dict[str, JsonValue]:
    scheme, mark, identifier = text.partition(":")
    if not mark:
        raise NoTopic(text)
    return {"scheme": scheme.strip(), "id": identifier.strip()}
