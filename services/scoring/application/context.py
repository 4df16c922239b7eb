"""What every use case needs: the framework, the store, the indexes of this replica, and the limits."""

from dataclasses import dataclass, field

from services.scoring.application.catalogue_index import CatalogueIndex
from services.scoring.application.frameworks import FrameworkCatalogue
from services.scoring.application.index_sync import MatchIndexes
from services.scoring.application.repositories import ScoringRepositories
from services.scoring.application.text_analyzer import TextAnalyzer
from services.scoring.domain.diffusion import Rates
from services.scoring.domain.framework import Framework
from shared.city_keys import OPEN, CityKeys

MOST_ALIKE = 2_000


@dataclass(frozen=True, slots=True)
class ScoringContext:
    """The ``framework`` in force and the others, the store, the indexes of this replica, and the limits.

    ``per_message`` is the most matches in one event, ``introductions`` the most partners that one need is
    introduced to, ``watches`` the most open watches of a city. ``rates`` are the rates of exchange of past
    years, ``city_keys`` the keys that cities show for what is theirs alone.
    """

    framework: Framework
    frameworks: FrameworkCatalogue
    store: ScoringRepositories
    indexes: MatchIndexes
    catalogue: CatalogueIndex
    analyzer: TextAnalyzer
    per_message: int = 25
    introductions: int = 20
    rates: Rates = field(default_factory=dict)
    city_keys: CityKeys = OPEN
    watches: int = 100


@dataclass(frozen=True, slots=True)
class Causation:
    """The message at work: its identity, and whether it may have been delivered before."""

    name: str
    again: bool = True
