"""No letter of any kind contradicts itself, over all samples in all languages."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters.localizer import LANGUAGES, localizer_for
from services.notifications.adapters.mime import put_into_words
from services.notifications.domain.letters import alert, circle, digest, legacy_pack, update
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.samples import SAMPLES, attempts, hub, official
from services.notifications.samples.heard import circle_opened
from services.notifications.samples.people import WRITTEN
from tests.unit.notifications.test_claims import CASES, CITIES, SENDER, everything, reader, spaced, texts

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
        "%(num)s city stopped for the same reason",
        "%(num)s cities stopped for the same reason",
        letter.cities,
    ) % {"num": letter.cities}
    assert said in rendered.text
    for one in letter.others:
        assert rendered.text.count(f"\n{one.city_name}") == 1


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_legacy_pack_lists_every_solution_once_with_its_own_outcome(locale: str) -> None:
    tried = {"success": attempts()[0], "none": None}
    lines = tuple(
        legacy_pack.kept(hub().model_copy(update={"id": name, "title": f"Title {name}"}), one)
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


def test_all_kinds_are_looked_at() -> None:
    assert {letter.kind for _, letter, _ in everything("en")} == set(SAMPLES)
