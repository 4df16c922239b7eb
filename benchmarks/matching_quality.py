"""How well the matching ranks real procurement notices that it was not built from.

    python benchmarks/matching_quality.py --input ../shared/data/matching/ted_notices.json --seed 1 --seed 2

Notices are split into five parts by a hash of seed and title, so that copies stay together: part 0 is used as
solutions, part 1 as needs, parts 2 to 4 as training data. Two notices share a *group* when the first three
digits of their main codes agree. Recall@100 counts the needs of the same group; nDCG@10 gives 1 for the same
division, 2 for the same group, 3 for the same class (gain 2^n - 1). Only solutions with a need of their group
count.
"""

import json
from collections.abc import Callable, Sequence
from hashlib import md5
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from services.scoring.adapters.reference_data import read_labels
from services.scoring.data.build_code_training import CodedNotice, learn, read_notices, tell
from services.scoring.domain.codes.code_suggestion import CodeReader
from services.scoring.domain.inverted_index.reference_search import ReferenceSearch
from services.scoring.domain.inverted_index.relevance import MAXIMUM
from services.scoring.domain.matching.vocabulary import MatchText, Vocabulary

PARTS = 5
CODED = {
    "nobody coded": (False, False),
    "need coded": (True, False),
    "solution coded": (False, True),
    "both coded": (True, True),
}
Scores = NDArray[np.int32]


class Split(NamedTuple):
    """The notices by role: solutions, needs and training data."""

    solutions: list[CodedNotice]
    needs: list[CodedNotice]
    taught: list[CodedNotice]


def split(notices: Sequence[CodedNotice], seed: int) -> Split:
    """Split by a hash of the seed and the first forty characters."""
    parts: list[list[CodedNotice]] = [[] for _ in range(PARTS)]
    for notice in notices:
        parts[int(md5(f"{seed}{notice.text.lower()[:40]}".encode()).hexdigest(), 16) % PARTS].append(notice)
    return Split(parts[0], parts[1], [notice for part in parts[2:] for notice in part])


def agreement(first: CodedNotice, second: CodedNotice) -> int:
    """Return the level on which two CPV codes agree: 0 none, 1 division, 2 group, 3 class."""
    return max((n - 1 for n in (2, 3, 4) if first.codes[0][:n] == second.codes[0][:n]), default=0)


def wording(notice: CodedNotice, *, coded: bool) -> MatchText:
    """Return the input of the matching for a notice, with or without its main code."""
    return MatchText(((notice.text, notice.language),), notice.codes[:1] if coded else ())


def scores(vocabulary: Vocabulary, data: Split, *, need: bool, solution: bool) -> Scores:
    """Return ``rel`` of every solution (row) with every need (column), shape (solutions, needs)."""
    reference = ReferenceSearch.of([vocabulary.need(wording(notice, coded=need)) for notice in data.needs])
    vectors = [vocabulary.solution(wording(notice, coded=solution)) for notice in data.solutions]
    return np.array([reference.relevances(vector) for vector in vectors])


def quality(rel: Scores, gains: NDArray[np.int64], allowed: NDArray[np.bool_]) -> tuple[float, float, int]:
    """Return the means of nDCG@10 and recall@100, and the number of solutions that count.

    All arrays have the shape (solutions, needs); ``gains`` are from 0 to 3, ``allowed`` selects pairs.
    """
    pairs = [
        _measures(rel[row, mask], gains[row, mask])
        for row, mask in enumerate(allowed)
        if (gains[row, mask] >= 2).any()
    ]
    ndcg, recall = np.mean(pairs, axis=0)
    return float(ndcg), float(recall), len(pairs)


def _measures(rel: Scores, gains: NDArray[np.int64]) -> tuple[float, float]:
    """Return nDCG@10 and recall@100 for one solution."""
    order = np.argsort(-rel, kind="stable")
    worth, discount = 2.0**gains - 1, 1 / np.log2(np.arange(2, 12))
    best, ideal = worth[order][:10], np.sort(worth)[::-1][:10]
    ndcg = (best * discount[: best.size]).sum() / (ideal * discount[: ideal.size]).sum()
    return ndcg, (gains[order[:100]] >= 2).sum() / (gains >= 2).sum()


def divisions(reader: CodeReader, notices: Sequence[CodedNotice]) -> dict[str, float]:
    """Return the share of notices whose CPV division is the first suggestion, and among the first five."""
    hits = [
        [code.code[:2] == notice.codes[0][:2] for code in reader.suggest(notice.text, notice.language)]
        for notice in notices
    ]
    return {
        "division@1": float(np.mean([any(hit[:1]) for hit in hits])),
        "division@5": float(np.mean([any(hit) for hit in hits])),
    }


def reliability(rel: Scores, gains: NDArray[np.int64], bins: int = 20) -> list[dict[str, float]]:
    """Return for each bin of ``rel`` the shares of pairs that agree in group and in division."""
    bin_of = np.minimum((rel * bins) // MAXIMUM, bins - 1)
    rows = []
    for number in range(bins):
        inside = gains[bin_of == number]
        if inside.size >= 20:
            group, division = (inside >= 2).mean(), (inside >= 1).mean()
            middle = (number + 0.5) / bins
            rows.append({"rel": middle, "pairs": inside.size, "group": group, "division": division})
    return rows


def measure(notices: Sequence[CodedNotice], seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Return all results for one seed; ``say`` prints the progress."""
    data, (tree, labels) = split(notices, seed), read_labels()
    reader = CodeReader(tree, labels, learn(tree, labels, data.taught))
    vocabulary = Vocabulary(f"seed {seed}", tree, reader, tell(labels, data.taught))
    gains = np.array([[agreement(a, b) for b in data.needs] for a in data.solutions])
    same = np.array([[a.language == b.language for b in data.needs] for a in data.solutions])
    table: dict[str, Any] = {"seed": seed, **divisions(reader, [*data.solutions, *data.needs])}
    for name, (need, solution) in CODED.items():
        rel = scores(vocabulary, data, need=need, solution=solution)
        table[name] = {"same": quality(rel, gains, same), "across": quality(rel, gains, ~same)}
        table[f"reliability, {name}"] = reliability(rel, gains)
        say(f"seed {seed}, {name}: {table[name]}")
    return table


def main(
    source: Annotated[Path, typer.Option("--input", help="ted_notices.json", exists=True)],
    seed: Annotated[list[int] | None, typer.Option(help="Seed of a split; can be repeated")] = None,
) -> None:
    """Print one JSON object per seed, and the progress to stderr."""
    notices = read_notices(source)
    for number in seed or [1]:
        print(json.dumps(measure(notices, number, lambda line: typer.echo(line, err=True))))


if __name__ == "__main__":
    typer.run(main)
