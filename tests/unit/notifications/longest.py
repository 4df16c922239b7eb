"""The longest record that there can be, for pages that must have room for everything."""

from datetime import date

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.templates import words_in
from services.notifications.web.briefing import BriefingPage
from services.notifications.web.rendering import PageRenderer
from shared.events import Brief, Gap
from shared.facts import Implementation
from tests.builders import (
    a_brief,
    a_failure,
    a_kpi,
    a_match,
    a_peer,
    a_solution,
    a_study,
    a_unit,
    an_assessment,
    an_implementation,
)

RENDERER = PageRenderer(words_in, localizer_for)
WORDS = "Verkehrsinfrastrukturfinanzierungsgesellschaften evaluated nineteen neighbourhoods thoroughly "
ALONE = "Donaudampfschifffahrtsgesellschaftskapitän" * 12
JAPANESE = "夜間配送拠点の整備により市街地の騒音と渋滞が大きく減少した"
MONEY = {"amount": 123456789012, "currency": "UAH"}


def line(text: str) -> str:
    """A line as long as one may be."""
    return (text * 30)[:500].strip()


def longest_text(text: str) -> str:
    """A text as long as one may be."""
    return (text * 300)[:10_000].strip()


def longest_brief(text: str = WORDS) -> Brief:
    """Everything that can be said of a solution, each as long as may be."""
    said, named = longest_text(text), line(text)
    solution = a_solution(
        id=("id/" * 200)[:500],
        title=named,
        summary=said,
        problem={"statement": said, "service_owner": named, "why_now": said, "people_affected": 10**9},
        cost=MONEY,
        months=123.5,
        delivery={
            "planned_cost": 10**12,
            "actual_cost": 10**13,
            "currency": "UAH",
            "planned_months": 123,
            "actual_months": 234,
        },
        components=[{"name": named, "note": said} for _ in range(9)],
        units=[
            a_unit(id=f"u{n}", name=named, training=f"{n} {named}"[:500], department=named) for n in range(9)
        ],
        kpis=[a_kpi(name=named)],
        studies=[
            a_study(source=f"https://city.example/{n}/" + "study-of-everything/" * 20) for n in range(9)
        ],
        legal={"legal_basis": True, "procurement_route": True, "data_protection": False},
        provider={"name": named},
        contact={"post": named, "department": named, "languages": ["fi", "sv", "en", "de", "fr", "et", "uk"]},
        buying_route=named,
        first_step=named,
        blueprint={"steps": [named] * 50, "roles": [named] * 50},
        funding=[{"source": named, "programme": named, "share": 0.123} for _ in range(9)],
        page="https://city.example/" + "page/" * 90,
    )
    return a_brief(
        solution=solution,
        city_name=named,
        implementations=[_attempt(n, text) for n in range(9)],
        city_names={f"city-{n}": line(f"{n} {text}") for n in range(9)},
    )


def _attempt(number: int, text: str) -> Implementation:
    said = longest_text(text)
    failure = a_failure(
        cause="transition", first_warning_sign=said, decision_to_change=said, evidence=line("https://a.b/c/")
    )
    return an_implementation(
        city=f"city-{number}",
        outcome="abandoned" if number % 2 else "failed",
        started=date(2020, 12, 31),
        ended=date(2024, 12, 30),
        cost=MONEY,
        why=said,
        failure=failure,
        language="de",
    )


def longest_page(language: str, text: str = WORDS, *, own: bool = True) -> BriefingPage:
    """The briefing of the longest record, for one city or for everybody."""
    brief = longest_brief(text)
    gaps = [Gap(unit=unit.id, name=unit.name, critical=True, have=0.1) for unit in brief.solution.units]
    peer = a_peer(city="city-3", name=line(text), outcome="succeeded", similarity=0.2)
    match = a_match(
        need_title=line(text),
        city_name=line(text),
        gaps=gaps,
        nearest_success=peer,
        nearest_failure=a_peer(city="city-0", name=line(text), outcome="failed", similarity=0.9),
    )
    address = "/solutions/" + "id%2F" * 170 + "/a-slug"
    return BriefingPage(
        RENDERER,
        (language,),
        "https://citiesshare.some-long-name-of-a-host.example",
        address,
        brief,
        an_assessment(),
        match if own else None,
    )
