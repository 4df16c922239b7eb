"""What every piece of work needs: the framework, the store, this replica's memory, and how much is said."""

from dataclasses import dataclass, field

from services.scoring.adapters.index_sync import MatchIndexes
from services.scoring.adapters.mongo.repositories import ScoringRepositories
from services.scoring.adapters.text_analyzer import TextAnalyzer
from services.scoring.application.city_keys import OPEN, CityKeys
from services.scoring.domain.currency import Rates
from services.scoring.domain.framework import Framework

MOST_ALIKE = 2_000


@dataclass(frozen=True, slots=True)
class ScoringContext:
    """The framework in force, the store, the indexes, the reader, the sizes of what is said, the rates of
    exchange of past years, the keys that cities show for what is theirs alone, and the
    most open watches of a city."""

    framework: Framework
    store: ScoringRepositories
    memory: MatchIndexes
    reader: TextAnalyzer
    per_message: int = 25
    introductions: int = 20
    rates: Rates = field(default_factory=dict)
    city_keys: CityKeys = OPEN
    watches: int = 100


@dataclass(frozen=True, slots=True)
class Causation:
    """The message at work: its identity, and whether it may have been heard before."""

    name: str
    again: bool = True
