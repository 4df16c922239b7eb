"""No letter of any kind contradicts itself, over all samples in all languages."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime import put_into_words
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters import (
    alert,
    circle,
    digest,
    legacy_pack,
    lineage,
    partners,
    update,
)
from services.notifications.domain.letters.lineage import LineageEvent
from services.notifications.domain.lineage import SolutionFollower
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.samples import SAMPLES, attempts, hub, official
from services.notifications.samples.heard import circle_opened, partners_found
from services.notifications.samples.people import WRITTEN
from shared.events import InYear, Spread
from shared.facts import Adoption
from tests.unit.notifications.test_claims import (
    CASES,
    CITIES,
    SENDER,
    everything,
    plain,
    reader,
    spaced,
    texts,
)

PYTHON = re.compile(
    r"\b(None|True|False|datetime|Decimal)\b|\[\]|\{\}|<\w+ object|\w+=\w+\(|\b[a-z]+_[a-z_]+\b"
)
# An id of a city where its name is known; as a part of a record's own id it is in its place.
AN_ID = re.compile(rf"(?<![\w/-])({'|'.join([*CITIES, 'tartu'])})(?![\w/-])")
ELSEWHERE = re.compile(r"https?://\S+|\S+@\S+|\d+[:.]\d+")
"""Addresses and clocks, whose colons are none of ours."""

IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
"""A remark such as "(original: Estonian)", which has a colon of its own."""


def clauses(text: str) -> list[str]:
    """What stands between full stops, middle dots and the ends of lines."""
    return [each for each in re.split(r"\n| · |[.!?。;] ?(?!\d)", ELSEWHERE.sub("", text)) if each.strip()]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_clause_has_two_colons_no_id_and_nothing_of_python(locale: str) -> None:
    for name, _, rendered in everything(locale):
        for text in texts(rendered):
            for clause in clauses(text):
                outside = IN_BRACKETS.sub("", clause)
                assert len(re.findall("[:：]", outside)) < 2, f"{name} in {locale}: {clause!r}"
                assert not AN_ID.search(clause), f"{name} in {locale}: {clause!r}"
                assert not PYTHON.search(clause), f"{name} in {locale}: {clause!r}"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_figure_never_stands_beside_not_known(locale: str) -> None:
    unknown = localizer_for(locale).say("not known")
    for name, _, rendered in everything(locale):
        for text in texts(rendered):
            for clause in clauses(text):
                if re.search(rf"(?<!\w){re.escape(unknown)}(?!\w)", clause):
                    assert "%" not in clause, f"{name} in {locale}: {clause!r}"


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("case", ["only failed", "harm"])
def test_what_only_failed_is_recommended_by_no_kind_of_letter(case: str, locale: str) -> None:
    say, percent = localizer_for(locale).say, localizer_for(locale).percent
    (event, one), who = CASES[case], reader(locale)
    weekly = digest.write(who, "weekly|2026-W48", [digest.item(event, one, who)], event.matched)
    assert weekly is not None
    told = (alert.write(event, one, who), update.write(event, one, who), weekly)
    for letter in told:
        for text in texts(put_into_words(letter, SENDER)):
            for part in ("Keep", "Buy", "Build first", "First step"):
                assert not re.search(rf"^\s*{re.escape(say(part))}\s*(:|：|$)", text, re.M), (part, text)
            assert percent(one.fit) not in text, "a fit recommends"


TITLES = ("Kerb space by the hour", "School streets", "Bins that call", "Night-time freight hub")
ITEMS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 3), st.floats(1, 99)), min_size=1, max_size=14
)


def digest_of(locale: str, given_items: list[tuple[bool, bool, int, float]]) -> digest.DigestLetter | None:
    """A digest of items that are to be learned from or not, told before or not, for one of some needs."""
    event, one = CASES["whole"]
    first = digest.item(event, one, official(locale))
    items = [
        first.model_copy(
            update={
                "solution": f"s{number}",
                "title": LocalizedText(text=f"{TITLES[need]} {number}", language="en"),
                "need": f"n{need}",
                "need_title": f"Need {need}",
                "learn": learn,
                "told": told,
                "fit": fit,
                "failures": ("York", "Heerlen")[: need + 1] if learn else (),
                "failed_in": ("york", "heerlen")[: need + 1] if learn else (),
            }
        )
        for number, (learn, told, need, fit) in enumerate(given_items)
    ]
    return digest.write(official(locale), "weekly|2026-W48", items, WRITTEN, below_limits=len(items))


@example([(True, False, 1, 90.0 - n) for n in range(12)], "en", set(range(10)))
@example([(n != 10, False, 1, 90.0 - n) for n in range(12)], "fi", set(range(10)))
@given(ITEMS, st.sampled_from(LANGUAGES), st.sets(st.integers(0, 13)))
@settings(max_examples=60, deadline=None)
def test_a_digest_counts_what_it_shows_and_failures_as_failures(
    items: list[tuple[bool, bool, int, float]], locale: str, hidden: set[int]
) -> None:
    whole = digest_of(locale, items)
    assert (whole is None) == all(told for _, told, _, _ in items)
    letter = whole and whole.without(frozenset(f"solution|s{number}" for number in hidden))
    if letter is None:
        return
    rendered = put_into_words(letter, SENDER)
    solutions = [one for group in letter.groups for one in group.items]
    assert not any(one.teaches for one in solutions)
    assert all(one.teaches for one in letter.failures)
    shown, rest = [*solutions, *letter.failures], letter.rest
    counted = [one for one in (shown or rest) if not one.teaches]
    taught = [one for one in (shown or rest) if one.teaches]
    say = localizer_for(locale).catalogue.ngettext
    if counted:
        subject = say("%(num)s solution for %(city)s", "%(num)s solutions for %(city)s", len(counted)) % {
            "num": len(counted), "city": letter.city_name,
        }  # fmt: skip
    else:
        subject = say("%(num)s failure to learn from", "%(num)s failures to learn from", len(taught)) % {
            "num": len(taught)
        }
    assert spaced(rendered.subject).startswith(spaced(subject)), (rendered.subject, subject)
    first = (counted or taught)[0].title.text  # a long subject is shortened
    assert rendered.subject.partition(" · ")[2].rstrip("…").strip() in first
    assert letter.below_limits == len(items)
    for one in shown:
        assert len(re.findall(rf"- {re.escape(one.title.text)}(?!\d)", rendered.text)) == 1
        assert (localizer_for(locale).percent(one.fit) in rendered.text) >= (not one.teaches)
    assert (
        localizer_for(locale).say("and %(count)s more on the page", count=len(rest)) in rendered.text
    ) == bool(rest)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("others", [0, 1, 2, 9])
def test_a_circle_counts_the_cities_it_names(locale: str, others: int) -> None:
    opened = circle_opened()
    many = tuple(
        opened.others[0].model_copy(update={"city": f"c{number}", "city_name": f"City {number}"})
        for number in range(others)
    )
    letter = circle.write(opened.model_copy(update={"others": many, "cities": others + 1}), official(locale))
    rendered = put_into_words(letter, SENDER)
    assert letter.cities == 1 + len(letter.others) + letter.more
    ngettext = localizer_for(locale).catalogue.ngettext
    said = ngettext(
        "%(num)s city failed or stopped for the same reason",
        "%(num)s cities failed or stopped for the same reason",
        letter.cities,
    ) % {"num": letter.cities}
    assert said in rendered.text
    for one in letter.others:
        assert rendered.text.count(f"\n{one.city_name}") == 1


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_legacy_pack_lists_every_solution_once_with_its_own_outcome(locale: str) -> None:
    tried = {"success": attempts()[0], "none": None}
    lines = tuple(
        legacy_pack.shared_solution(hub().model_copy(update={"id": name, "title": f"Title {name}"}), one)
        for name, one in tried.items()
    )
    letter = legacy_pack.write(official(locale), WRITTEN.date(), lines, WRITTEN)
    assert letter is not None
    text = put_into_words(letter, SENDER).text
    for line in letter.kept:
        shown = [each for each in text.split("\n") if line.title in each]
        assert len(shown) == 1
        assert localizer_for(locale).word("outcome", line.outcome) in shown[0]
    assert len(letter.kept) + letter.more == len(lines)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_words_stand_under_the_city_whose_words_they_are(locale: str) -> None:
    """Of every kind that quotes: the line above a quotation names who said it."""
    (event, one), who = CASES["whole"], reader(locale)
    said = {
        text: CITIES[each.city]
        for each in event.brief.implementations
        for text in (each.why, each.failure and each.failure.first_warning_sign)
        if text
    }
    quoted = 0
    for letter in (alert.write(event, one, who), update.write(event, one, who)):
        lines = put_into_words(letter, SENDER).text.split("\n")
        for number, line in enumerate(lines):
            for text, city in said.items():
                if text[:40] in line:
                    quoted += 1
                    above = [
                        each
                        for each in reversed(lines[: number + 1])
                        if any(c in each for c in CITIES.values())
                    ]
                    named = [name for name in CITIES.values() if name in above[0]]
                    assert city in named, f"{letter.kind} in {locale}: {text!r} under {above[0]!r}"
    assert quoted


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(("adoptions", "tried"), [(0, 0), (0, 1), (0, 4), (1, 0), (1, 4), (2, 1), (5, 5)])
def test_who_took_it_up_or_tried_it_is_counted_as_it_is_kept(locale: str, adoptions: int, tried: int) -> None:
    """Nobody is said to be known only where nobody is: "taken up" and "tried" are counted apart."""
    event, one = CASES["whole"]
    elsewhere = tuple(
        attempts()[0].model_copy(update={"city": f"c{number}"}) for number in [*range(tried), *range(tried)]
    )
    per_year = (InYear(year=2024, adoptions=adoptions),) if adoptions else ()
    story = event.brief.model_copy(
        update={
            "implementations": (attempts()[0].model_copy(update={"city": hub().city}), *elsewhere),
            "spread": Spread(adoptions=adoptions, per_year=per_year),
        }
    )
    letter = alert.write(event.model_copy(update={"brief": story}), one, reader(locale))
    speech = localizer_for(locale)
    count = speech.catalogue.ngettext
    nobody = speech.say("No other city is known to have taken it up.")
    took = count("%(num)s other city took it up", "%(num)s other cities took it up", adoptions)
    only_tried = count(
        "%(num)s other city tried it; whether it took it over from here is not known.",
        "%(num)s other cities tried it; whether they took it over from here is not known.",
        tried,
    )
    rendered = put_into_words(letter, SENDER)
    for shown in (rendered.text, plain(rendered.html)):
        text = spaced(shown)
        assert (spaced(nobody) in text) is (adoptions == tried == 0)
        assert (spaced(took % {"num": adoptions}) in text) is (adoptions > 0)
        assert (spaced(only_tried % {"num": tried}) in text) is (adoptions == 0 < tried)
        assert bool(re.search(rf"2024 ?[:：] ?{adoptions}", text)) is (adoptions > 0)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(
    ("similarity", "known", "asked"),
    [(0.68, 14, 21), (0.0, 7, 21), (1.0, 21, 21), (0.5, None, None)],
)
def test_partners_are_alike_as_far_as_is_known(
    locale: str, similarity: float | None, known: int | None, asked: int | None
) -> None:
    found = partners_found().model_copy(update={"similarity": similarity, "known": known, "asked": asked})
    letter = partners.write(found, official(locale))
    speech = localizer_for(locale)
    alike = "%(share)s like you, by %(known)s of %(asked)s indicators"
    too_little = "too little is known to compare (%(known)s of %(asked)s indicators)"
    numbers = {"share": speech.percent(100 * (similarity or 0)), "known": known, "asked": asked}
    for text in texts(put_into_words(letter, SENDER))[1:]:
        said = speech.say(alike, **numbers), speech.say(too_little, **numbers)
        compared = known is not None and similarity is not None
        assert [spaced(one) in spaced(text) for one in said] == [compared, known is not None and not compared]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(
    ("kept", "changed", "dropped", "share"),
    [
        (("a1", "b1"), ("c1",), ("d1",), 50),
        (("a1", "b1"), ("c1",), (), 66),
        ((), ("c1", "e1"), ("d1",), 0),
        (("a1",), (), (), 100),
        ((), (), (), None),
    ],
)
def test_a_lineage_letter_counts_and_names_what_the_adoption_has(
    locale: str,
    kept: tuple[str, ...],
    changed: tuple[str, ...],
    dropped: tuple[str, ...],
    share: int | None,
) -> None:
    adoption = Adoption(
        solution=hub().id, city="york", kind="adapted", kept=kept, changed=changed, dropped=dropped
    )
    told = LineageEvent("version", "x", WRITTEN, version=lineage.Version(adoption, "York"))
    letter = lineage.write(told, hub(), "Tampere", SolutionFollower("krakow", "copied"), official(locale))
    speech, kept_share = localizer_for(locale), "%(share)s kept as it was"
    for text in texts(put_into_words(letter, SENDER))[1:]:
        shares = {
            each
            for each in range(101)
            if spaced(speech.say(kept_share, share=speech.percent(float(each)))) in spaced(text)
        }
        # "0 %" stands at the end of "50 %": the longest is the one that is said.
        assert (max(shares, default=None) if share else min(shares, default=None)) == share
        for name in ("a1", "b1", "c1", "d1", "e1"):
            assert len(re.findall(rf"\b{name}\b", text)) == ((*changed, *dropped).count(name)), name


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_question_passes_on_the_numbers_that_were_written_and_adds_none(locale: str) -> None:
    letter = SAMPLES["question"](locale)
    asked = letter.model_copy(update={"words": "In 2023 it was 17 of 21; now it is 4?"})
    assert not re.findall(r"\d+", SAMPLES["question"](locale).words)  # type: ignore[attr-defined]
    before, after = (
        re.findall(r"\d+", re.sub(r"https?://\S+", "", put_into_words(each, SENDER).text))
        for each in (letter, asked)
    )
    assert [each for each in after if each not in before] == ["2023", "17", "21", "4"]


def test_all_kinds_are_looked_at() -> None:
    assert {letter.kind for _, letter, _ in everything("en")} == set(SAMPLES)
