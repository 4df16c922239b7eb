"""The repositories of the service on MongoDB, and the indexes that their queries need."""

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
from services.scoring.adapters.mongo.scores import INDEXES, MongoScores
from services.scoring.adapters.mongo.watches import MongoWatches
from services.scoring.application.repositories import ScoringRepositories
from shared.store.mongo import ASCENDING, Database, IndexModel


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
    touched, tags = _index("touched"), _index("tags")
    city, solution = _index("fact.city", "city"), _index("fact.solution", "solution")
    wanted = {
        "solutions": [touched, city],
        "needs": [touched, tags, city],
        "implementations": [touched, solution, city, _index("fact.failure.cause", "cause")],
        "adoptions": [solution, _index("fact.parent", "parent"), _index("fact.effect.effect", "effect")],
        "scores": INDEXES,
        "priors": [_index("framework")],
        "said": [_index("cause")],
        "told": [_index("solution"), _index("city")],
        "answers": [_index("solution")],
        "watches": [_index("solution"), _index("city")],
    }
    for collection, indexes in wanted.items():
        await database.ensure_indexes(collection, indexes)


def _index(field: str, name: str | None = None) -> IndexModel:
    return IndexModel([(field, ASCENDING)], name=name or field)
