"""Takes a picture of each page of the desk, on a phone and at a desk: ``python -m tools.screenshots``.

The pages are those of the service, on a store of their own with invented records; what other services
answer is invented too. They are laid out by Chromium without scripts, and written as small PNG files.
"""

import argparse
import asyncio
import io
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from httpx import AsyncClient
from PIL import Image
from playwright.async_api import Page, async_playwright

from citiesshare.local.ports import Ports, free_block
from citiesshare.local.stack import Stack
from services.notifications.application.stored_models import MatchCard
from services.notifications.domain.letters import warning
from services.notifications.domain.officials import Official, Role
from services.notifications.samples import official
from services.notifications.samples.fit import matched
from services.notifications.settings import Settings
from shared.events import OutcomeDue, Recorded
from shared.settings import ServiceSettings
from shared.store.mongo import open_database
from tests.builders import (
    KRAKOW,
    TAMPERE,
    a_city,
    a_need,
    a_solution,
    adoption_recorded,
    an_adoption,
    an_implementation,
    city_recorded,
    need_recorded,
    outcome_recorded,
    solution_recorded,
    warning_raised,
)
from tests.component.desk import SITE, Desk, a_desk, send
from tests.component.scoring_servers import ScoringServer, scoring_server
from tests.unit.notifications.browser import FLAGS, chromium

FOLDER = Path(__file__).parents[1] / "docs/desk"
SCREENS = {"phone": (360, 740), "desk": (1280, 900)}
COLOURS, TALLEST = 32, 2400
"""Enough for text on a ground; a longer page is cut."""
MOST_BYTES = 3_000_000
HOLDER = official().model_copy(update={"city": KRAKOW, "administers": True})
BOUGHT = {"Sensors for parking bays": 240_000, "Digital permits": 1_100_000, "Charging points": 85_000}
FORM = re.compile(r'name="form" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
REPORT: dict[str, dict[str, str]] = {
    "what": {"title": "Cargo bicycles on loan for bakeries", "summary": "Bakeries borrowed cargo bicycles."},
    "problem": {
        "statement": "Vans of bakeries block the cycle lane.",
        "service_owner": "Mobility",
        "baseline_kpi": "Vans in the lane",
        "baseline_value": "420",
        "baseline_unit": "vans a day",
        "baseline_date_day": "31",
        "baseline_date_month": "5",
        "baseline_date_year": "2024",
    },
    "topics": {"topics": "THEME:mobility-transport"},
    "outcome": {"outcome": "failed"},
    "kept": {"learnt": "The bicycles are used by the parks now."},
    "cause": {"cause": "citizens"},
    "expectation": {"expectation": "Half of the bakeries would borrow one."},
    "result": {"result": "Two of forty did."},
    "sign": {"first_warning_sign": "Nobody came to the trial day."},
    "change": {"decision_to_change": "Ask the bakers before buying."},
}
PLACES = {
    "start": "/desk",
    "report": "/desk/report",
    "need": "/desk/need",
    "adopt": "/desk/adopt?q=night+deliveries",
    "forms": "/desk/forms",
    "drafts": "/desk/drafts",
    "drafts-not-ours": "/desk/drafts?draft=solution%7Cbought-0&do=not_ours",
    "match": "/desk/matches/tampere%2Fnight-freight-hub",
    "record": "/desk/records/outcome/lorries|3094802",
    "edit": "/desk/edit/outcome/lorries|3094802",
    "withdraw": "/desk/withdraw/solution/lorries",
    "keep-back": "/desk/embargo/lorries",
    "people": "/desk/people",
    "invite": "/desk/people/new",
    "post": "/desk/people/post/planner",
    "change-post": "/desk/people/change/planner",
    "hand-over": "/desk/people/hand-over/planner",
    "give-up": "/desk/people/leave/planner",
    "profile": "/desk/profile",
    "log": "/desk/log",
    "letters": "/desk/letters",
    "sessions": "/desk/sessions",
    "sign-out": "/desk/out",
    "moderation": "/moderation",
    "moderation-item": "/moderation/item/spam",
    "reply": f"/desk/reply/street|{TAMPERE}",
}
SPAM = "Cheap vans for night deliveries: https://vans.example.org"
LINK = (SPAM.index("https"), len(SPAM), "link")
WAITING: tuple[dict[str, object], ...] = (
    {
        "id": "comment", "kind": "comment", "why": ["comment"], "about": "A cycle street for schools",
        "by": "A participation platform (invented)", "actions": ["refuse", "show"],
        "texts": [{"path": "text", "text": "The children walk alone now.", "language": "en"}],
    },
    {
        "id": "spam", "kind": "comment", "why": ["comment", "link", "repeated"], "about": "Night lorries",
        "by": "Tampere", "cities": [{"id": KRAKOW, "name": "Kraków"}], "actions": ["refuse", "show"],
        "texts": [
            {"path": "text", "text": SPAM, "language": "en", "marks": [LINK]}
        ],
    },
    {
        "id": "buyer", "kind": "place", "why": ["namesakes"], "processes": 3, "actions": ["place"],
        "texts": [{"path": "name", "text": "City Council of Newcastle", "language": "en"}],
    },
)  # fmt: skip
"""What waits for a moderator, as submissions would answer."""


class Shown(NamedTuple):
    """A page of the desk: the name of its picture, and its HTML."""

    name: str
    html: str


def _records() -> list[Recorded]:
    bought = [
        a_solution(
            id=f"bought-{number}",
            city=KRAKOW,
            title=title,
            origin="procurement",
            cost={"amount": amount, "currency": "EUR"},
            provider={"name": "A supplier (invented)"},
        )
        for number, (title, amount) in enumerate(BOUGHT.items())
    ]
    ended = {"city": KRAKOW, "verification": "procurement_record", "planned_end": date(2026, 6, 30)}
    own = {"city": KRAKOW, "language": "en"}
    return [
        need_recorded(need=a_need(id="need-1", title="Quiet nights in the old town", **own)),
        solution_recorded(solution=a_solution(id="lorries", title="Night lorries", **own)),
        solution_recorded(solution=a_solution(id="street", title="A cycle street for schools", **own)),
        outcome_recorded(implementation=an_implementation(solution="lorries", city=KRAKOW)),
        outcome_recorded(
            implementation=an_implementation(
                solution="street", city=TAMPERE, outcome="failed", why="Parents parked in the next street."
            )
        ),
        solution_recorded(solution=a_solution(id="sol-1", title="Parcels at night")),
        adoption_recorded(adoption=an_adoption(solution="krakow/sol-1", city=KRAKOW, parent="sol-1")),
        *(solution_recorded(solution=solution, state="draft") for solution in bought),
        outcome_recorded(
            implementation=an_implementation(solution="bought-1", outcome="abandoned", **ended), state="draft"
        ),
    ]


async def _fill(desk: Desk) -> None:
    store, now = desk.context.store, datetime.now(UTC)
    profile = a_city(
        id=KRAKOW, agreed_risk=0.25, sharing_pledge=0.01, population=800_000, next_election=date(2029, 4, 7)
    )
    await store.records.save_city(city_recorded(city=profile))
    await store.records.save_city(city_recorded(city=a_city(id=TAMPERE, name="Tampere", country="FI")))
    planner = Official.model_validate(
        HOLDER.model_dump()
        | {"id": "planner", "name": "Ewa Nowa", "email": "ewa@krakow.example.org", "post": "City planner"}
        | {"role": Role.MEMBER, "administers": False}
    )
    for one in (HOLDER, planner):
        await store.officials.save(one, "import")
    for event in _records():
        match event.key:
            case "solution.recorded":
                await store.records.save_solution(event)  # type: ignore[arg-type]
            case "need.recorded":
                await store.records.save_need(event)  # type: ignore[arg-type]
            case "outcome.recorded":
                await store.records.save_attempt(event)  # type: ignore[arg-type]
            case "adoption.recorded":
                await store.records.save_adoption(event)  # type: ignore[arg-type]
    due = OutcomeDue(
        solution="street",
        title="A cycle street for schools",
        city=KRAKOW,
        months=12,
        due=now.date() - timedelta(days=1),
        reason="It began a year ago.",
    )
    await store.check_ins.save(due, now)
    card = MatchCard(matched().brief, matched().matches[0].model_copy(update={"city": KRAKOW}))
    await store.match_cards.save(card, now)
    warned = warning.write(warning_raised(), HOLDER)
    await store.letters.claim(warned, b"a letter", now)


def _answers(server: ScoringServer) -> None:
    city = f"/v1/cities/{KRAKOW}"
    usual = {"city": TAMPERE, "country": "FI", "language": "en", "learning": 40, "similar": True}
    found = [
        {
            **usual,
            "solution": "sol-1",
            "title": "Parcels at night",
            "outcomes": ["succeeded"],
            "similar": True,
        },
        {
            **usual,
            "solution": "hub",
            "title": "Night-time freight hub",
            "outcomes": ["failed"],
            "similar": True,
        },
    ]
    own = {
        **usual,
        "city": KRAKOW,
        "solution": "lorries",
        "title": "Night lorries",
        "outcomes": ["succeeded"],
    }
    waiting = [
        {"since": (datetime.now(UTC) - timedelta(days=days)).isoformat(), "state": "waiting", **item}
        for days, item in enumerate(WAITING, 1)
    ]
    server.answers = {
        "/v1/moderation": {"items": waiting, "total": len(waiting)},
        **{f"/v1/moderation/{item['id']}": item for item in waiting},
        "/v1/solutions": found,
        f"{city}/portfolio": {
            "agreed_risk": 0.25, "projects": 4, "expected": 1.2, "agreed": 1.0, "beyond": 0.33, "running": [],
        },
        f"{city}/learning": [own],
        f"{city}/sharing": {"pledge": 0.01, "spent": 0.004, "adopted": 2, "survey": [0.005, 0.02]},
    }  # fmt: skip


async def _report(browser: AsyncClient) -> AsyncIterator[Shown]:
    """A report from its first question to the page after it was sent."""
    token = FORM.search((await browser.get("/desk/report")).text)
    assert token is not None
    await send(browser, "/desk/report", form=token[1])
    form = f"/desk/forms/{token[1]}"
    for step, fields in REPORT.items():
        page = (await browser.get(f"{form}/steps/{step}")).text
        if step in {"problem", "topics", "cause"}:
            yield Shown(f"report-{step}", page)
        version = VERSION.search(page)
        assert version is not None
        await send(browser, f"{form}/steps/{step}", version=version[1], action="save", **fields)
    for name, address in (("list", ""), ("check", "/check"), ("preview", "/preview")):
        yield Shown(f"report-{name}", (await browser.get(form + address)).text)
    await send(browser, f"{form}/check", action="send")
    yield Shown("report-sent", (await browser.get(f"{form}/sent")).text)


async def _pages(desk: Desk) -> AsyncIterator[Shown]:
    async with desk.browser() as anybody:
        yield Shown("sign-in", (await anybody.get("/in")).text)
    async with await desk.signed_in(HOLDER) as browser:
        begun = FORM.search((await browser.get("/desk/need")).text)
        assert begun is not None
        await send(browser, "/desk/need", form=begun[1])
        async for shown in _report(browser):
            yield shown
        for name, address in PLACES.items():
            answer = await browser.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            yield Shown(name, answer.text)


@asynccontextmanager
async def _desk(data: Path) -> AsyncIterator[Desk]:
    stack = Stack(data, Ports(free_block()), {}, services=())
    await stack.start()
    try:
        database = open_database(ServiceSettings(mongo_url=stack.ports.mongo_url, mongo_prefix="s_"), "desk")
        async with scoring_server() as server:
            _answers(server)
            settings = Settings(public_url=SITE, scoring_url=server.url, submissions_url=server.url)
            async with a_desk(database, settings) as desk:
                await _fill(desk)
                yield desk
                await desk.context.scoring.close()
                await desk.context.moderation.close()
        await database.close()
    finally:
        await stack.stop()


async def _write(page: Page, shown: Shown, folder: Path) -> int:
    """Write the pictures of a page; returns how many bytes they have."""
    size = 0
    for screen, (width, height) in SCREENS.items():
        await page.set_viewport_size({"width": width, "height": height})
        await page.set_content(shown.html)
        whole = Image.open(io.BytesIO(await page.screenshot(full_page=True)))
        cut = whole.crop((0, 0, whole.width, min(whole.height, TALLEST))).convert("RGB")
        file = folder / f"{shown.name}-{screen}.png"
        cut.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        size += file.stat().st_size
    return size


async def take(folder: Path) -> int:
    """Write all pictures into ``folder``; returns how many bytes they have."""
    size = 0
    with tempfile.TemporaryDirectory() as data:
        async with _desk(Path(data)) as desk, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
            page = await browser.new_page(java_script_enabled=False)
            async for shown in _pages(desk):
                size += await _write(page, shown, folder)
            await browser.close()
    return size


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the arguments and write the pictures."""
    parser = argparse.ArgumentParser(prog="screenshots", description=__doc__)
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder of the pictures")
    folder = parser.parse_args(arguments).into
    folder.mkdir(parents=True, exist_ok=True)
    size = asyncio.run(take(folder))
    sys.stdout.write(f"{size:,} bytes in {folder}\n")
    if size > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES:,} bytes: fewer colours or shorter pages are needed")


if __name__ == "__main__":
    main()
