"""Buyers whose city a reviewer decides, and what was decided for them."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from services.submissions.domain.imported_facts import Buyer, ImportedFact
from services.submissions.domain.ocds.buyer_city import buyer_key
from services.submissions.domain.places import Doubt, Gazetteer, Kind
from shared.events import Complaint
from shared.facts import Fact, Id, Line

REASONS: dict[Doubt, str] = {
    "no-country": "no country, no telling currency and no profile says in which country it is",
    "countries-differ": "address, currency and publisher say different countries",
    "namesakes": "several cities bear the name",
    "office-only": "only the address of its office names a city",
    "delivery-only": "only a place of delivery names a city",
    "not-found": "no city of this name is known",
}
MOST_NAMED = 4


class UnplacedBuyer(Fact):
    """A buyer of one publisher that may speak for a city, with all that is known of where it is."""

    publisher: Line
    buyer: Buyer
    doubt: Doubt
    kind: Kind | None = None
    confidence: float = 0.0
    candidates: tuple[Id, ...] = ()

    @property
    def name(self) -> str:
        """The name under which the decision is remembered."""
        return buyer_key(self.buyer.name)

    @property
    def key(self) -> str:
        """What `review` calls it: drawn from publisher and name, so that it is asked once."""
        return sha256(f"{self.publisher}|{self.name}".encode()).hexdigest()[:16]


def unplaced_in(records: Iterable[ImportedFact], publisher: str) -> UnplacedBuyer | None:
    """Return the buyer of a process whose city has to be decided, if it has to be."""
    for record in records:
        place = record.place
        if record.waits and record.buyer and place.doubt:
            return UnplacedBuyer(
                publisher=publisher,
                buyer=record.buyer,
                doubt=place.doubt,
                kind=record.government.kind,
                confidence=place.confidence,
                candidates=place.candidates,
            )
    return None


def notice(unplaced: UnplacedBuyer, gazetteer: Gazetteer) -> Complaint:
    """What the sender is told: why nobody is written to yet, and how to say the city itself."""
    named = ", ".join(_named(unplaced.candidates[:MOST_NAMED], gazetteer))
    waits = f"which city {unplaced.buyer.name[:120]!r} is of is not known: {REASONS[unplaced.doubt]}"
    may_be = f"; it may be {named}" if named else ""
    mend = "; a reviewer decides, or say parties[].address.countryName and a GeoNames identifier"
    return Complaint(path="buyer.name", message=f"{waits}{may_be}{mend}"[:500])


def _named(cities: Iterable[str], gazetteer: Gazetteer) -> Iterator[str]:
    for each in cities:
        city = gazetteer.cities[each]
        yield f"{city.name} ({city.country}, {city.id})"
