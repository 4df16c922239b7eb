"""The quality of the search: 60 queries of officials, of one to four words, with graded answers.

    python -m benchmarks.search_quality --ted ../shared/data/matching/ted_notices.json
    python -m benchmarks.search_quality --half "held out"

The documents are the sample's solutions and needs, and real procurement notices of TED, each read as a
solution with its title, text and main code. Answers are graded 2 (exact) or 1 (related); answers among the
notices are identified by a hash of their id, so that no notice is part of the repository. ``docs/search.md``
describes how the answers were collected and graded. nDCG@10 has the gain 2^grade - 1; recall@10 is the share
of the answers, of at most ten, that are among the first ten. A query counts where it has an answer.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log2
from pathlib import Path
from statistics import median
from time import process_time
from typing import Annotated, Any, Literal, NamedTuple

import typer
from pydantic import BaseModel

from services.scoring.adapters.reference_data import vocabulary
from services.scoring.domain.matching.solution_index import SolutionIndex
from services.scoring.domain.matching.vocabulary import of_solution, primary
from services.scoring.domain.search.solution_search import SolutionSearch
from shared.facts import Need, Solution, Topic

QUERIES = Path(__file__).with_name("search_queries.json")
SAMPLE = Path(__file__).parent.parent / "citiesshare" / "local" / "sample"
TED = Path("../shared/data/matching/ted_notices.json")
FIRST = 10
Half = Literal["tune", "held out"]


class Query(BaseModel):
    """A query with the grades of its answers, by id in the sample and by hash in TED."""

    text: str
    language: str
    subject: str
    half: Half
    sample: dict[str, int]
    ted: dict[str, int]


class Quality(NamedTuple):
    """Means over the queries with an answer, and the number of these queries."""

    ndcg: float
    recall: float
    queries: int


@dataclass(frozen=True)
class SearchableDocuments:
    """An index of documents."""

    engine: SolutionSearch

    @classmethod
    def of(cls, documents: Iterable[Solution]) -> "SearchableDocuments":
        """Return an index of ``documents``."""
        index = SolutionIndex(vocabulary())
        engine = SolutionSearch(index)
        for document in documents:
            vector = index.vocabulary.solution(of_solution(document))
            index.place(document.id, vector)
            engine.place(document, vector)
        return cls(engine)

    def search(self, text: str, language: str) -> list[str]:
        """Return ids, best first, as ``GET /v1/solutions?text=`` does."""
        return [answer.solution_id for answer in self.engine.find(text, language)]


def queries() -> list[Query]:
    """Return all queries in the order of the file."""
    return [Query.model_validate(query) for query in json.loads(QUERIES.read_text("utf-8"))]


def sample() -> list[Solution]:
    """Return the solutions of the sample, and its needs as solutions."""
    solutions = [
        Solution.model_validate(data) for data in json.loads((SAMPLE / "solutions.json").read_text())
    ]
    needs = [Need.model_validate(data) for data in json.loads((SAMPLE / "needs.json").read_text())]
    return [*solutions, *map(as_solution, needs)]


def as_solution(need: Need) -> Solution:
    """Return a solution with the texts and codes of ``need``."""
    return Solution(
        id=need.id,
        city=need.city,
        title=need.title,
        summary=need.description,
        language=need.language,
        topics=need.topics,
    )


def notices(path: Path) -> list[Solution]:
    """Return the TED notices with hashes as ids; of notices with the same beginning only the first."""
    by_beginning: dict[str, Solution] = {}
    for raw in json.loads(path.read_text("utf-8")):
        text = ". ".join(dict.fromkeys((*raw["titles"], *raw["descr"])))
        if len(text) >= 30:
            by_beginning.setdefault(" ".join(text.lower().split())[:200], _notice(raw))
    return list(by_beginning.values())


def _notice(raw: dict[str, Any]) -> Solution:
    title = raw["titles"][0] if raw["titles"] else raw["descr"][0]
    rest = ". ".join(dict.fromkeys((*raw["titles"][1:], *raw["descr"])))
    return Solution(
        id=blake2b(raw["id"].encode(), digest_size=8).hexdigest(),
        city=raw["country"],
        title=title[:300],
        summary=rest[:4_000],
        language=primary(raw["lg"].split()[0]),
        topics=(Topic(scheme="CPV", id=raw["main"]),),
    )


def quality(results: Sequence[Sequence[str]], grades: Sequence[dict[str, int]]) -> Quality:
    """Return the mean quality of ``results`` (ids, best first) by ``grades``, one of each per query."""
    pairs = [_measures(ids, graded) for ids, graded in zip(results, grades, strict=True) if graded]
    ndcg, recall = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return Quality(ndcg, recall, len(pairs))


def _measures(ids: Sequence[str], graded: dict[str, int]) -> tuple[float, float]:
    """Return nDCG@10 and recall@10 of one list."""
    gains = [2.0 ** graded.get(name, 0) - 1 for name in ids[:FIRST]]
    ideal = sorted((2.0**grade - 1 for grade in graded.values()), reverse=True)[:FIRST]
    return _discounted(gains) / _discounted(ideal), sum(gain > 0 for gain in gains) / len(ideal)


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / log2(place) for place, gain in enumerate(gains, start=2))


def report(name: str, documents: Sequence[Solution], selected: Sequence[Query], field: str) -> None:
    """Print quality and speed for one set of documents; ``field`` of a query has the grades."""
    index = SearchableDocuments.of(documents)
    results, seconds = [index.search(query.text, query.language) for query in selected], []
    for query in selected:
        begin = process_time()
        index.search(query.text, query.language)
        seconds.append(process_time() - begin)
    result = quality(results, [getattr(query, field) for query in selected])
    print(
        f"{name:7} {len(documents):5} documents, {result.queries:2} queries: "
        f"nDCG@10 {result.ndcg:.3f}, recall@10 {result.recall:.3f}, CPU p50 {1000 * median(seconds):.1f} ms"
    )


def main(
    ted: Annotated[Path, typer.Option(help="ted_notices.json; without the file this part is left out")] = TED,
    half: Annotated[str, typer.Option(help="tune, or 'held out': not to be looked at while tuning")] = "tune",
) -> None:
    """Print the quality of the search on one half of the queries."""
    selected = [query for query in queries() if query.half == half]
    if not selected:
        raise typer.BadParameter(f"no queries in the half {half!r}; there are 'tune' and 'held out'")
    print(f"half: {half}")
    report("sample", sample(), selected, "sample")
    if ted.exists():
        report("TED", notices(ted), selected, "ted")
    else:
        print(f"TED: left out, there is no file {ted}; name it with --ted")


if __name__ == "__main__":
    typer.run(main)
