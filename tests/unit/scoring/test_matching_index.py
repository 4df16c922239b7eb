"""The index as the service uses it: needs in, hits out, edits, versions, snapshots, roles swapped."""

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from services.scoring.adapters import index_snapshot
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.application.index_snapshots import UnusableSnapshot
from services.scoring.domain.inverted_index.relevance import ALERT, CURVE, MAXIMUM, fit, relevance
from services.scoring.domain.inverted_index.revisions import Versions
from services.scoring.domain.matching.hard_limits import HardLimits
from services.scoring.domain.matching.match_reasons import reasons
from services.scoring.domain.matching.need_index import NeedIndex
from services.scoring.domain.matching.solution_index import SolutionIndex
from services.scoring.domain.matching.vocabulary import of_need, of_solution
from shared.facts import CityProfile, Need, Solution, Stage, Topic

WASTE = "Collection of household waste"


def cpv(code: str) -> tuple[Topic, ...]:
    return (Topic(scheme="CPV", id=code),)


def need(number: int = 1, title: str = WASTE, **more: object) -> Need:
    return Need.model_validate({"id": f"n{number}", "city": f"c{number}", "title": title, **more})


def solution(title: str = WASTE, **more: object) -> Solution:
    return Solution.model_validate({"id": "s", "city": "home", "title": title, **more})


def index(*needs: Need) -> NeedIndex:
    made = NeedIndex(vocabulary())
    for each in needs:
        assert made.put(each)
    return made


def test_a_need_is_found_by_a_solution_of_the_same_topic_in_another_language() -> None:
    german = need(1, "Sammlung von Hausmüll in der Innenstadt", language="de")
    lights = need(2, "Beleuchtung von Sportplätzen mit LED", language="de")
    hits = index(german, lights).match(solution(), least=1)
    assert hits[0].need_id == "n1"
    assert hits[0].rel >= ALERT


@pytest.mark.parametrize(
    ("code", "relation", "matches"),
    [
        ("90511000", "the same", True),
        ("90510000", "one up", True),
        ("90511100", "one down", True),
        ("90512000", "a sibling", False),
        ("90500000", "two up", False),
    ],
)
def test_stated_codes_match_exactly_or_one_level_away(code: str, relation: str, matches: bool) -> None:
    hits = index(need(1, "Xyzzy", topics=cpv("90511000"))).match(
        solution("Plugh", topics=cpv(code)), least=ALERT
    )
    assert bool(hits) is matches, relation


def test_the_same_pair_has_the_same_rel_with_the_roles_swapped() -> None:
    ours, theirs = need(1), solution(topics=cpv("90511000"))
    solutions = SolutionIndex(vocabulary())
    solutions.put(theirs)
    (hit,) = index(ours).match(theirs, least=1)
    (answer,) = solutions.match(ours)
    assert (answer.solution_id, answer.rel, answer.fit) == ("s", hit.rel, hit.fit)


def test_the_city_of_the_solution_is_never_told() -> None:
    assert not index(need(1)).match(solution(), HardLimits(city="c1"))


def test_a_city_that_lacks_a_unit_is_left_out_and_others_with_the_same_filter_bit_are_not() -> None:
    made = NeedIndex(vocabulary())
    for number, unit in enumerate(["fibre", *(f"unit-{n}" for n in range(100))]):
        city = CityProfile(id=f"c{number}", name="C", country="PT", have={unit: 0.0})
        made.put(need(number), city)
    found = made.match(solution(), HardLimits(units=frozenset({"fibre"})))
    assert len(found) == 100
    assert "n0" not in found.ids


def test_an_edit_is_seen_at_once_and_an_older_one_is_ignored() -> None:
    made = index(need(1))
    assert made.put(need(1, "Street lighting"), revision=3)
    assert not made.match(solution())
    assert not made.put(need(1), revision=2)
    assert not made.match(solution())


def test_a_removed_need_does_not_come_back_with_an_older_revision() -> None:
    made = index(need(1))
    made.remove("n1", revision=5)
    assert not made.put(need(1), revision=5)
    assert made.put(need(1), revision=6)


@pytest.mark.parametrize("stage", [Stage.DECIDED, Stage.WITHDRAWN])
def test_a_closed_need_is_taken_away(stage: Stage) -> None:
    made = index(need(1))
    made.put(need(1, stage=stage), revision=2)
    assert len(made) == 0


def version_of(revisions: Iterable[tuple[str, int]]) -> tuple[int, str]:
    """The version of an index in which these ids stand in these revisions."""
    versions = Versions()
    for name, revision in revisions:
        versions.note(name, revision)
    return versions.version


def test_a_missed_edit_shows_in_the_version_whatever_the_order() -> None:
    made = index(need(2), need(1))
    assert made.version == version_of([("n1", 1), ("n2", 1)])
    made.put(need(1), revision=2)
    assert made.version != version_of([("n1", 1), ("n2", 1)])
    assert made.version == version_of([("n2", 1), ("n1", 2)])


def test_equal_hits_come_in_the_same_order_whoever_was_put_first() -> None:
    needs = [need(number) for number in range(30)]
    assert index(*needs).match(solution()).ids == index(*reversed(needs)).match(solution()).ids


def test_hits_come_best_first_and_can_be_sliced() -> None:
    hits = index(*(need(n, f"{WASTE} {'and bulky goods ' * n}") for n in range(5))).match(solution(), least=1)
    assert hits.rels == sorted(hits.rels, reverse=True)
    assert [hit.need_id for hit in hits[:2]] == hits.ids[:2]


def test_the_reasons_add_up_to_rel() -> None:
    ours, theirs = need(1, topics=cpv("90511000")), solution()
    found = reasons(vocabulary(), of_need(ours), of_solution(theirs))
    (hit,) = index(ours).match(theirs, least=1)
    assert sum(reason.points for reason in found) == hit.rel
    assert {"code", "word"} == {reason.kind for reason in found}
    assert "household" in {reason.name for reason in found}


def test_a_snapshot_gives_the_same_answers_and_goes_on_with_edits(tmp_path: Path) -> None:
    made = index(*(need(number) for number in range(20)))
    made.merge()
    made.remove("n3")
    made.put(need(30))
    index_snapshot.save(made, tmp_path / "index")
    made.put(need(31))
    back = index_snapshot.load(vocabulary(), tmp_path / "index")
    assert "n31" not in back.match(solution()).ids
    back.put(need(31))
    assert back.match(solution()).ids == made.match(solution()).ids
    assert back.version == made.version
    index_snapshot.save(back, tmp_path / "index")
    assert index_snapshot.load(vocabulary(), tmp_path / "index").version == back.version


def test_a_snapshot_that_is_missing_or_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableSnapshot, match="build the index from the store"):
        index_snapshot.load(vocabulary(), tmp_path / "nothing")
    index_snapshot.save(index(need(1)), tmp_path / "index")
    about = tmp_path / "index" / "about.json"
    about.write_text(about.read_text("utf-8").replace(vocabulary().name, "other"), "utf-8")
    with pytest.raises(UnusableSnapshot, match="other"):
        index_snapshot.load(vocabulary(), tmp_path / "index")


def test_what_a_killed_process_left_of_a_snapshot_is_removed_and_the_whole_one_is_loaded(
    tmp_path: Path,
) -> None:
    made, folder = index(need(1)), tmp_path / "index"
    index_snapshot.save(made, folder)
    for left in (".index.k1ll3d", ".index.again"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "died.npy").write_bytes(b"half")
    (tmp_path / ".other.k1ll3d").mkdir()
    assert index_snapshot.load(vocabulary(), folder).version == made.version
    assert {each.name for each in tmp_path.iterdir()} == {"index", ".other.k1ll3d"}


def test_a_snapshot_knows_which_revisions_stood_and_which_left(tmp_path: Path) -> None:
    made = index(need(1), need(2))
    made.put(need(1), revision=4)
    made.remove("n2", revision=7)
    index_snapshot.save(made, tmp_path / "index")
    back = index_snapshot.load(vocabulary(), tmp_path / "index")
    assert (back.versions.revisions, back.versions.gone) == ({"n1": 4}, {"n2": 7})
    assert not back.put(need(2), revision=7)
    assert back.put(need(1), revision=5)
    assert back.version == version_of([("n1", 5)])


def test_threads_may_search_while_needs_are_put_and_merged() -> None:
    made, wrong = index(*(need(number) for number in range(50))), list[int]()
    look = vocabulary().solution(of_solution(solution()))

    def search() -> None:
        for _ in range(100):
            found = len(made.search(look))
            if found != 50:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    vector = vocabulary().need(of_need(need(1)))
    for turn in range(200):
        made.inverted_index.put(f"n{turn % 50}", vector, made.inverted_index.state.records[0])
        if turn % 40 == 0:
            made.merge()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_fit_never_falls_and_opens_the_gate_at_the_alert_threshold() -> None:
    values = [fit(rel) for rel in range(0, MAXIMUM + 1, MAXIMUM // 200)]
    assert values == sorted(values)
    assert (fit(0), fit(MAXIMUM), fit(2 * MAXIMUM)) == (0.0, 1.0, 1.0)
    assert fit(ALERT) == pytest.approx(0.7)
    assert [low for low, _ in CURVE] == sorted(low for low, _ in CURVE)


def test_a_vector_is_the_same_each_time() -> None:
    one, other = (vocabulary().need(of_need(need(1))) for _ in range(2))
    assert one.items() == other.items()
    assert relevance(one, other) > 0
