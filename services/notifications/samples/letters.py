"""One letter of every kind, on invented facts."""

from collections.abc import Callable
from datetime import date

from services.notifications.domain.desk.records import OwnRecord, draft_groups
from services.notifications.domain.letters import (
    account,
    alert,
    circle,
    confirmation,
    digest,
    drafts,
    legacy_pack,
    lineage,
    outcome_checkin,
    partners,
    question,
    searches,
    update,
    warning,
)
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.lineage import LineageEvent
from services.notifications.domain.lineage import SolutionFollower, differences
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.samples.fit import match, matched
from services.notifications.samples.heard import circle_opened, outcome_due, partners_found, warned
from services.notifications.samples.hub import attempts, brief, hub
from services.notifications.samples.people import WRITTEN, asked, official
from services.notifications.samples.scores import CHANGES
from shared.facts import Need, Outcome


def _alert(locale: str) -> Letter:
    return alert.write(matched(), match(), official(locale))


def _update(locale: str) -> Letter:
    changed = match().model_copy(update={"changes": CHANGES})
    return update.write(matched("update"), changed, official(locale))


def _warning(locale: str) -> Letter:
    return warning.write(warned(), official(locale))


def _partners(locale: str) -> Letter:
    return partners.write(partners_found(), official(locale))


def _circle(locale: str) -> Letter:
    return circle.write(circle_opened(), official(locale))


def _lineage(locale: str) -> Letter:
    before = hub().model_copy(update={"components": hub().components[1:], "cost": None})
    event = LineageEvent("updated", "4", WRITTEN, differences(before, hub()))
    return lineage.write(event, hub(), "Tampere", SolutionFollower("krakow", "adapted"), official(locale))


def _question(locale: str) -> Letter:
    tartu = official("et").model_copy(update={"id": "tartu-1", "post": "Transpordi juht", "city": "tartu"})
    words = "Kes juhib keskust öösel?\n\nJa kas müra mõõdeti enne ja pärast?"
    reply = question.WrittenReply(words, tartu, "Tartu", _alert("et"), WRITTEN)
    return question.write(reply, hub(), asked(locale))


def _digest(locale: str) -> Letter:
    hub = digest.item(matched(), match(), official(locale))
    others = (
        hub.model_copy(
            update={"solution": "malmo/kerb", "fit": 74.0, "failures": (), "band": "Ready to adapt"}
            | {"title": LocalizedText(text="Kerb space by the hour", language="en")}
        ),
        hub.model_copy(
            update={"solution": "york/bins", "fit": 71.0, "band": "Adapt with changes", "failures": ()}
            | {"title": LocalizedText(text="Bins that call", language="en"), "need_title": "Cleaner streets"}
        ),
        hub.model_copy(
            update={"solution": "tartu/kiosk", "fit": 58.0, "band": "Learn, do not copy", "harm": True}
            | {
                "title": LocalizedText(text="Digital kiosk in every square", language="en"),
                "failures": ("Tartu",),
            }
        ),
        hub.model_copy(
            update={
                "told": True,
                "title": LocalizedText(text="School streets", language="en"),
                "solution": "x",
            }
        ),
    )
    letter = digest.write(official(locale), "weekly|2026-W48", (hub, *others), WRITTEN, below_limits=7)
    assert letter is not None
    return letter


def _outcome_checkin(locale: str) -> Letter:
    return outcome_checkin.write(outcome_due(), official(locale))


def _drafts(locale: str) -> Letter:
    bought = hub().model_copy(
        update={"id": "krakow/hub", "city": "krakow", "origin": "procurement", "translations": {}}
    )
    ended = attempts()[2].model_copy(
        update={
            "solution": bought.id,
            "outcome": Outcome.ABANDONED,
            "failure": None,
            "why": None,
            "city": "krakow",
        }
    )
    sought = Need(id="urn:ocid:ocds-1|need", city="krakow", title="Sensors for bins", ocid="ocds-1")
    records = (
        OwnRecord("solution", bought.id, "krakow", bought, "draft", 1),
        OwnRecord("outcome", f"{bought.id}|krakow", "krakow", ended, "draft", 1),
        OwnRecord("need", sought.id, "krakow", sought, "draft", 1),
    )
    letter = drafts.write(official(locale), "weekly|2026-W48", draft_groups(records), {}, WRITTEN)
    assert letter is not None
    return letter


def _searches(locale: str) -> Letter:
    told = brief()
    solution, tried = told.solution.id, (one.city for one in told.implementations)
    news = {solution: (f"solution|{solution}", *(f"outcome|{solution}|{city}" for city in tried))}
    found = searches.FoundNews("freight at night", "/solutions?q=freight+at+night", news)
    letter = searches.write(official(locale), "weekly|2026-W48", [found], {solution: told}, WRITTEN)
    assert letter is not None
    return letter


def _confirmation(locale: str) -> Letter:
    return confirmation.write(official(locale), WRITTEN)


def _legacy_pack(locale: str) -> Letter:
    lines = (
        legacy_pack.shared_solution(hub(), attempts()[0]),
        legacy_pack.shared_solution(
            hub().model_copy(update={"id": "x", "title": "Parklets", "contact": None}), None
        ),
        legacy_pack.shared_solution(
            hub().model_copy(update={"id": "y", "title": "Bike-share by subscription"}),
            attempts()[2].model_copy(update={"failure": None}),
        ),
    )
    letter = legacy_pack.write(official(locale), date(2026, 12, 1), lines, WRITTEN)
    assert letter is not None
    return letter


def _account(locale: str) -> Letter:
    return account.write(official(locale), "sign_in", WRITTEN)


SAMPLES: dict[str, Callable[[str], Letter]] = {
    "alert": _alert,
    "warning": _warning,
    "update": _update,
    "partners": _partners,
    "circle": _circle,
    "lineage": _lineage,
    "question": _question,
    "digest": _digest,
    "outcome_checkin": _outcome_checkin,
    "drafts": _drafts,
    "searches": _searches,
    "confirmation": _confirmation,
    "legacy_pack": _legacy_pack,
    "account": _account,
}
