"""Amounts and other numbers as spreadsheets of many countries write them: read where they mean one number."""

import re
from decimal import Decimal as Exactly
from typing import Literal

from shared.facts import CURRENCY_SIGNS

Decimal = Literal[",", "."]
SPACES = " \u00a0\u2007\u2009\u202f"
APOSTROPHES = "'’"
# "$", "kr" and "¥" mean several currencies and are only taken off; longer signs end with shorter ones.
_OTHER_SIGNS = ("$", "¥", "kr.", "kr", "Fr.", "元", "円")
_SIGNS = sorted((*CURRENCY_SIGNS, *_OTHER_SIGNS), key=len, reverse=True)
_CODE = re.compile(r"^([A-Z]{3})(?=[\d\s+-])|(?<=[\d\s])([A-Z]{3})$")
_GROUPED = re.compile(rf"(\d{{1,3}})(?:[{SPACES}{APOSTROPHES}]\d{{3}})+(?=[.,]|$)")
_NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d{1,3})?")


def read_number(cell: str, *, decimal: Decimal | None, commas_part_cells: bool) -> str:
    """Return the number in ``cell`` with a decimal point.

    ``decimal`` is the declared mark. Without it a point in a table that is parted by commas is the decimal
    point, as in what we write ourselves. Raises ValueError, with both readings where there are two.
    """
    bare = _ungrouped(without_sign(cell)[0])
    if not _NUMBER.fullmatch(bare):
        raise ValueError(f"{cell!r} is no number: write digits, such as 1250.50")
    mark = decimal or _mark_in(bare, cell, commas_part_cells=commas_part_cells)
    bare, _, power = bare.lower().partition("e")
    whole, _, fraction = bare.partition(mark) if mark else (bare, "", "")
    other = "." if mark == "," else ","
    if other in fraction or (
        other in whole and not re.fullmatch(rf"[+-]?\d{{1,3}}(\{other}\d{{3}})+", whole)
    ):
        raise ValueError(
            f"{cell!r} is no number where {mark or other!r} is the decimal mark: check the marks"
        )
    return _without_power(whole.replace(other, "") + (f".{fraction}" if fraction else ""), power)


def _without_power(number: str, power: str) -> str:
    """Write ``1.5`` with the power ``3`` as ``1500``: nobody reads "1E+6" in a letter."""
    return format(Exactly(f"{number}e{power}"), "f") if power else number


def without_sign(cell: str) -> tuple[str, str | None]:
    """Return ``cell`` without its currency, and the code of the currency where the sign means one."""
    text = cell.strip(SPACES)
    if match := _CODE.search(text):
        return (text[: match.start()] + text[match.end() :]).strip(SPACES), match[1] or match[2]
    for sign in _SIGNS:
        if text.startswith(sign) or text.endswith(sign):
            return text.removeprefix(sign).removesuffix(sign).strip(SPACES), CURRENCY_SIGNS.get(sign)
    return text, None


def _ungrouped(text: str) -> str:
    """Take spaces and apostrophes out that part thousands; they can mean nothing else."""
    return _GROUPED.sub(lambda match: re.sub(rf"[{SPACES}{APOSTROPHES}]", "", match[0]), text)


def _mark_in(bare: str, cell: str, *, commas_part_cells: bool) -> Decimal | Literal[""]:
    """The decimal mark of a number, "" where it has none; raises ValueError where it may have one or not."""
    if "e" in bare.lower():  # as spreadsheets write large numbers: one digit, its mark, and a power of ten
        bare = bare.lower().partition("e")[0]
        return "," if "," in bare else "."
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return "." if bare.rindex(".") > bare.rindex(",") else ","
    if points > 1 or commas > 1:  # the mark stands more than once, so it parts thousands
        return "," if points else "."
    if not points and not commas:
        return ""
    mark: Decimal = "." if points else ","
    whole, _, fraction = bare.lstrip("+-").partition(mark)
    if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return mark
    if mark == "." and commas_part_cells:
        return mark
    raise ValueError(
        f"{cell!r} may be {whole}{fraction} or {whole}.{fraction}: write {whole}{fraction}, "
        f"or declare the decimal mark (--decimal ',' or '.'; over HTTP ?decimal=)"
    )
