"""Erasing a person: one command, three services, every store and the broker, with a receipt that is true."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from typer.testing import Result

from citiesshare.local.stack import Stack
from services.notifications import app as notifications
from services.notifications.adapters.mongo.letter_erasure import is_in_mail
from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import open_context
from services.notifications.application.alerts import claim_alerts
from services.notifications.application.context import NotificationContext
from services.notifications.application.introductions import Introductions
from services.notifications.application.ports import ReceivedMail
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.introductions import Met
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.samples import SAMPLES
from services.notifications.settings import Settings as NotificationsSettings
from services.scoring import app as scoring
from services.scoring.settings import Settings as ScoringSettings
from services.submissions.settings import Settings
from shared.erasure.person import ERASED, ERASED_ADDRESS, Person
from shared.messaging.dead_letters import list_dead_letters
from shared.messaging.retry import dead_letter
from shared.messaging.topology import DEAD
from shared.store.mongo import Database, open_database
from tests.broker import Outsider, a_message
from tests.builders import a_match, a_need, an_official, solution_matched
from tests.component.commands import erase, submissions
from tests.component.intake import event, sample, say
from tests.component.letters import collection, letter_document, save_officials
from tests.waiting import until

NAME, ADDRESS, PHONE = "Jürgen Müller-Łukasik", "jurgen.ml@example.org", "+49 30 1234 5678"
WORDS = (NAME, ADDRESS, PHONE)
PERSON = Person(WORDS)
SERVICES = ("submissions", "scoring", "notifications")


@dataclass
class Three:
    """The three services in this process, and their databases."""

    settings: Settings
    databases: dict[str, Database]
    context: NotificationContext

    async def names_left(self) -> list[str]:
        """Where the person is still named: in a document, or in the bytes of a letter."""
        left: list[str] = []
        for service, database in self.databases.items():
            for name in await database._database.list_collection_names():  # every one, listed or not
                async for one in database[name].find({}):
                    mail = bytes(one.get("raw", b""))
                    if PERSON.is_in(one) or is_in_mail(PERSON, mail):
                        left.append(f"{service}.{name}: {one['_id']}")
        return left


@pytest.fixture
async def three(settings: Settings, http: AsyncClient, tmp_path: Path) -> AsyncIterator[Three]:
    assert http.base_url, "submissions runs"
    own = settings.model_dump(include={"amqp_url", "mongo_url", "mongo_prefix", "retry_waits"})
    letters = NotificationsSettings.model_validate({**own, "smtp_port": 1, "letters_round": 3600})
    scores = ScoringSettings.model_validate({**own, "index_snapshot": tmp_path / "index"})
    async with AsyncExitStack() as stack:
        for app in (notifications.create(letters), scoring.create(scores)):
            await stack.enter_async_context(app.router.lifespan_context(app))
        databases = {service: open_database(settings, service) for service in SERVICES}
        for database in databases.values():
            stack.push_async_callback(database.close)
        pool = SmtpPool(letters.relay)
        stack.push_async_callback(pool.close)
        yield Three(settings, databases, open_context(letters, databases["notifications"], pool))


def receipt(told: Result) -> dict[str, dict[str, dict[str, Any]]]:
    """The parts of a receipt, by service and place."""
    # The services of this process log where the command prints.
    printed = next(line for line in told.stdout.splitlines() if line.startswith("{"))
    services = json.loads(printed)["services"]
    return {name: {part["place"]: part for part in one["parts"]} for name, one in services.items()}


async def speak_of_the_person(http: AsyncClient) -> None:
    """All that publishers can say of a person."""
    release = sample("procurement.release")
    release["data"]["release"]["tender"]["description"] += f" {NAME} decides, {PHONE}."
    await say(http, release)
    need = a_need(title=f"Quiet for {NAME.upper()}", id="need-juergen.mueller-lukasik")
    await say(http, event("need.submitted", need.model_dump(mode="json")))
    await say(http, event("comment.made", {"about": need.id, "city": "1", "text": f"{NAME} said so"}))
    await http.post("/v1/data", content=f"{NAME} waits".encode())


async def write_to_and_of_the_person(context: NotificationContext) -> dict[str, Letter]:
    """An official with all that is kept of one, and letters to others that name it."""
    person = an_official(id="post-1", name=NAME, email=ADDRESS, cadence="daily", quiet=None)
    other = an_official(id="post-2", name="Maja Kowalska", email="maja@example.org")
    await save_officials(context.store, [person, other])
    await context.store.officials.save(an_official(id="post-3", name=NAME, email=ADDRESS), "import")
    await context.store.officials.save(
        an_official(id="post-3", name="Jan Nowak", email="jan@example.org"), "hand_over"
    )
    matched = solution_matched()
    for claimed in await claim_alerts(context, matched, a_match()):
        await claimed
    own = SAMPLES["alert"]("en").model_copy(update={"to": ADDRESS, "to_name": NAME, "official": "post-1"})
    met = Met(city_name="Berlin", name=NAME, post="Head", email=ADDRESS)
    to = {"to": other.email, "to_name": other.name, "official": other.id}
    introduced = SAMPLES["partners"]("en").model_copy(update={**to, "met": (met,)})
    asked = SAMPLES["question"]("en").model_copy(
        update={**to, "from_official": "post-1", "words": "My own words"}
    )
    sent = introduced.model_copy(update={"id": "a" * 24})
    for letter in (own, introduced, asked, sent):
        await context.delivery.entrust(letter)
    await collection(context.store).update_one({"_id": sent.id}, {"$set": {"state": "accepted"}})
    await context.store.comments.save(own, "I think this is good", datetime.now(UTC))
    await context.store.comments.save(asked, f"Ask {NAME} about it", datetime.now(UTC))
    await Introductions(context.store, context.delivery.entrust).agree(
        SAMPLES["partners"]("en").model_copy(update={"official": "post-1", "to": ADDRESS, "to_name": NAME})
    )
    await context.store.used_links.use(own.id, datetime.now(UTC))
    coded = b64encode(f"Hello, this is {NAME} with a question".encode() * 3)
    lines = b"\r\n".join(coded[start : start + 76] for start in range(0, len(coded), 76))
    mail = ReceivedMail(b"Content-Transfer-Encoding: base64\r\n\r\n" + lines, "r+x@reply.example.org")
    await context.store.unreadable_mail.save(mail, "cannot be read")
    return {"own": own, "introduced": introduced, "asked": asked, "sent": sent}


async def test_a_person_is_left_nowhere_in_three_services_and_a_second_time_nothing_is_found(
    http: AsyncClient, three: Three, outsider: Outsider
) -> None:
    await speak_of_the_person(http)
    letters = await write_to_and_of_the_person(three.context)
    for service in SERVICES:
        dead = a_message(json.dumps({"text": f"{NAME} asks"}).encode(), {"ce-id": "1", "ce-subject": ADDRESS})
        await outsider.publish(DEAD, service, dead)
    await until(lambda: three.databases["scoring"]["needs"].find_one({"_id": {"$regex": "lukasik"}}), 30)
    assert len({place.split(":")[0] for place in await three.names_left()}) > 10

    told = await erase(three.settings, *WORDS, "--json", "--wait", "60")
    assert told.exit_code == 0, told.output
    parts = receipt(told)
    assert set(parts) == {*SERVICES, "broker"}
    assert parts["submissions"]["releases"]["found"] == 1
    assert parts["submissions"]["deposits"]["removed"] == 1
    assert parts["scoring"]["needs"]["changed"] >= 1
    assert parts["notifications"]["officials"]["removed"] == 1
    assert parts["notifications"]["letters"]["found"] >= 4
    assert [parts[service]["dead letters"]["changed"] for service in SERVICES] == [1, 1, 1]

    async def nowhere() -> bool:
        return await three.names_left() == []

    await until(nowhere, 30)
    await _the_others_letters_still_stand(three, letters)

    async def again() -> Result | None:
        once_more = await erase(three.settings, *WORDS, "--wait", "60")
        return once_more if "nothing found" in once_more.output else None

    await until(again, 60)


async def _the_others_letters_still_stand(three: Three, letters: dict[str, Letter]) -> None:
    context = three.context
    own, introduced = (
        await letter_document(context.store, letters["own"].id),
        await letter_document(context.store, letters["introduced"].id),
    )
    assert own is not None
    assert introduced is not None
    assert (own["state"], own["to"], "raw" in own) == ("skipped", ERASED_ADDRESS, False)
    assert (introduced["state"], introduced["to"]) == ("held", "maja@example.org")
    assert introduced["letter"]["met"][0]["name"] == ERASED
    assert b"Maja Kowalska" in bytes(introduced["raw"])
    asked = await context.store.letters.find(letters["asked"].id)
    assert asked is not None
    assert isinstance(asked.letter, QuestionLetter)
    assert asked.letter.words == ERASED
    sent = await letter_document(context.store, letters["sent"].id)
    assert sent is not None
    assert (sent["state"], "raw" in sent) == ("accepted", False)
    assert await context.store.officials.find("post-1") is None
    assert (await context.store.address_statuses.find(ADDRESS)).stopped == "admin"
    assert await context.store.officials.find("post-2") is not None


async def test_an_erased_official_gets_no_letter_even_where_the_city_imports_the_address_again(
    three: Three,
) -> None:
    person = an_official(id="post-1", name=NAME, email=ADDRESS)
    await save_officials(three.context.store, [person])
    assert (await erase(three.settings, ADDRESS, "--service", "notifications", "--wait", "60")).exit_code == 0
    await save_officials(three.context.store, [person])
    look_ = await three.context.delivery.decide(
        SAMPLES["alert"]("en").model_copy(update={"to": ADDRESS}), datetime.now(UTC)
    )
    assert look_.skip == "suppressed"
    assert ADDRESS not in str(await three.databases["notifications"]["standings"].find({}).to_list(None))


async def test_a_namesake_at_another_address_stays(three: Three) -> None:
    namesake = an_official(id="post-9", name=NAME, email="another@example.org")
    await save_officials(three.context.store, [an_official(id="post-1", name=NAME, email=ADDRESS), namesake])
    told = await erase(three.settings, NAME, ADDRESS, "--service", "notifications", "--json", "--wait", "60")
    assert told.exit_code == 0, told.output
    assert [one.id for one in await three.context.store.officials.all()] == ["post-9"]
    assert (await three.context.store.officials.all())[0].name == NAME
    assert "officials of that name at other addresses: 1" in told.stdout


async def test_an_address_alone_takes_the_name_that_the_directory_knows(three: Three) -> None:
    await save_officials(three.context.store, [an_official(id="post-1", name=NAME, email=ADDRESS)])
    letter = SAMPLES["partners"]("en")
    met = Met(city_name="Berlin", name=NAME, post="Head", email="old-address@example.org")
    await three.context.delivery.entrust(letter.model_copy(update={"met": (met,)}))
    await three.context.store.address_statuses.save(ADDRESS, AddressStatus(score=1))
    told = await erase(three.settings, ADDRESS, "--service", "notifications", "--json", "--wait", "60")
    assert told.exit_code == 0, told.output
    assert "ask again with it" in told.stdout
    kept = await letter_document(three.context.store, letter.id)
    assert kept is not None
    assert NAME not in str(kept["letter"])


async def test_a_service_that_does_not_answer_is_a_failure_and_does_its_part_when_it_runs(
    http: AsyncClient, settings: Settings
) -> None:
    await say(http, event("need.submitted", a_need(title=f"Quiet for {NAME}").model_dump(mode="json")))
    told = await erase(settings, NAME, "--wait", "5")
    assert told.exit_code == 1
    assert "NOT ERASED: scoring, everything: no answer in 5 s" in told.output
    assert "NOT ERASED: notifications, everything: no answer in 5 s" in told.output
    assert "NOT ERASED: submissions" not in told.output
    scores = ScoringSettings.model_validate(
        settings.model_dump(include={"amqp_url", "mongo_url", "mongo_prefix", "retry_waits"})
    )
    database = open_database(settings, "scoring")
    await database["watches"].insert_one(
        {"_id": "old", "fact": {"title": NAME}, "revision": 1, "touched": datetime(2026, 1, 1, tzinfo=UTC)}
    )
    app = scoring.create(scores)
    async with app.router.lifespan_context(app):

        async def done() -> bool:
            kept = await database["watches"].find_one({"_id": "old"})
            return kept is not None and kept["fact"]["title"] == ERASED

        await until(done, 30)
    await database.close()


async def test_a_part_that_fails_is_told_and_the_others_are_done(
    http: AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ConnectionError(f"the store is away while {NAME} is looked for")

    monkeypatch.setattr("services.submissions.adapters.mongo.erasure._deposits", broken)
    await say(http, event("need.submitted", a_need(title=f"Quiet for {NAME}").model_dump(mode="json")))
    told = await erase(settings, NAME, "--service", "submissions", "--wait", "30")
    assert told.exit_code == 1
    assert "NOT ERASED: submissions, deposits: ConnectionError" in told.output
    assert NAME not in told.output
    record = (await http.get("/v1/records/need/need-1")).json()
    assert ERASED in record["need"]["title"]


async def test_an_account_that_may_not_ask_is_told_so(settings: Settings, backing: Stack) -> None:
    wrong = settings.model_copy(
        update={"amqp_url": backing.ports.amqp_url.replace("guest:guest", "nobody:x")}
    )
    told = await erase(wrong, NAME)
    assert told.exit_code == 1
    assert "NOT ERASED: the broker refuses account 'nobody'" in told.output


@pytest.mark.usefixtures("http")
async def test_a_dead_letter_forgets_and_stays_to_be_replayed(settings: Settings, outsider: Outsider) -> None:
    held = await outsider.channel.declare_queue("held-by-the-test", durable=True)
    letter = a_message(json.dumps({"text": f"{NAME} asks"}).encode(), {"ce-id": "1", "ce-subject": ADDRESS})
    await outsider.channel.default_exchange.publish(letter, held.name)
    message = await outsider.next(held)
    await dead_letter(outsider.channel, message, "submissions.reports", f"broken by {NAME}", 3)
    told = await submissions(settings, "erase", NAME, ADDRESS, "--service", "submissions", "--json")
    assert receipt(told)["submissions"]["dead letters"]["changed"] == 1
    (dead,) = await list_dead_letters(settings.amqp_url)
    assert (json.loads(dead.body), dead.place) == ({"text": f"{ERASED} asks"}, "submissions.reports")
    assert (dead.reason, dead.attempts) == (f"broken by {ERASED}", 3)


@pytest.mark.parametrize("words", [["abc"], ["--service", "nobody", NAME]])
async def test_what_cannot_be_asked_is_refused(settings: Settings, words: list[str]) -> None:
    assert (await erase(settings, *words)).exit_code == 2
