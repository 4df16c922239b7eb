"""Walks a file along the schema and tells, with lines, what is wrong and what only the network could tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.submissions.domain.publiccode.schema import FILE, ByLanguage, Group, Many, One, Rule
from services.submissions.domain.publiccode.value_checks import Reference, language
from services.submissions.domain.publiccode.yaml_lines import Listing, Scalar, Section, Value

OFFLINE: Final = "cannot be checked offline"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the value at ``path`` in ``line``; ``open`` where it cannot be checked offline."""

    path: str
    line: int
    message: str
    open: bool = False


def remarks(root: Section, reference: Reference) -> tuple[Remark, ...]:
    """Give all that is to be said about a file, in the order of its lines."""
    found = (*_walk("", root, FILE, reference), *_maintenance(root), *_italy(root))
    return tuple(sorted(found, key=lambda remark: (remark.line, remark.path)))


def _walk(path: str, value: Value, rule: Rule, reference: Reference) -> Iterator[Remark]:
    match rule, value:
        case One(), Scalar():
            yield from _single(path, value, rule, reference)
        case Many(), Listing():
            for index, item in enumerate(value.items):
                yield from _walk(f"{path}[{index}]", item, rule.each, reference)
        case Many(or_one=True), Scalar():
            yield from _walk(path, value, rule.each, reference)
        case Group(), Section():
            yield from _group(path, value, rule, reference)
        case ByLanguage(), Section():
            yield from _by_language(path, value, rule, reference)
        case _:
            yield Remark(path, value.line, f"has the wrong type: write {_SHAPES[type(rule)]}")


_SHAPES = {One: "a single value", Many: "a list", Group: "a section", ByLanguage: "a section per language"}


def _single(path: str, value: Scalar, rule: One, reference: Reference) -> Iterator[Remark]:
    complaint = rule.check(value, reference)
    if complaint:
        yield Remark(path, value.line, complaint)
    elif rule.elsewhere:
        yield Remark(path, value.line, f"{OFFLINE}: {rule.elsewhere}", open=True)


def _group(path: str, section: Section, rule: Group, reference: Reference) -> Iterator[Remark]:
    yield from _doubled(path, section)
    for key, value in section.entries.items():
        if key not in rule.keys:
            yield Remark(
                _under(path, key), section.lines[key], "is no key of the standard: drop or rename it"
            )
        elif not _absent(value):
            yield from _walk(_under(path, key), value, rule.keys[key], reference)
    for key, inner in rule.keys.items():
        if inner.required and _missing(section.entries.get(key), a_list=isinstance(inner, Many)):
            line = section.lines.get(key, section.line)
            yield Remark(_under(path, key), line, "is missing: the standard requires it")


def _by_language(path: str, section: Section, rule: ByLanguage, reference: Reference) -> Iterator[Remark]:
    yield from _doubled(path, section)
    if not section.entries:
        yield Remark(path, section.line, "has no language: describe the software in at least one")
    for tag, value in section.entries.items():
        complaint = language(Scalar(tag, section.lines[tag]), reference)
        if complaint:
            yield Remark(_under(path, tag), section.lines[tag], complaint)
        yield from _walk(_under(path, tag), value, rule.each, reference)


def _doubled(path: str, section: Section) -> Iterator[Remark]:
    for key in section.doubled:
        yield Remark(_under(path, key), section.lines[key], "is written twice: keep one")


def _maintenance(root: Section) -> Iterator[Remark]:
    """Contractors belong to a contract and to nothing else; others name whom to contact."""
    section = root.entries.get("maintenance")
    if not isinstance(section, Section):
        return
    kind = section.entries.get("type")
    written = kind.text if isinstance(kind, Scalar) else None
    without = {key for key in ("contractors", "contacts") if _missing(section.entries.get(key))}
    if written == "contract" and "contractors" in without:
        yield Remark("maintenance.contractors", section.line, "is missing: a contract has contractors")
    if written in ("internal", "community") and "contacts" in without:
        yield Remark("maintenance.contacts", section.line, f"is missing: say whom to ask ({written})")
    if written != "contract" and "contractors" not in without:
        line = section.lines["contractors"]
        yield Remark("maintenance.contractors", line, f"does not belong to maintenance of type '{written}'")


def _italy(root: Section) -> Iterator[Remark]:
    if "it" in root.entries and "IT" in root.entries:
        yield Remark("it", root.lines["it"], "says the same as IT: drop it")


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _absent(value: Value) -> bool:
    return isinstance(value, Scalar) and value.text is None


def _missing(value: Value | None, *, a_list: bool = True) -> bool:
    return value is None or _absent(value) or (a_list and isinstance(value, Listing) and not value.items)
