"""The submissions service, wired."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from pydantic import TypeAdapter

from services.submissions import clock, doorway, handlers
from services.submissions.accounts import Accounts
from services.submissions.catalogue import Catalogue
from services.submissions.claim import Claim
from services.submissions.deposit import Deposit
from services.submissions.desk import Desk
from services.submissions.domain.holding import OfficeHolder
from services.submissions.domain.ocds.records import Reference
from services.submissions.doorway.speak import Doorway
from services.submissions.procurement import Procurement
from services.submissions.publishers import shipped
from services.submissions.reception import Reception
from services.submissions.reference import gazetteer, topic_table
from services.submissions.releases import Releases
from services.submissions.settings import Settings
from services.submissions.store import Store
from shared.broker import open_broker
from shared.catalogue import SAID_BY, SPOKEN_KEYS
from shared.mongo import Database, away, open_database
from shared.service import build
from shared.telemetry import tracing

SERVICE = "submissions"
DEPOSITED = "urn:citiesshare:data:"


def create(settings: Settings) -> FastAPI:
    """Return the application of the submissions service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    edge = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    reception = receive(settings, database)
    handlers.register(edge, reception)
    routes = doorway.router(Doorway(edge, reception))
    alongside = clock.running(edge, reception.store, settings.clock_seconds)
    return build(edge, database, SPOKEN_KEYS, reception.prepare, [routes], alongside)


def receive(settings: Settings, database: Database) -> Reception:
    """Return the reception over ``database``."""
    salt, deposit = settings.salt.encode(), Deposit(database)
    reference = Reference(gazetteer(), topic_table())
    return Reception(
        store=Store(database),
        desk=Desk(database),
        deposit=deposit,
        accounts=Accounts(database),
        claim=Claim(deposit, DEPOSITED, settings.dataref_prefixes, settings.most_deposit_bytes),
        procurement=Procurement(Releases(database), shipped(), reference, salt),
        catalogue=Catalogue(salt),
        salt=salt,
        holders=read_holders(settings.office_holders) if settings.office_holders else (),
        open_doors=settings.open_doors,
        blackout=timedelta(days=settings.blackout_days),
    )


def read_holders(path: Path) -> tuple[OfficeHolder, ...]:
    """Read the list of office-holders: ``[{"post": "mayor", "names": ["…"]}]``."""
    return TypeAdapter(tuple[OfficeHolder, ...]).validate_json(path.read_bytes())
