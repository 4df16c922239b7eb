"""The context of the service on the store of the environment, for commands that read scores."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from services.scoring.adapters.framework_files import versions
from services.scoring.application.context import ScoringContext


def a_version(given: str | None) -> str | None:
    """The callback of an option: a version of the framework that is there, or none."""
    if given is not None and given not in versions():
        raise typer.BadParameter(f"there is no version {given!r}; there are {', '.join(versions())}")
    return given


@asynccontextmanager
async def open_store(framework: str | None) -> AsyncIterator[ScoringContext]:
    """The context of the service, under ``framework`` or the one in force; closed in the end."""
    # Imported here: the offline commands start without a store.
    from services.scoring.app import SERVICE, open_context, prepare_store
    from services.scoring.settings import Settings
    from shared.settings import read_settings
    from shared.store.mongo import open_database

    settings = read_settings(Settings)
    if framework is not None:
        settings = settings.model_copy(update={"framework": framework})
    database = open_database(settings, SERVICE)
    try:
        context = open_context(settings, database)
        await prepare_store(context, database)
        yield context
    finally:
        await database.close()
