"""How well `citiesshare scoring rank` ranks notices of buyers and years that it was not trained on.

    python -m benchmarks.matching_unseen --xml ted-rdf-mapping
    python -m benchmarks.matching_unseen --xml ted-rdf-mapping --split unseen --seed 2 --json

Needs state their main code, solutions are text only. Notices of one buyer and notices with the same first
forty characters form a group (transitively), and no group is in two parts. ``--split`` says which parts:

- ``text``: the parts of ``matching_quality``, where only copies stay together, for comparison
- ``buyer``: of five parts of the groups one is solutions, one needs, three are training data
- ``year``: training data until 2020; solutions and needs from 2021, without the groups of the training data
- ``unseen``: the release as it is; solutions and needs are notices of the XML that ``--input`` does not have,
  without the groups of those that it has
- ``large``: the same, and the training data are needs too; use it with ``--pool``

``--pool`` limits the number of needs, drawn by a hash of seed and text. Measures: see ``matching_quality``.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import md5
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks import ted_xml
from benchmarks.matching_quality import PARTS, agreement, quality
from services.scoring.adapters.reference_data import read_labels, vocabulary
from services.scoring.cli.rank import ranked
from services.scoring.cli.text_lines import TextLine
from services.scoring.data.build_code_training import CodedNotice, learn, squeezed, tell
from services.scoring.domain.codes.code_suggestion import CodeReader
from services.scoring.domain.matching.hard_limits import NeedConstraints
from services.scoring.domain.matching.need_index import NeedIndex
from services.scoring.domain.matching.vocabulary import Vocabulary

INPUT: Final = Path("../shared/data/matching/ted_notices.json")
NEWEST: Final = 2020  # the last year of the training data where they are split by year
BEGINNING: Final = 40
SHORTEST: Final = 30
Kind = Literal["text", "buyer", "year", "unseen", "large"]
KINDS: Final[tuple[Kind, ...]] = ("text", "buyer", "year", "unseen", "large")
RELEASED: Final = ("unseen", "large")


class KnownNotice(NamedTuple):
    """A notice with what splits are made by; ``trained``: the release was trained on it."""

    coded: CodedNotice
    buyer: str
    year: int
    trained: bool

    @property
    def beginning(self) -> str:
        """The first forty characters."""
        return self.coded.text.lower()[:BEGINNING]


class Parts(NamedTuple):
    """The notices by role."""

    solutions: list[CodedNotice]
    needs: list[CodedNotice]
    training: list[CodedNotice]


def groups(notices: Sequence[KnownNotice]) -> list[str]:
    """Return the name of each notice's group: notices of one buyer or beginning are in one, transitively."""
    above = list(range(len(notices)))

    def top(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    first: dict[tuple[str, str], int] = {}
    for place, notice in enumerate(notices):
        for key in (("buyer", notice.buyer), ("beginning", notice.beginning)):
            if key[1]:
                above[top(place)] = top(first.setdefault(key, place))
    names: dict[int, str] = {}
    for place, notice in enumerate(notices):
        one = top(place)
        names[one] = min(names.get(one, notice.buyer + notice.beginning), notice.buyer + notice.beginning)
    return [names[top(place)] for place in range(len(notices))]


def split(notices: Sequence[KnownNotice], kind: Kind, seed: int) -> Parts:
    """Return the parts for a kind of split; see the description of the module."""
    keys = [notice.beginning for notice in notices] if kind == "text" else groups(notices)
    taught = {key for key, notice in zip(keys, notices, strict=True) if _teaches(notice, kind)}
    parts = Parts([], [], [])
    for key, notice in zip(keys, notices, strict=True):
        fifth = _drawn(seed, key) % PARTS
        if kind in ("text", "buyer"):
            if notice.trained:
                parts[min(fifth, 2)].append(notice.coded)
        elif _teaches(notice, kind):
            parts.training.append(notice.coded)
            if kind == "large":
                parts.needs.append(notice.coded)
        elif key not in taught and (notice.trained or kind in RELEASED):
            parts[fifth % 2].append(notice.coded)
    return parts


def _drawn(seed: int, text: str) -> int:
    return int(md5(f"{seed}{text}".encode()).hexdigest(), 16)


def _teaches(notice: KnownNotice, kind: Kind) -> bool:
    return notice.trained and (kind in RELEASED or notice.year <= NEWEST)


def read(source: Path, folder: Path) -> list[KnownNotice]:
    """Return the notices of ``source`` with their buyers, and the others of the folder, without copies."""
    trained = json.loads(source.read_text("utf-8"))
    by_id = ted_xml.notices(folder)
    missing = [raw["id"] for raw in trained if raw["id"] not in by_id]
    if missing:
        raise typer.BadParameter(f"{folder} lacks {len(missing)} notices of {source}, such as {missing[0]}")
    ids = {raw["id"] for raw in trained}
    others = [raw for name, raw in by_id.items() if name not in ids]
    return list(_unique(trained, others, by_id))


def _unique(
    trained: list[dict[str, Any]], others: list[dict[str, Any]], by_id: dict[str, dict[str, Any]]
) -> Iterable[KnownNotice]:
    tree, ids = read_labels()[0], {raw["id"] for raw in trained}
    seen: set[str] = set()
    for raw in (*trained, *others):
        coded, own = ted_xml.coded(raw), len(seen)
        if len(coded.text) >= SHORTEST and tree.number(coded.codes[0]) is not None:
            seen.add(squeezed(coded))
        if len(seen) > own:
            buyer, year = by_id[raw["id"]]["buyer"], int(raw["date"][:4])
            yield KnownNotice(coded, buyer, year, trained=raw["id"] in ids)


def trained_on(notices: Sequence[CodedNotice], name: str) -> Vocabulary:
    """Return a vocabulary that was trained on ``notices`` only."""
    tree, labels = read_labels()
    reader = CodeReader(tree, labels, learn(tree, labels, notices))
    return Vocabulary(name, tree, reader, tell(labels, notices))


def relevances(words: Vocabulary, parts: Parts) -> NDArray[np.int32]:
    """Return ``rel`` of every solution (row) with every need (column), as the command ranks them."""
    index = NeedIndex(words)
    names = [str(place) for place in range(len(parts.needs))]
    for name, notice in zip(names, parts.needs, strict=True):
        need = TextLine(id=name, text=notice.text, lang=notice.language, cpv=notice.codes[:1])
        index.place(name, words.need(need.wording), NeedConstraints(city=f"city of {name}"))
    index.merge()
    rel = np.zeros((len(parts.solutions), len(names)), dtype=np.int32)
    for row, notice in enumerate(parts.solutions):
        solution = TextLine(id="solution", text=notice.text, lang=notice.language)
        for hit in ranked(index, names, solution, len(names)):
            rel[row, int(hit.need_id)] = hit.rel
    return rel


def measure(notices: Sequence[KnownNotice], kind: Kind, seed: int, pool: int) -> dict[str, Any]:
    """Return the results of one split."""
    parts = split(notices, kind, seed)
    parts = parts._replace(needs=sorted(parts.needs, key=lambda one: _drawn(seed, one.text))[:pool])
    words = vocabulary() if kind in RELEASED else trained_on(parts.training, f"{kind} {seed}")
    rel = relevances(words, parts)
    gains = np.array([[agreement(a, b) for b in parts.needs] for a in parts.solutions])
    same = np.array([[a.language == b.language for b in parts.needs] for a in parts.solutions])
    table: dict[str, Any] = {"split": kind, "seed": seed}
    table |= dict(zip(("solutions", "needs", "training"), map(len, parts), strict=True))
    for name, allowed in (("same", same), ("across", ~same)):
        ndcg, recall, count = quality(rel, gains, allowed)
        table |= {f"{name} nDCG@10": ndcg, f"{name} recall@100": recall, f"{name} counted": count}
    return table


def line(table: dict[str, Any]) -> str:
    """Return a row of the table in Markdown."""
    cells = (f"{value:.3f}" if isinstance(value, float) else str(value) for value in table.values())
    return f"| {' | '.join(cells)} |"


def main(
    xml: Annotated[Path, typer.Option(help="A copy of OP-TED/ted-rdf-mapping", exists=True, file_okay=False)],
    source: Annotated[Path, typer.Option("--input", help="ted_notices.json", exists=True)] = INPUT,
    kinds: Annotated[
        list[str] | None, typer.Option("--split", help=f"{', '.join(KINDS)}; can be repeated")
    ] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Seed of a split; can be repeated")] = None,
    pool: Annotated[int, typer.Option(min=1, help="Needs at most")] = 1_000_000,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines instead of a table")] = False,
) -> None:
    """Print one row for each split and seed."""
    if unknown := set(kinds or ()) - set(KINDS):
        raise typer.BadParameter(f"no split {min(unknown)!r}; there are {', '.join(KINDS)}")
    notices, headed = read(source, xml), as_json
    for kind in (one for one in KINDS if one in (kinds or KINDS[:-1])):
        for number in seed or [2, 3, 4]:
            table = measure(notices, kind, number, pool)
            if not headed:
                print(f"| {' | '.join(table)} |\n|{'---|' * len(table)}")
                headed = True
            print(json.dumps(table) if as_json else line(table), flush=True)


if __name__ == "__main__":
    typer.run(main)
