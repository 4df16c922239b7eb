"""Reads notices of TED from XML: texts and codes as in ``ted_notices.json``, and the buyer.

The files are the test data of https://github.com/OP-TED/ted-rdf-mapping (European Union, CC BY 4.0); names of
buyers are only used to split notices and are printed nowhere.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import typer

from services.scoring.data.build_code_training import CodedNotice
from services.scoring.domain.matching.vocabulary import primary

BUYERS: Final = ("OFFICIALNAME", "AA_NAME")
TITLES: Final = ("TITLE", "TITLE_CONTRACT")
DESCRIPTIONS: Final = ("SHORT_DESCR", "SHORT_CONTRACT_DESCRIPTION", "DESCRIPTION")
_SIGNS: Final = re.compile(r"[\W_]+")


def notices(folder: Path) -> dict[str, dict[str, Any]]:
    """Return all notices under ``folder`` by id, with the keys of ``ted_notices.json`` and ``buyer``."""
    read = (_notice(path) for path in sorted(folder.rglob("*.xml")))
    found: dict[str, dict[str, Any]] = {}
    for notice in read:
        if notice is not None:
            found.setdefault(notice["id"], notice)
    if not found:
        raise typer.BadParameter(f"no TED notices under {folder}; it is a copy of OP-TED/ted-rdf-mapping")
    return found


def coded(raw: dict[str, Any]) -> CodedNotice:
    """Return the notice as the training reads it."""
    text = ". ".join(dict.fromkeys((*raw["titles"], *raw["descr"])))
    return CodedNotice(text, primary(raw["lg"].split()[0]), tuple(dict.fromkeys((raw["main"], *raw["cpv"]))))


def plain(name: str) -> str:
    """Return a name of a buyer without case and punctuation."""
    return _SIGNS.sub(" ", name.lower()).strip()


def _notice(path: Path) -> dict[str, Any] | None:
    content = path.read_bytes()
    if b"<TED_EXPORT" not in content[:3_000]:
        return None
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return None
    forms = [form for section in _all(root, "FORM_SECTION") for form in section]
    form = next((form for form in forms if form.get("CATEGORY") == "ORIGINAL"), None)
    if form is None:
        return None
    codes = [str(code.get("CODE")) for code in _all(form, "CPV_CODE")]
    stated = [str(code.get("CODE")) for code in _all(root, "ORIGINAL_CPV")]
    main = [str(code.get("CODE")) for part in _all(form, "CPV_MAIN") for code in _all(part, "CPV_CODE")]
    if not (main or stated or codes):
        return None
    return {
        "id": str(root.get("DOC_ID", path.stem)).strip(),
        "date": next((part.text or "" for part in _all(root, "DATE_PUB")), ""),
        "lg": form.get("LG") or next(part.text or "" for part in _all(root, "LG_ORIG")),
        "main": (main or stated or codes)[0],
        "cpv": codes or stated,
        "titles": [_text(part) for part in _all(form, *TITLES)],
        "descr": [_text(part) for part in _all(form, *DESCRIPTIONS)],
        "buyer": plain(next((_text(part) for part in _all(root, *BUYERS)), "")),
    }


def _all(part: ElementTree.Element, *names: str) -> Iterator[ElementTree.Element]:
    return (one for one in part.iter() if one.tag.rpartition("}")[2] in names)


def _text(part: ElementTree.Element) -> str:
    return " ".join(" ".join(part.itertext()).split())
