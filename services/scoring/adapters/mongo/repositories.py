"""The repositories of the service on MongoDB."""

from services.scoring.adapters.mongo.answers import MongoAnswers
from services.scoring.adapters.mongo.area_priors import MongoAreaPriors
from services.scoring.adapters.mongo.claims import MongoClaims
from services.scoring.adapters.mongo.facts import (
    MongoAdoptions,
    MongoCities,
    MongoImplementations,
    MongoNeeds,
    MongoSolutions,
)
from services.scoring.adapters.mongo.notifications import MongoNotifications
from services.scoring.adapters.mongo.predictions import MongoTransferPredictions
from services.scoring.adapters.mongo.scores import MongoScores
from services.scoring.adapters.mongo.watches import MongoWatches
from services.scoring.application.repositories import ScoringRepositories
from shared.store import indexes
from shared.store.mongo import Database

INDEXED = (
    MongoSolutions,
    MongoNeeds,
    MongoImplementations,
    MongoAdoptions,
    MongoScores,
    MongoAreaPriors,
    MongoClaims,
    MongoNotifications,
    MongoAnswers,
    MongoWatches,
)
"""Cities and predictions are asked by ``_id``; cities are read whole, too."""


def repositories(database: Database, framework: str) -> ScoringRepositories:
    """Return the repositories on ``database``, with scores and priors under one version of the framework."""
    return ScoringRepositories(
        solutions=MongoSolutions(database),
        needs=MongoNeeds(database),
        cities=MongoCities(database),
        implementations=MongoImplementations(database),
        adoptions=MongoAdoptions(database),
        scores=MongoScores(database, framework),
        priors=MongoAreaPriors(database, framework),
        predictions=MongoTransferPredictions(database, framework),
        claims=MongoClaims(database),
        notifications=MongoNotifications(database),
        answers=MongoAnswers(database),
        watches=MongoWatches(database),
    )


async def ensure_indexes(database: Database) -> None:
    """Create the indexes of all collections; those that are there stay."""
    await indexes.ensure_indexes(database, INDEXED)
