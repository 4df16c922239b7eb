"""What a letter claims is so: its words are those of who is named, and its parts never disagree.

Every kind, in every language, over samples that were each once rendered wrongly.
"""

import email
import re
from collections.abc import Callable, Iterator
from email.policy import default
from functools import cache
from html import unescape

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime import put_into_words, render
from services.notifications.adapters.templates import COMMON
from services.notifications.application.ports import Rendered
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letter_content import FailedAttempt, LetterContent, how_it_could_work
from services.notifications.domain.letters import (
    alert,
    circle,
    digest,
    legacy_pack,
    lineage,
    outcome_checkin,
    partners,
    update,
    warning,
)
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.lineage import SolutionFollower
from services.notifications.domain.minimum_evidence import MinimumEvidence
from services.notifications.domain.officials import Official
from services.notifications.domain.recipients import recipients
from services.notifications.domain.score_bars import adding_up
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES, attempts, brief, hub, match, matched, official
from services.notifications.samples.heard import circle_opened, outcome_due, partners_found, warned
from services.notifications.web.scorecard import scorecard, sections
from shared.events import Brief, Gap, Match, Peer, SolutionMatched, Spread
from shared.facts import Implementation, Solution, Unit
from tests.builders import a_brief, a_match, a_solution, an_assessment, an_implementation

SENDER = Sender(secret=SecretStr("a secret for samples only"))
CITIES = {"tampere": "Tampere", "heerlen": "Heerlen", "malmo": "Malmö", "york": "York", "krakow": "Kraków"}
FAILURES = tuple(one for one in attempts() if one.city in {"heerlen", "york"})
"""It failed in Heerlen and still runs in York: worked nowhere."""
ODD = "Bins, that call .. – ,"


def of_attempts(*tried: Implementation, **changes: object) -> Brief:
    return brief().model_copy(update={"implementations": tried, **changes})


def told(given: Brief, **changes: object) -> tuple[SolutionMatched, Match]:
    one = match().model_copy(update=changes)
    return matched().model_copy(update={"brief": given, "matches": (one,)}), one


def spaced(text: str) -> str:
    """With plain spaces where French has spaces that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def odd(solution: Solution) -> Solution:
    """The same with texts that begin and end anyhow."""
    return solution.model_copy(
        update={
            "title": ODD,
            "summary": " Parcels  are bundled. . ",
            "first_step": "Count lorries..",
            "buying_route": " ; ",
            "components": tuple(
                part.model_copy(update={"name": f"{part.name} ,"}) for part in solution.components
            ),
        }
    )


def odd_attempts() -> tuple[Implementation, ...]:
    return tuple(
        one.model_copy(
            update={
                "why": "No haulier used it.." if one.why else None,
                "failure": one.failure
                and one.failure.model_copy(
                    update={"first_warning_sign": " . ", "decision_to_change": "Sign carriers first!  "}
                ),
            }
        )
        for one in attempts()
    )


Case = tuple[SolutionMatched, Match]
CASES: dict[str, Case] = {
    "whole": told(brief()),
    "only failed": told(
        of_attempts(*FAILURES),
        assessment=match().assessment.model_copy(update={"band": "Not enough known: ask or pilot"}),
        nearest_success=None,
    ),
    "harm": told(
        brief(),
        assessment=match().assessment.model_copy(update={"band": "Learn, do not copy", "harm": True}),
    ),
    "not enough known": told(
        brief(),
        assessment=match().assessment.model_copy(
            update={"band": "Not enough known: ask or pilot", "coverage": 1.0, "grade": "A"}
        ),
    ),
    "nobody agreed": told(
        brief(),
        risk_agreed=False,
        assessment=match().assessment.model_copy(update={"band": "Above your agreed risk: pilot small"}),
    ),
    "nobody took it up": told(of_attempts(*attempts(), spread=Spread(adoptions=0))),
    "too little to compare": told(
        brief(),
        nearest_failure=Peer(city="heerlen", name="Heerlen", outcome="failed", known=2, asked=21),
        nearest_success=Peer(city="tampere", name="Tampere", outcome="succeeded", known=2, asked=21),
    ),
    "written by an older version": told(
        brief(),
        risk_agreed=None,
        nearest_failure=Peer(city="heerlen", name="Heerlen", outcome="failed", similarity=0.91),
        nearest_success=Peer(city="malmo", name="Malmö", outcome="partial", similarity=0.8),
        gaps=(
            Gap(unit="u", name="A rule", critical=True, have=0, how_to_close="Write it", closed_by="Malmö"),
        ),
    ),
    "odd ends": told(
        of_attempts(*odd_attempts(), solution=odd(hub())),
        need_title="Fewer lorries , ..",
    ),
    "no text": told(of_attempts(solution=hub().model_copy(update={"title": " . ", "summary": "-"}))),
}


def reader(locale: str = "en") -> Official:
    return official(locale).model_copy(update={"post": "Head B.A.", "city_name": "Kraków i.O."})


def letters(case: str, locale: str) -> Iterator[Letter]:
    """Every kind that speaks of a match."""
    (event, one), who = CASES[case], reader(locale)
    yield alert.write(event, one, who)
    yield update.write(event.model_copy(update={"occasion": "update"}), one, who)
    weekly = digest.write(who, "weekly|2026-W48", [digest.item(event, one, who)], event.matched)
    assert weekly is not None
    yield weekly
    if one.nearest_failure is not None:
        raised = warned().model_copy(
            update={"brief": event.brief, "failed_in": one.nearest_failure, "worked_in": one.nearest_success}
        )
        yield warning.write(raised, who)


@cache
def everything(locale: str) -> tuple[tuple[str, Letter, Rendered], ...]:
    """All letters of all cases and samples in a language, rendered once for all tests that read them."""
    return tuple(_everything(locale))


def _everything(locale: str) -> Iterator[tuple[str, Letter, Rendered]]:
    for case in CASES:
        for letter in letters(case, locale):
            yield f"{case}: {letter.kind}", letter, put_into_words(letter, SENDER)
    for kind, make in SAMPLES.items():
        letter = make(locale).model_copy(update={"post": "Head B.A.", "city_name": "Kraków i.O."})
        yield f"sample: {kind}", letter, put_into_words(letter, SENDER)


def of_case(case: str, locale: str) -> list[tuple[Letter, Rendered]]:
    """The letters of one case, as ``everything`` rendered them."""
    return [
        (letter, rendered) for name, letter, rendered in everything(locale) if name.startswith(f"{case}: ")
    ]


def plain(html: str) -> str:
    """The text of an HTML part as it is seen."""
    body = " ".join(re.sub(r"<(style|head)\b.*?</\1>", " ", html, flags=re.S).split())
    inline = re.sub(r"</?(span|strong|a|em)\b[^>]*>", "", body)
    lines = unescape(re.sub(r"<[^>]+>", "\n", inline)).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines)


def texts(rendered: Rendered) -> tuple[str, ...]:
    return rendered.subject, rendered.text, plain(rendered.html)


FAULTS = {
    "two full stops": re.compile(r"(?<!\.)\.[ ]?\.(?!\.)|\.\.\."),
    "a space before a comma": re.compile(r"\S ,"),
    "an unfilled gap": re.compile(r"%\(|\{\{|\}\}|\{%|None\b|Undefined"),
    "an empty clause": re.compile(r"\(\s*\)|[;,:–·] *[;,·](?!\d)|· *$|; *$|^ *·|, *$", re.M),
    "two spaces": re.compile(r"(?<=\S)  +(?=\S)"),
}
"""What no letter may have, in any language, whatever a city wrote."""


def faults_in(text: str, locale: str) -> dict[str, str]:
    """What is wrong in a line; Greek asks questions with a semicolon."""
    line = text.replace(";", "?") if locale == "el" else text
    return {fault: it.group() for fault, is_in in FAULTS.items() if (it := is_in.search(line))}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_letter_has_an_odd_end_whatever_a_city_wrote(locale: str) -> None:
    for name, _, rendered in everything(locale):
        for text in (rendered.subject, rendered.text, *plain(rendered.html).split("\n")):
            found = faults_in(text, locale)
            assert not found, f"{name} in {locale}: {found} in {text!r}"


QUOTED = ("why", "first_warning_sign", "decision_to_change")


def said_by(city: str, event_brief: Brief) -> set[str]:
    """Every text of a city in the facts of a brief, as letters write it."""
    facts = [one.model_dump_json() for one in event_brief.implementations if one.city == city]
    return {*facts, *([event_brief.solution.model_dump_json()] if event_brief.solution.city == city else ())}


def id_of(name: str) -> str:
    return next(key for key, each in CITIES.items() if each == name)


def quotes(here: LetterContent, others: tuple[FailedAttempt, ...]) -> Iterator[tuple[str, str]]:
    for one in (*here.beware, *others):
        yield from ((one.city, text) for name in QUOTED if (text := getattr(one, name)))
    for gap in here.build_first:
        yield from ((gap.told_by or "", text) for text in (gap.how_to_close, gap.training) if text)


def test_every_quoted_text_is_in_the_facts_of_the_city_it_is_credited_to() -> None:
    for case, (event, one) in CASES.items():
        units = tuple(
            Unit(
                id=gap.unit,
                name=gap.name,
                dimension="organisation",
                how_to_close=gap.how_to_close,
                training=gap.training,
            )
            for gap in one.gaps
        )
        solution = event.brief.solution.model_copy(update={"units": units})
        facts = event.brief.model_copy(update={"solution": solution})
        letter = alert.write(event, one, official())
        for city, text in quotes(letter.here, letter.elsewhere):
            core = text.rstrip("…!")
            assert any(core in fact for fact in said_by(id_of(city), facts)), (case, city, text)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_words_on_how_to_close_a_gap_stand_behind_the_name_of_who_said_them(locale: str) -> None:
    """ "Closed by Madrid: …" quoted Barcelona's words."""
    gap = Gap(
        unit="u", name="A rule", critical=True, have=0, how_to_close="One by-law", told_by="Tampere",
        closed_by="Malmö",
    )  # fmt: skip
    event, one = told(brief(), gaps=(gap,))
    rendered = put_into_words(alert.write(event, one, official(locale)), SENDER)
    credit = localizer_for(locale).say("%(city)s says: %(words)s", city="Tampere", words="One by-law")
    for text in (rendered.text, plain(rendered.html)):
        assert spaced(credit) in spaced(text)
        assert not any("Malmö" in line and "One by-law" in line for line in text.split("\n"))


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("case", ["only failed", "harm"])
def test_what_failed_is_led_with_and_never_recommended(case: str, locale: str) -> None:
    say, word = localizer_for(locale).say, localizer_for(locale).word
    (event, one), who = CASES[case], official(locale)
    letter = alert.write(event, one, who)
    rendered = put_into_words(letter, SENDER)
    lead = (
        say("Failed or stopped in: %(cities)s. No success is known.", cities="Heerlen")
        if case == "only failed"
        else word("cut", "harm").capitalize()
    )
    assert rendered.text.startswith(lead)
    lead_in = say("To learn from: %(title)s", title="Night-time freight hub")[:40]
    assert spaced(lead_in) in spaced(rendered.subject)
    for text in (rendered.text, plain(rendered.html)):
        assert word("band", "Learn, do not copy") in text
        for part in ("Keep", "Buy", "Build first", "First step"):
            assert not re.search(rf"^\s*{re.escape(say(part))}:?\s*(:|$)", text, re.M), (part, text)
        assert localizer_for(locale).percent(letter.fit or 0) not in text
        assert word("band", "Not enough known: ask or pilot") not in text
    weekly = digest.write(who, "weekly|2026-W48", [digest.item(event, one, who)], event.matched)
    assert weekly is not None
    assert (weekly.groups, len(weekly.failures)) == ((), 1)
    assert put_into_words(weekly, SENDER).subject.startswith(
        localizer_for(locale).catalogue.ngettext("%(num)s failure to learn from", "", 1) % {"num": 1}
    )


def test_who_does_not_want_failures_is_not_told_of_what_only_failed() -> None:
    (event, one), who = CASES["harm"], official().model_copy(update={"include_failures": False})
    divided = recipients([who.model_copy(update={"status": "active"})], one, event.matched.date())
    assert [each.why for each in divided.skipped] == ["failures_unwanted"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_likeness_says_on_how_many_indicators_it_rests_or_nothing(locale: str) -> None:
    say, percent = localizer_for(locale).say, localizer_for(locale).percent
    like = "%(share)s like you, by %(known)s of %(asked)s indicators"
    few = say("too little is known to compare (%(known)s of %(asked)s indicators)", known=2, asked=21)
    for letter, rendered in of_case("whole", locale):
        if letter.kind == "alert":
            assert say(like, share=percent(64), known=17, asked=21) in rendered.text
    assert sum(few in rendered.text for _, rendered in of_case("too little to compare", locale)) == 2
    resembles = say("You resemble %(failed)s more than %(worked)s, where it worked.", failed="A", worked="B")
    for case in ("too little to compare", "written by an older version"):
        for _, rendered in of_case(case, locale):
            text = rendered.text
            assert resembles.split("A")[0].strip() not in text or not resembles.split("A")[0].strip()
            assert percent(91) not in text
    pair = partners.write(partners_found(), official(locale).model_copy(update={"city": "krakow"}))
    assert say(like, share=percent(68), known=14, asked=21) in put_into_words(pair, SENDER).text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_parts_of_a_letter_never_disagree(locale: str) -> None:
    say, word = localizer_for(locale).say, localizer_for(locale).word
    no_one = say("No other city is known to have taken it up.")
    agreed = say("you agreed to %(share)s", share="§").split("§")[0].strip() or "§"
    usual = say("usual limit: %(share)s", share="§").split("§")[0].strip()
    for name, letter, rendered in everything(locale):
        text = rendered.text
        if not isinstance(letter, alert.AlertLetter):
            continue
        risk = next(bar for bar in letter.bars if bar.key == "risk")
        assert (agreed in text) == (risk.agreed is True), name
        assert (usual in text) == (risk.agreed is not True), name
        assert (no_one in text) <= (letter.others_tried == 0), name
        assert (letter.vague is not None) == letter.band.startswith("Not enough"), name
        if letter.vague is not None:
            assert word("vague", letter.vague) in text, name
        assert say("Questions about the evidence that are answered") in text
        worked = any(one.outcome in {"succeeded", "partial"} for one in letter.elsewhere)
        assert (
            letter.learn
            or worked
            or not any(one.outcome in {"failed", "abandoned"} for one in letter.elsewhere)
        ), name
        if letter.failed_in:
            assert not worked


def test_what_is_not_enough_is_named() -> None:
    (event, one) = CASES["not enough known"]
    assert alert.write(event, one, official()).vague == "risk", "all is answered, but the risk is too wide"
    thin = one.model_copy(update={"assessment": one.assessment.model_copy(update={"grade": "D"})})
    assert alert.write(event, thin, official()).vague == "answers"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_price_names_who_vouches_for_it_and_a_conversion_its_year_and_source(locale: str) -> None:
    word, say = localizer_for(locale).word, localizer_for(locale).say
    prices = tuple(
        price.model_copy(update={"verification": "procurement_record"}) for price in match().prices
    )
    event, one = told(brief(), prices=prices)
    for text in texts(put_into_words(alert.write(event, one, official(locale)), SENDER))[1:]:
        assert word("verification", "procurement_record") in text
        assert word("verification", "self") not in text
        assert say("mean rate of %(year)s, European Central Bank", year=2025) in text


def test_the_points_of_a_score_add_up_to_the_number_shown_with_its_base() -> None:
    for judged in (match().assessment, an_assessment()):
        for section in sections(judged):
            points = [*([section.base] if section.base is not None else []), *(
                one.points for one in section.contributions
            )]  # fmt: skip
            if section.contributions:
                assert round(sum(points), 1) == round(section.estimate.value, 1), section.key
            assert (section.base is not None) == (section.key == "risk")
            for one in section.contributions:
                assert one.parameters.get("points", one.points) == one.points


@pytest.mark.parametrize(
    ("points", "total", "shown"),
    [
        ([33.333, 1.111, 2.222, -3.333], 33.333, [33.3, 1.1, 2.2, -3.3]),
        ([0.04, 0.04, 0.04], 0.12, [0.1, 0.0, 0.0]),
        ([10.06, 10.06, 10.06], 30.18, [10.1, 10.1, 10.0]),
        ([1.0, 2.0], 9.0, [1.0, 2.0]),
        ([], 0.0, []),
    ],
)
def test_rounded_points_add_up_where_exact_ones_do(
    points: list[float], total: float, shown: list[float]
) -> None:
    assert adding_up(points, total) == shown


def test_what_was_read_from_records_is_not_called_a_citys_description() -> None:
    read = sections(match().assessment, "procurement")
    sources = {one.parameters.get("source") for section in read for one in section.contributions}
    assert "procurement" in sources
    assert not sources & {"description", "claim"}


def test_a_lesson_names_whose_solution_its_title_is() -> None:
    lessons = circle_opened().others
    event = circle_opened().model_copy(
        update={"others": (lessons[0].model_copy(update={"shared_by": "Barcelona"}), *lessons[1:])}
    )
    rendered = put_into_words(circle.write(event, official()), SENDER)
    assert "York: Bins that call (Source: Barcelona) – failed" in rendered.text
    assert "Source: Barcelona" in rendered.html


def test_a_plain_text_is_no_markup() -> None:
    event, one = told(brief(), gaps=(match().gaps[0].model_copy(update={"told_by": "Brighton & Hove"}),))
    assert "Brighton & Hove says:" in put_into_words(alert.write(event, one, official()), SENDER).text
    assert (COMMON / "words.html").exists()


A_SHARER = a_solution(contact={"post": "Coordinator"}, first_step="Count")
KNOWN = a_solution(
    components=[{"name": "A hub"}, {"name": "Hours", "core": False}],
    contact={"post": "Coordinator"},
    first_step="Count",
)


@pytest.mark.parametrize(
    ("solution", "parts", "tried", "occasion", "enough"),
    [
        (a_solution(), 0, [], "new", False),
        (A_SHARER, 2, [], "new", False),
        (KNOWN, 4, [], "new", True),
        (a_solution(), 0, [an_implementation()], "new", True),
        (a_solution(), 0, [], "update", True),
    ],
)
def test_an_alert_of_its_own_takes_four_parts_or_a_source(
    solution: Solution, parts: int, tried: list[Implementation], occasion: str, enough: bool
) -> None:
    given = a_brief(solution=solution, implementations=tried)
    event = matched().model_copy(update={"brief": given, "occasion": occasion})
    assert how_it_could_work(given, a_match()).parts_known == parts
    assert MinimumEvidence().holds(event, a_match()) == enough
    who = official().model_copy(update={"cadence": "instant", "status": "active", "city": a_match().city})
    (one,) = recipients([who], a_match(), event.matched.date(), enough=enough).notified
    assert one.when == ("now" if enough else "digest")


def test_the_scorecard_of_what_failed_says_so_too() -> None:
    event, one = CASES["only failed"]
    card = scorecard(event.brief, one.assessment, ("en",), one)
    assert (card.learn, card.failed_in, card.band) == (True, ("Heerlen",), "Learn, do not copy")


MAKERS: dict[str, Callable[[str], Letter]] = dict(SAMPLES)


def test_lineage_and_other_kinds_are_among_the_samples() -> None:
    assert {"lineage", "question", "circle", "partners", "legacy_pack"} <= MAKERS.keys()
    assert isinstance(MAKERS["lineage"]("en"), lineage.LineageLetter)


WORDS = st.sampled_from(["Bins", "Müllabfuhr", "街灯", "«Sól»", "e-bikes", "24/7", "Kraków", "Łódź (old)"])
ENDINGS = st.sampled_from(["", " ", ",", " ,", "..", ". .", "...", " –", ";", " :", ".", "!", "  ", " ·"])
ODD_TEXTS = st.builds(
    lambda start, words, between, end: start + between.join(words) + end,
    ENDINGS,
    st.lists(WORDS, min_size=1, max_size=9),
    st.sampled_from([" ", "  ", " \t", "\u00a0 "]),
    ENDINGS,
)


def with_texts(locale: str, title: str, need: str) -> Iterator[Letter]:
    """Letters of every kind that show a title or a need, with these."""
    event, one = told(of_attempts(*attempts(), solution=hub().model_copy(update={"title": title})))
    one = one.model_copy(update={"need_title": need})
    who = official(locale)
    yield alert.write(event, one, who)
    yield update.write(event, one, who)
    weekly = digest.write(who, "weekly|2026-W48", [digest.item(event, one, who)], event.matched)
    assert weekly is not None
    yield weekly
    plan = warned().need.model_copy(update={"title": need})
    yield warning.write(warned().model_copy(update={"brief": event.brief, "need": plan}), who)
    own = partners_found().first.model_copy(update={"need_title": need})
    yield partners.write(partners_found().model_copy(update={"first": own}), who)
    lesson = circle_opened().own.model_copy(update={"title": title})
    others = tuple(each.model_copy(update={"title": need}) for each in circle_opened().others)
    yield circle.write(circle_opened().model_copy(update={"own": lesson, "others": others}), who)
    yield outcome_checkin.write(outcome_due().model_copy(update={"title": title}), who)
    changed = lineage.LineageEvent("updated", "4", event.matched)
    yield lineage.write(changed, event.brief.solution, "Tampere", SolutionFollower("krakow", "adapted"), who)
    kept = legacy_pack.shared_solution(event.brief.solution, None)
    pack = legacy_pack.write(who, event.matched.date(), (kept,), event.matched)
    assert pack is not None
    yield pack


@given(ODD_TEXTS, ODD_TEXTS, st.sampled_from(LANGUAGES))
@settings(max_examples=15, deadline=None, phases=[Phase.generate])
def test_any_title_is_shown_without_odd_ends_and_its_subject_arrives_as_it_was_written(
    title: str, need: str, locale: str
) -> None:
    for letter in with_texts(locale, title, need):
        rendered = put_into_words(letter, SENDER)
        for line in (rendered.subject, *rendered.text.split("\n"), *plain(rendered.html).split("\n")):
            found = faults_in(line, locale)
            assert not found, f"{letter.kind} in {locale}: {found} in {line!r}"
        arrived = email.message_from_bytes(render(letter, SENDER), policy=default)["Subject"]
        assert str(arrived) == rendered.subject


def test_a_digest_of_which_only_the_rest_may_be_told_has_a_subject() -> None:
    event, one = CASES["whole"]
    first = digest.item(event, one, official())
    rest = [first.model_copy(update={"solution": f"s{n}", "fit": float(n)}) for n in range(12)]
    weekly = digest.write(official(), "weekly|2026-W48", rest, event.matched)
    assert weekly is not None
    left = weekly.without(frozenset(f"solution|s{n}" for n in range(2, 12)))
    assert left is not None
    assert put_into_words(left, SENDER).subject.startswith("2 solutions for Kraków · Night-time")
