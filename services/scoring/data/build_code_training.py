"""Build what was learned from coded notices: the lessons of the code reader, and how telling each stem is.

    python -m services.scoring.data.build_code_training --input ted_notices.json

The input are procurement notices of TED (European Union, CC BY 4.0). What is kept are numbers only – a matrix
from nearness to codes to likelihood of groups, and a weight per hashed stem – no text of any notice. The same
input gives the same numbers on one machine; the last bit of a weight may differ between processors.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray

from services.scoring.adapters.reference_data import LESSONS, read_labels
from services.scoring.domain.codes.code_suggestion import CodeReader, Lessons, outstanding
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.codes.label_similarity import Labels
from services.scoring.domain.inverted_index.relevance import FIRST_STEM, STEMS
from services.scoring.domain.matching.vocabulary import primary, word_feature, words

SOURCE: Final = (
    "Learned from TED notices 2016-2022 (OP-TED/ted-rdf-mapping test data), (c) European Union, CC BY 4.0"
)
RIDGE: Final = 0.5
OTHER_CODE: Final = 0.3  # a further code of a notice, beside its main one
SAME_DIVISION: Final = 0.3
COMMON: Final = 0.12  # a stem in more of the texts of a language says nothing
COMMON_LABEL: Final = 0.02  # the same for labels, which are short
ENOUGH: Final = 15  # texts of one language before its shares are believed


@dataclass(frozen=True, slots=True)
class CodedNotice:
    """What is read of a notice: its words, and the codes it was given, the main one first."""

    text: str
    language: str
    codes: tuple[str, ...]


def read_notices(path: Path) -> list[CodedNotice]:
    """Notices with text and codes; repeated paragraphs are read once, repeated notices too."""
    made = [_notice(raw) for raw in json.loads(path.read_text("utf-8"))]
    unique = {squeezed(notice): notice for notice in reversed(made) if len(notice.text) >= 30}
    return list(reversed(unique.values()))


def squeezed(notice: CodedNotice) -> str:
    """The beginning of a notice, by which copies are recognised."""
    return " ".join(notice.text.lower().split())[:200]


def _notice(raw: dict[str, Any]) -> CodedNotice:
    text = ". ".join(dict.fromkeys((*raw["titles"], *raw["descr"])))
    codes = tuple(dict.fromkeys((raw["main"], *raw["cpv"])))
    return CodedNotice(text, primary(raw["lg"].split()[0]), codes)


def learn(tree: CpvTree, labels: dict[str, Labels], notices: Sequence[CodedNotice]) -> Lessons:
    """Ridge regression from nearness to codes to groups, solved over the notices: they are fewer."""
    groups = tuple(sorted({code[:3] for code in tree.codes}))
    blank = CodeReader(tree, labels, Lessons(groups, np.zeros((len(tree), len(groups)), np.int8), 1.0))
    near = np.array([outstanding(blank.nearness(notice.text, notice.language)) for notice in notices])
    wanted = np.array([_wanted(notice, groups) for notice in notices])
    weights = near.T @ np.linalg.solve(near @ near.T + RIDGE * np.eye(len(notices)), wanted)
    scale = float(np.abs(weights).max()) / 127
    return Lessons(groups, np.rint(weights / scale).astype(np.int8), scale)


def _wanted(notice: CodedNotice, groups: tuple[str, ...]) -> NDArray[np.float64]:
    main, *others = notice.codes[:4]
    value = {code[:3]: OTHER_CODE for code in others} | {main[:3]: 1.0}
    return np.array([value.get(group, 0.0) + SAME_DIVISION * (group[:2] == main[:2]) for group in groups])


def tell(labels: dict[str, Labels], notices: Sequence[CodedNotice]) -> NDArray[np.uint8]:
    """How telling each stem is: 255 for one never seen, 0 for one that is everywhere in some language."""
    texts = [(notice.text, notice.language) for notice in notices]
    by_language = {language: [text for text, one in texts if one == language] for _, language in texts}
    shares = [_shares(kept, one, COMMON) for one, kept in by_language.items() if len(kept) >= ENOUGH]
    shares += [_shares(table.texts, language, COMMON_LABEL) for language, table in labels.items()]
    rarest = 1 / (1 + len(texts))
    share = np.maximum(rarest, np.max(shares, axis=0))
    return np.asarray(np.where(share >= 1, 0, np.rint(255 * np.log(share) / np.log(rarest))), dtype=np.uint8)


def _shares(texts: Sequence[str], language: str, common: float) -> NDArray[np.float64]:
    """In which share of the texts each stem is; 1 from ``common`` on."""
    seen = np.zeros(STEMS)
    for text in texts:
        seen[
            [feature - FIRST_STEM for feature in {word_feature(word, language) for word in words(text)}]
        ] += 1
    share = seen / len(texts)
    return np.where(share >= common, 1.0, share)


def save(lessons: Lessons, telling: NDArray[np.uint8], target: Path) -> None:
    """Write both, with their source."""
    np.savez_compressed(
        target,
        source=SOURCE,
        groups=np.array(lessons.groups),
        scale=lessons.scale,
        weights=lessons.weights,
        telling=telling,
    )


def main(
    source: Annotated[Path, typer.Option("--input", help="ted_notices.json", exists=True)],
    target: Annotated[Path, typer.Option("--output", help="Where the lessons go")] = LESSONS,
) -> None:
    """Learn from all notices and write the lessons."""
    tree, labels = read_labels()
    notices = read_notices(source)
    save(learn(tree, labels, notices), tell(labels, notices), target)
    typer.echo(f"{target}: {len(notices)} notices, {target.stat().st_size:,} bytes", err=True)


if __name__ == "__main__":
    typer.run(main)
