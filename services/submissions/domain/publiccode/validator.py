"""Walks a file along the schema and tells, with lines, what is wrong and what only the network could tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.submissions.domain.publiccode.schema import (
    FILE,
    LanguageRule,
    ListRule,
    Rule,
    ScalarRule,
    SectionRule,
)
from services.submissions.domain.publiccode.value_checks import PubliccodeReference, language
from services.submissions.domain.publiccode.yaml_lines import Value, YamlList, YamlMapping, YamlScalar

OFFLINE: Final = "cannot be checked offline"


@dataclass(frozen=True, slots=True)
class PubliccodeRemark:
    """Something about the value at ``path`` in ``line``; ``open`` where it cannot be checked offline."""

    path: str
    line: int
    message: str
    open: bool = False


def remarks(root: YamlMapping, reference: PubliccodeReference) -> tuple[PubliccodeRemark, ...]:
    """Give all that is to be said about a file, in the order of its lines."""
    findings = (*_walk("", root, FILE, reference), *_maintenance(root), *_italy(root))
    return tuple(sorted(findings, key=lambda remark: (remark.line, remark.path)))


def _walk(path: str, value: Value, rule: Rule, reference: PubliccodeReference) -> Iterator[PubliccodeRemark]:
    match rule, value:
        case ScalarRule(), YamlScalar():
            yield from _single(path, value, rule, reference)
        case ListRule(), YamlList():
            for index, item in enumerate(value.items):
                yield from _walk(f"{path}[{index}]", item, rule.item, reference)
        case ListRule(or_one=True), YamlScalar():
            yield from _walk(path, value, rule.item, reference)
        case SectionRule(), YamlMapping():
            yield from _group(path, value, rule, reference)
        case LanguageRule(), YamlMapping():
            yield from _by_language(path, value, rule, reference)
        case _:
            yield PubliccodeRemark(path, value.line, f"has the wrong type: write {_SHAPES[type(rule)]}")


_SHAPES = {
    ScalarRule: "a single value",
    ListRule: "a list",
    SectionRule: "a section",
    LanguageRule: "a section per language",
}


def _single(
    path: str, value: YamlScalar, rule: ScalarRule, reference: PubliccodeReference
) -> Iterator[PubliccodeRemark]:
    complaint = rule.check(value, reference)
    if complaint:
        yield PubliccodeRemark(path, value.line, complaint)
    elif rule.elsewhere:
        yield PubliccodeRemark(path, value.line, f"{OFFLINE}: {rule.elsewhere}", open=True)


def _group(
    path: str, section: YamlMapping, rule: SectionRule, reference: PubliccodeReference
) -> Iterator[PubliccodeRemark]:
    yield from _doubled(path, section)
    for key, value in section.entries.items():
        if key not in rule.keys:
            yield PubliccodeRemark(
                _under(path, key), section.lines[key], "is no key of the standard: drop or rename it"
            )
        elif not _absent(value):
            yield from _walk(_under(path, key), value, rule.keys[key], reference)
    for key, inner in rule.keys.items():
        if inner.required and _missing(section.entries.get(key), a_list=isinstance(inner, ListRule)):
            line = section.lines.get(key, section.line)
            yield PubliccodeRemark(_under(path, key), line, "is missing: the standard requires it")


def _by_language(
    path: str, section: YamlMapping, rule: LanguageRule, reference: PubliccodeReference
) -> Iterator[PubliccodeRemark]:
    yield from _doubled(path, section)
    if not section.entries:
        yield PubliccodeRemark(path, section.line, "has no language: describe the software in at least one")
    for tag, value in section.entries.items():
        complaint = language(YamlScalar(tag, section.lines[tag]), reference)
        if complaint:
            yield PubliccodeRemark(_under(path, tag), section.lines[tag], complaint)
        yield from _walk(_under(path, tag), value, rule.item, reference)


def _doubled(path: str, section: YamlMapping) -> Iterator[PubliccodeRemark]:
    for key in section.doubled:
        yield PubliccodeRemark(_under(path, key), section.lines[key], "is written twice: keep one")


def _maintenance(root: YamlMapping) -> Iterator[PubliccodeRemark]:
    """Contractors belong to a contract and to nothing else; others name whom to contact."""
    section = root.entries.get("maintenance")
    if not isinstance(section, YamlMapping):
        return
    kind = section.entries.get("type")
    written = kind.text if isinstance(kind, YamlScalar) else None
    without = {key for key in ("contractors", "contacts") if _missing(section.entries.get(key))}
    if written == "contract" and "contractors" in without:
        yield PubliccodeRemark(
            "maintenance.contractors", section.line, "is missing: a contract has contractors"
        )
    if written in ("internal", "community") and "contacts" in without:
        yield PubliccodeRemark(
            "maintenance.contacts", section.line, f"is missing: say whom to ask ({written})"
        )
    if written != "contract" and "contractors" not in without:
        line = section.lines["contractors"]
        yield PubliccodeRemark(
            "maintenance.contractors", line, f"does not belong to maintenance of type '{written}'"
        )


def _italy(root: YamlMapping) -> Iterator[PubliccodeRemark]:
    if "it" in root.entries and "IT" in root.entries:
        yield PubliccodeRemark("it", root.lines["it"], "says the same as IT: drop it")


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _absent(value: Value) -> bool:
    return isinstance(value, YamlScalar) and value.text is None


def _missing(value: Value | None, *, a_list: bool = True) -> bool:
    return value is None or _absent(value) or (a_list and isinstance(value, YamlList) and not value.items)
