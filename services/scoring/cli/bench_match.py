"""`citiesshare scoring bench-match`: how fast, and is it exact?"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from services.scoring.adapters.index_snapshot import load, save
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.cli.benchmark_data import Synthetic, vector_at
from services.scoring.domain.inverted_index.index import MERGE_AT
from services.scoring.domain.inverted_index.reference_search import ReferenceSearch
from services.scoring.domain.inverted_index.relevance import ALERT, FEATURES, TermVector, factor
from services.scoring.domain.inverted_index.segments import SparseRows
from services.scoring.domain.matching.hard_limits import NeedConstraints
from services.scoring.domain.matching.need_index import Hits, NeedIndex

NAIVE_NEEDS = 100_000
NAIVE_SOLUTIONS = 5
MOST_NEEDS = 10_000_000  # 53 features each: more would not fit the 31-bit places of their postings
MOST_SOLUTIONS = 100_000

EXAMPLES = """
The needs are made up (services/scoring/cli/benchmark_data.py), the same for the same seed. A solution is a
vector, its answer all ids and scores from the alert threshold on, in order; every answer is compared with
scipy's, and scipy takes its turn right after each, so that a busy machine slows both.

Examples:

  citiesshare scoring bench-match --needs 100000 --solutions 200

  citiesshare scoring bench-match --needs 1000000 --solutions 1000 --json | tail -n 1
"""


class Times(NamedTuple):
    """Milliseconds of each run, on the processor and on the wall."""

    cpu: list[float]
    wall: list[float]

    def percentiles(self) -> dict[str, float]:
        """p50, p99 and p999 of both."""
        shares = {"p50": 50.0, "p99": 99.0, "p999": 99.9}
        cpu = {name: round(float(np.percentile(self.cpu, share)), 4) for name, share in shares.items()}
        wall = {f"{name}_wall": round(float(np.percentile(self.wall, q)), 4) for name, q in shares.items()}
        return cpu | wall


Timed = tuple[list[Any], Times]


def bench_match(
    *,
    needs: Annotated[int, typer.Option(min=1, max=MOST_NEEDS, help="NeedConstraints needs.")] = 100_000,
    solutions: Annotated[
        int, typer.Option(min=1, max=MOST_SOLUTIONS, help="Solutions that are matched.")
    ] = 200,
    edits: Annotated[
        int, typer.Option(min=0, max=MOST_NEEDS, help="Needs changed between the comparisons.")
    ] = MERGE_AT,
    seed: Annotated[int, typer.Option(min=0, help="Of the made-up needs and solutions.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure matching against scipy column slices and naive Python, and count every difference."""
    _stay_on_one_core()
    source = Synthetic(vocabulary(), seed)
    _say(f"making {needs:,} needs and {solutions:,} solutions")
    rows, queries = source.needs(needs), source.solutions(solutions)
    result: dict[str, Any] = {"needs": needs, "solutions": solutions, **_work(rows, queries)}
    index, result["build_s"] = _built(source, rows)
    result |= _speed(index, rows, queries)
    _say("comparing with naive Python")
    result |= _against_naive(source, rows, queries)
    _say(f"changing {edits:,} needs")
    result |= _edited(index, rows, queries, source.solutions(min(edits, needs)) if edits else [])
    _say("writing a snapshot and reading it")
    result |= _snapshot(index)
    _print(result, as_json=as_json)


def _stay_on_one_core() -> None:
    """Moving between cores empties the caches; where the system cannot pin, the figures just vary more."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _work(rows: SparseRows, queries: Sequence[TermVector]) -> dict[str, Any]:
    """How busy the machine is, and how much there is to add up: shared features per need and solution."""
    share = np.bincount(rows.features, minlength=FEATURES) / rows.height
    shared = [float(share[query.features].sum()) for query in queries]
    return {
        "load": round(os.getloadavg()[0], 1),
        "shared_p50": round(float(np.percentile(shared, 50)), 2),
        "shared_p99": round(float(np.percentile(shared, 99)), 2),
    }


def _built(source: Synthetic, rows: SparseRows) -> tuple[NeedIndex, float]:
    """The index over all rows, and the seconds of turning rows into segments (the second time: compiled)."""
    small = NeedIndex(source.vocabulary)
    small.inverted_index.load(["x"], rows.part(0, 1), source.records(1))
    small.search(vector_at(rows, 0))
    names, records = [_name(row) for row in range(rows.height)], source.records(rows.height)
    index, begin = NeedIndex(source.vocabulary), thread_time()
    index.inverted_index.load(names, rows, records)
    return index, round(thread_time() - begin, 3)


def _name(row: int) -> str:
    return f"need-{row:07d}"


def _speed(index: NeedIndex, rows: SparseRows, queries: Sequence[TermVector]) -> dict[str, Any]:
    """Times of the kernel and of scipy on the same solutions, and how many answers differ."""
    _say("matching, in turn with scipy column slices")
    resident = _resident_mb()
    reference = ReferenceSearch(rows)
    (answers, times), (theirs, slow) = _in_turn(
        queries, index.search, lambda query: reference.search(query, ALERT)
    )
    wrong = sum(not _same(one, *other) for one, other in zip(answers, theirs, strict=True))
    found = [len(answer) for answer in answers]
    return {
        **times.percentiles(),
        "solutions_per_s": round(1000 * len(queries) / sum(times.cpu)),
        "array_mb": round(_array_bytes(index) / 1e6, 1),
        "rss_mb": resident,
        "matches_p50": int(np.percentile(found, 50)),
        "matches_p99": int(np.percentile(found, 99)),
        "mismatches": wrong,
        "scipy_p50": slow.percentiles()["p50"],
        "scipy_p99": slow.percentiles()["p99"],
        "ratio_scipy": round(float(np.median(slow.cpu) / np.median(times.cpu)), 2),
    }


def _timed(search: Callable[[TermVector], Any], queries: Sequence[TermVector]) -> Timed:
    """What is found, and how long each took."""
    (timed,) = _in_turn(queries, search)
    return timed


def _in_turn(queries: Sequence[TermVector], *searches: Callable[[TermVector], Any]) -> list[Timed]:
    """What each way of searching finds, and how long each took, one after the other on the same query; the
    first twenty run once before, to warm the caches."""
    made: list[Timed] = [([], Times([], [])) for _ in searches]
    for query in queries[:20]:
        for search in searches:
            search(query)
    gc.disable()
    for query in queries:
        for search, (results, times) in zip(searches, made, strict=True):
            cpu, wall = thread_time(), perf_counter()
            results.append(search(query))
            times.cpu.append(1000 * (thread_time() - cpu))
            times.wall.append(1000 * (perf_counter() - wall))
    gc.enable()
    return made


def _same(hits: Hits, rows: NDArray[np.int64], scores: NDArray[np.int32]) -> bool:
    """The same ids with the same scores, and best first."""
    expected = {_name(row): score for row, score in zip(rows.tolist(), scores.tolist(), strict=True)}
    rels = hits.rels
    in_order = all(first >= second for first, second in pairwise(rels))
    return in_order and dict(zip(hits.ids, rels, strict=True)) == expected


def _against_naive(source: Synthetic, rows: SparseRows, queries: Sequence[TermVector]) -> dict[str, Any]:
    """The same at 100,000 needs, with the rule as plain dictionaries beside it."""
    part = rows.part(0, min(NAIVE_NEEDS, rows.height))
    index, _ = _built(source, part)
    answers, times = _timed(index.search, queries)
    vectors = [vector_at(part, row).items() for row in range(part.height)]
    few = queries[:NAIVE_SOLUTIONS]
    begin = thread_time()
    theirs = [_naive(vectors, query) for query in few]
    naive = 1000 * (thread_time() - begin) / len(few)
    wrong = sum(
        dict(zip(hits.ids, hits.rels, strict=True)) != other
        for hits, other in zip(answers, theirs, strict=False)
    )
    answers_found = times.percentiles()
    fast = float(np.mean(times.cpu[: len(few)]))
    return {
        "p50_100k": answers_found["p50"],
        "p99_100k": answers_found["p99"],
        "naive_ms_100k": round(naive, 1),
        "mismatches_naive_100k": wrong,
        "ratio_naive_100k": round(naive / fast, 1),
    }


def _naive(needs: Sequence[dict[int, int]], query: TermVector) -> dict[str, int]:
    """The rule over all needs: dictionaries, nothing prepared but they themselves."""
    wanted = {feature: factor(feature) * weight for feature, weight in query.items().items()}
    found = {}
    for row, need in enumerate(needs):
        rel = sum(wanted[feature] * need[feature] for feature in wanted.keys() & need.keys())
        if rel >= ALERT:
            found[_name(row)] = rel
    return found


def _edited(
    index: NeedIndex, rows: SparseRows, queries: Sequence[TermVector], vectors: Sequence[TermVector]
) -> dict[str, Any]:
    """Change some needs, look whether the next answer knows, and compare all answers again."""
    if not vectors:
        return {}
    chosen = np.linspace(0, rows.height - 1, min(len(vectors), rows.height)).astype(np.int64)
    places = np.unique(chosen).tolist()
    took = []
    for row, vector in zip(places, vectors, strict=False):
        begin = thread_time()
        index.place(_name(row), vector, NeedConstraints(city=f"city-{row}"))
        took.append(1e6 * (thread_time() - begin))
    reference = ReferenceSearch(_replaced(rows, places, vectors))
    after = _timed(index.search, queries)
    wrong = _differences(after[0], reference, queries)
    begin = thread_time()
    index.merge()
    merge_ms = 1000 * (thread_time() - begin)
    merged = _differences([index.search(query) for query in queries], reference, queries)
    begin = thread_time()
    index.inverted_index.repack()
    repack_ms = 1000 * (thread_time() - begin)
    repacked = _differences([index.search(query) for query in queries], reference, queries)
    return {
        "edits": len(took),
        "edit_us": round(float(np.percentile(took, 50)), 1),
        "edit_us_p99": round(float(np.percentile(took, 99)), 1),
        "p50_with_edits": after[1].percentiles()["p50"],
        "merge_ms": round(merge_ms, 1),
        "repack_ms": round(repack_ms, 1),
        "mismatches_after_edits": wrong,
        "mismatches_after_merge": merged,
        "mismatches_after_repack": repacked,
    }


def _snapshot(index: NeedIndex) -> dict[str, Any]:
    """Seconds on the wall to write the index down and to read it again."""
    with TemporaryDirectory() as folder:
        begin = perf_counter()
        save(index, Path(folder) / "index")
        middle = perf_counter()
        load(index.vocabulary, Path(folder) / "index")
        end = perf_counter()
    return {"snapshot_save_s": round(middle - begin, 2), "snapshot_load_s": round(end - middle, 2)}


def _differences(answers: Sequence[Hits], reference: ReferenceSearch, queries: Sequence[TermVector]) -> int:
    pairs = zip(answers, queries, strict=True)
    return sum(not _same(hits, *reference.search(query, ALERT)) for hits, query in pairs)


def _replaced(rows: SparseRows, places: Sequence[int], vectors: Sequence[TermVector]) -> SparseRows:
    """The rows with some vectors exchanged."""
    new = dict(zip(places, vectors, strict=False))
    lengths = np.diff(rows.pointers)
    lengths[places] = [len(new[row]) for row in places]
    pointers = np.concatenate(([0], np.cumsum(lengths)))
    features, impacts = np.empty(pointers[-1], np.int32), np.empty(pointers[-1], np.uint8)
    before = 0
    for row in [*places, rows.height]:
        old = slice(int(rows.pointers[before]), int(rows.pointers[row]))
        into = slice(int(pointers[before]), int(pointers[row]))
        features[into], impacts[into] = rows.features[old], rows.impacts[old]
        if row in new:
            features[pointers[row] : pointers[row + 1]] = new[row].features
            impacts[pointers[row] : pointers[row + 1]] = new[row].weights
        before = row + 1
    return SparseRows(pointers, features, impacts)


def _array_bytes(index: NeedIndex) -> int:
    state = index.inverted_index.state
    return sum(segment.bytes for segment in state.segments) + sum(
        array.nbytes for array in (*state.delta, state.died, state.records, state.keys)
    )


def _resident_mb() -> float:
    """Peak memory of this process so far; kilobytes on Linux, bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)


def _print(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    for name, value in result.items():
        typer.echo(f"{name:>24}  {value}")


def _say(line: str) -> None:
    typer.echo(line, err=True)


bench_match.__doc__ = f"{bench_match.__doc__}\n{EXAMPLES}"
