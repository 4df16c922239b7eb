"""What a search of a few words finds, and in which order."""

import pytest

from benchmarks.search_quality import SearchableDocuments, quality, queries, sample
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.domain.matching.hard_limits import NeedConstraints
from services.scoring.domain.matching.solution_index import SolutionIndex
from services.scoring.domain.matching.vocabulary import MatchText, of_solution
from services.scoring.domain.search.solution_search import SolutionSearch, is_short
from services.scoring.domain.search.word_index import IndexedTexts, WordIndex
from tests.builders import a_solution


@pytest.fixture(scope="module")
def shelf() -> SearchableDocuments:
    """The sample's solutions and needs."""
    return SearchableDocuments.of(sample())


def searched(*titles: str, language: str = "en") -> SolutionSearch:
    """A search over solutions with these titles as ids and nothing else in common."""
    index = SolutionIndex(vocabulary())
    search = SolutionSearch(index)
    for title in titles:
        solution = a_solution(
            id=title, title=title, summary="", language=language, topics=(), translations={}
        )
        vector = index.vocabulary.solution(of_solution(solution))
        index.place(solution.id, vector)
        search.place(solution, vector)
    return search


def test_flooding_puts_flood_sensors_first(shelf: SearchableDocuments) -> None:
    assert shelf.search("flooding", "en")[0] == "sol-york-flood-sensors"


@pytest.mark.parametrize(
    ("text", "language"), [("street lights", "en"), ("Straßenbeleuchtung", "de"), ("gatubelysning", "sv")]
)
def test_street_lights_come_first_in_any_language(
    shelf: SearchableDocuments, text: str, language: str
) -> None:
    first = set(shelf.search(text, language)[:5])
    assert first >= {f"need-{city}-street-lights" for city in ("louisville", "newcastle", "sheffield", "slp")}
    assert "sol-kristiansand-adaptive-lighting" in first


@pytest.mark.long
def test_the_tuned_half_keeps_its_quality_on_the_sample(shelf: SearchableDocuments) -> None:
    asked = [query for query in queries() if query.half == "tune"]
    found = [shelf.search(query.text, query.language) for query in asked]
    assert quality(found, [query.sample for query in asked]).ndcg >= 0.72


def test_what_is_read_before_the_first_search_is_not_read_by_it() -> None:
    search = searched("Nattliga leveranser", language="sv")
    before = search.find("nattliga leveranser", "sv")
    fresh = searched("Nattliga leveranser", language="sv")
    assert fresh.cold == ["sv"]
    fresh.warm("sv")
    assert fresh.cold == search.cold == []
    assert fresh.find("nattliga leveranser", "sv") == before != []


def test_there_are_thirty_queries_in_each_half_and_no_subject_in_both() -> None:
    subjects = {half: [q.subject for q in queries() if q.half == half] for half in ("tune", "held out")}
    assert [len(half) for half in subjects.values()] == [30, 30]
    assert not set(subjects["tune"]) & set(subjects["held out"])
    assert all(1 <= len(query.text.split()) <= 4 for query in queries())


@pytest.mark.parametrize(
    ("typed", "language", "first", "other"),
    [
        ("lift repair", "en", "Repair of lifts", "Repair of roofs"),
        ("lifts", "en", "A lift for the library", "A roof for the library"),
        ("beleuchtung", "de", "Parkbeleuchtung", "Parkbänke"),
        ("eclairage", "fr", "Éclairage des parcs", "Bancs des parcs"),
        ("漏水", "ja", "音で漏水を見つける", "道路の許可申請"),
    ],
)
def test_words_of_the_title_decide(typed: str, language: str, first: str, other: str) -> None:
    found = searched(first, other, language=language).find(typed, language)
    assert found[0].solution_id == first
    assert all(0 < answer.fit <= 1 for answer in found)


def test_what_was_taken_away_or_renamed_is_not_found() -> None:
    words = WordIndex()
    words.put("a", [IndexedTexts("lamps", "", "en")])
    words.put("a", [IndexedTexts("benches", "", "en")])
    assert not words.having({"lamp": 1.0})
    words.remove("a")
    words.remove("a")
    assert not words.having({"bench": 1.0})
    assert not words.related("bench")


def test_light_terms_are_added_only_where_heavier_ones_were_found() -> None:
    words = WordIndex()
    words.put("both", [IndexedTexts("street service", "", "xx")])
    words.put("light one", [IndexedTexts("service", "", "xx")])
    assert words.sums({"street": 0.7, "service": 0.3}, least=0.5) == {"both": pytest.approx(1.0)}


def test_a_longer_text_is_read_as_a_need() -> None:
    search = searched("Night deliveries", "Street lights")
    text = "We want part of the goods to move at night without waking anyone"
    assert not is_short(text)
    need = vocabulary().need(MatchText(((text, "en"),)))
    assert search.find(text, "en") == search._solutions.search(need, NeedConstraints(city=""), 1)


@pytest.mark.parametrize("text", ["", "?", "🙂", "the", "x", "   "])
def test_a_text_that_says_nothing_is_no_error(text: str) -> None:
    assert isinstance(searched("Street lights").find(text, "en"), list)
