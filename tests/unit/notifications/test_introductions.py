"""Who is introduced to whom, whether two have a need in common or many stopped for the same reason."""

from datetime import timedelta
from itertools import permutations

import pytest
from pydantic import SecretStr

from services.notifications.adapters.mime import put_into_words
from services.notifications.domain.introductions import Consent, Meeting, introductions
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters import circle
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES, WRITTEN, circle_opened, official

SENDER = Sender(secret=SecretStr("a secret for samples only"))
CITIES = ("krakow", "york", "tartu")


def lead(city: str, name: str = "lead") -> Official:
    changes = {"id": f"{city}-{name}", "name": f"Lead of {city}", "city": city, "city_name": city.title()}
    return official().model_copy(update={**changes, "email": f"{name}@{city}.example.org"})


def offer(person: Official) -> Meeting:
    return circle.write(circle_opened(), person)


def said(*people: Official) -> list[Consent]:
    """Yeses in this order, a minute between them."""
    return [
        Consent(offer(person), person, WRITTEN + timedelta(minutes=place))
        for place, person in enumerate(people)
    ]


def read(letters: list[Meeting]) -> list[tuple[str, list[str]]]:
    """Who reads of whom."""
    return [(letter.city, [met.city_name for met in letter.met]) for letter in letters]


def test_one_yes_alone_introduces_nobody() -> None:
    krakow = lead("krakow")
    assert list(introductions(said(krakow), krakow.id)) == []


def test_the_second_yes_introduces_both_to_each_other() -> None:
    krakow, york = lead("krakow"), lead("york")
    letters = list(introductions(said(krakow, york), york.id))
    assert read(letters) == [("york", ["Krakow"]), ("krakow", ["York"])]


def test_the_third_reads_of_both_in_one_letter_and_each_of_them_of_the_third() -> None:
    people = [lead(city) for city in CITIES]
    letters = list(introductions(said(*people), people[-1].id))
    assert read(letters) == [("tartu", ["Krakow", "York"]), ("krakow", ["Tartu"]), ("york", ["Tartu"])]


def test_two_of_one_city_need_no_introduction() -> None:
    one, other = lead("krakow"), lead("krakow", "deputy")
    assert list(introductions(said(one, other), other.id)) == []


@pytest.mark.parametrize("order", [*permutations(CITIES)])
def test_in_any_order_everybody_reads_of_everybody_once(order: tuple[str, ...]) -> None:
    people = [lead(city) for city in order]
    yeses = said(*people)
    letters = [letter for place in range(3) for letter in introductions(yeses[: place + 1], people[place].id)]
    met = sorted((letter.city, met.city_name) for letter in letters for met in letter.met)
    assert met == sorted((one, other.title()) for one in CITIES for other in CITIES if one != other)
    assert len({letter.id for letter in letters}) == len(letters)


def test_saying_it_again_gives_the_same_letters() -> None:
    people = [lead(city) for city in CITIES]
    first = list(introductions(said(*people), people[-1].id))
    assert list(introductions(said(*people), people[-1].id)) == first


@pytest.mark.parametrize("kind", ["partners", "circle"])
def test_an_offer_holds_no_address_but_the_readers_own(kind: str) -> None:
    letter = SAMPLES[kind]("en")
    words = put_into_words(letter, SENDER)
    assert "@" not in words.text + words.html.split("</style>")[-1]
    assert letter.model_dump_json().count("@") == 1


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", ["partners", "circle"])
def test_an_introduction_says_whom_to_ask_and_asks_nothing_more(kind: str, locale: str) -> None:
    letter = SAMPLES[kind](locale)
    assert isinstance(letter, Meeting)
    york = lead("york")
    yeses = [Consent(letter, official(locale), WRITTEN), Consent(offer(york), york, WRITTEN)]
    met = next(one for one in introductions(yeses, york.id) if one.official == letter.official)
    words = put_into_words(read_letter(met.model_dump(mode="json")), SENDER)
    for part in (words.text, words.html):
        assert "Lead of york" in part
        assert "lead@york.example.org" in part
        assert SENDER.link("introduce", met) not in part


def test_what_a_city_did_not_say_is_not_known() -> None:
    text = put_into_words(SAMPLES["circle"]("en"), SENDER).text
    assert "What they would do differently: not known" in text


def test_a_large_circle_says_how_many_more_there_are() -> None:
    large = circle.write(circle_opened().model_copy(update={"cities": 12}), official())
    assert "and 9 more cities" in put_into_words(large, SENDER).text
    assert put_into_words(large, SENDER).subject == "12 cities failed or stopped for the same reason"
