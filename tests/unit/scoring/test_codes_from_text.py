"""Codes from words, in many languages."""

import pytest

from services.scoring.adapters.reference_data import label, read_labels, vocabulary
from services.scoring.domain.codes.cpv_tree import CpvTree, codes_meet, common_topics
from services.scoring.domain.codes.label_similarity import grams, grams_of_many, squeeze
from shared.facts import Topic

TREE = CpvTree(["90000000", "90500000", "90510000", "90511000", "90511100", "90512000", "45000000"])


@pytest.mark.parametrize(
    ("text", "language", "division"),
    [
        ("Collection of household waste", "en", "90"),
        ("Sammlung und Entsorgung von Hausmüll", "de", "90"),
        ("Collecte des déchets ménagers", "fr", "90"),
        ("Odbiór i transport odpadów komunalnych", "pl", "90"),
        ("Servicios de limpieza de edificios y oficinas", "es", "90"),
        ("Construção de uma escola primária", "pt", "45"),
        ("Levering van elektriciteit", "nl", "09"),
        ("Software für die Finanzverwaltung", "de", "48"),
        ("Στρατιωτικά οχήματα", "el", "35"),
        ("Svoz a odstraňování komunálního odpadu", "cs", "90"),
    ],
)
def test_the_division_is_among_the_first_five(text: str, language: str, division: str) -> None:
    assert division in {one.code[:2] for one in vocabulary().reader.suggest(text, language)}


def test_five_codes_come_with_confidences_between_nothing_and_one() -> None:
    found = vocabulary().reader.suggest("Collection of household waste", "en")
    assert len({one.code for one in found}) == 5
    assert all(0 <= one.confidence <= 1 for one in found)
    assert sum(one.confidence for one in found) <= 1 + 1e-9


def test_english_that_is_called_greek_is_read_as_english() -> None:
    reader = vocabulary().reader
    text = "Collection of household waste"
    assert reader.suggest(text, "el") == reader.suggest(text, "en")
    assert reader.nodes(text, "el") == reader.nodes(text, "en")


@pytest.mark.parametrize("most", [1, 44, 45, 46, 50])
def test_no_code_is_suggested_twice_however_many_are_asked_for(most: int) -> None:
    found = vocabulary().reader.suggest("Collection of household waste", "en", most)
    assert len({one.code for one in found}) == most


def test_a_language_without_labels_is_read_by_its_neighbour() -> None:
    norwegian = vocabulary().reader.suggest("Innsamling av husholdningsavfall", "nb")
    assert norwegian[0].code.startswith("90")
    assert vocabulary().reader.suggest("waste collection", "xx")[0].code.startswith("90")


@pytest.mark.parametrize(
    "text", ["", "   ", "12345", "a", "漢字", "asdf qwer", "asdfgh jkl", "dkjfh aksjdhf kajsdhf", "xyzzy"]
)
def test_a_text_that_says_nothing_has_no_codes(text: str) -> None:
    assert vocabulary().reader.suggest(text, "en") == []
    assert vocabulary().reader.nodes(text, "en") == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [("bus", "en"), ("LED lights", "en"), ("škola", "cs"), ("σχολείο", "el"), ("vand", "da")],
)
def test_one_word_can_say_enough(text: str, language: str) -> None:
    assert len(vocabulary().reader.suggest(text, language)) == 5


def test_labels_are_there_in_twenty_four_languages() -> None:
    tree, labels = read_labels()
    assert len(labels) == 24
    assert {len(each.texts) for each in labels.values()} == {len(tree)}
    assert label("90511000-2", "de") == label("90511000", "de") != label("90511000", "fr")


def test_windows_over_many_texts_are_those_of_each_alone() -> None:
    texts = ["Waste", "", "Wasser und Abwasser", "x"]
    owners, buckets = grams_of_many(texts)
    for number, text in enumerate(texts):
        assert buckets[owners == number].tolist() == grams(text).tolist()


def test_only_letters_are_read() -> None:
    assert squeeze("Lot 3: Straßen-Reinigung!") == " lot straßen reinigung "


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ("90511000", "90511000-2", True),
        ("90511000", "90510000", True),
        ("90511000", "90511100", True),
        ("90511000", "90512000", False),
        ("90511000", "90500000", False),
        ("90511000", "99999999", False),
    ],
)
def test_codes_meet_exactly_or_one_level_away(first: str, second: str, meet: bool) -> None:
    assert codes_meet(TREE, first, second) is codes_meet(TREE, second, first) is meet


def test_topics_of_two_schemes_do_not_meet() -> None:
    sdg, waste = Topic(scheme="SDG", id="11"), Topic(scheme="CPV", id="90511000")
    assert common_topics(TREE, [sdg, waste], [Topic(scheme="CPV", id="90510000")]) == ("CPV:90511000",)
    assert common_topics(TREE, [sdg], [sdg, waste]) == ("SDG:11",)


def test_a_path_leads_from_the_division_to_the_code() -> None:
    number = TREE.number("90511100")
    assert number is not None
    assert [TREE.codes[node] for node in TREE.paths[number]] == [
        "90000000",
        "90500000",
        "90510000",
        "90511000",
        "90511100",
    ]
    assert TREE.division(number) == "90"
    assert TREE.parent(TREE.numbers["45000000"]) is None
