"""Which city the buyer of a process is of, and the buyers whose city a reviewer decides."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from services.submissions.domain.imported_facts import Buyer, ImportedFact
from services.submissions.domain.ocds.parties import buyer_of, numbers_of
from services.submissions.domain.ocds.release_models import MergedRelease, Organization
from services.submissions.domain.places import (
    NOWHERE,
    Clues,
    Doubt,
    Gazetteer,
    Judgement,
    Kind,
    Place,
    authority_kind,
    city_government,
    described,
    resolve,
)
from services.submissions.domain.publisher_profiles import Profile
from shared.events import Complaint
from shared.facts import Fact, Id, Line
from shared.folding import fold

Decided = Mapping[str, str | None]
"""What reviewers decided for one publisher: a city (or None, it is no city's) by the buyer's folded name."""

NOTHING_DECIDED: Decided = {}


@dataclass(frozen=True, slots=True)
class BuyerCity:
    """Who buys, what sort of body that is, and where."""

    buyer: Organization | None
    government: Judgement
    place: Place
    clues: Clues
    defects: tuple[str, ...] = ()

    @property
    def city(self) -> str | None:
        """The city whose process it is; None where that is not a city government's, or not known."""
        return self.place.city if self.government.of_a_city else None

    @property
    def published_buyer(self) -> Buyer | None:
        """What the release says of the buyer, for whoever has to decide."""
        clues = self.clues
        where = (clues.locality, clues.region, clues.country or clues.home, clues.currency)
        locality, region, country, currency = (text[:500] if text else None for text in where)
        name = " ".join(clues.names[0].split())[:500] if clues.names else ""
        if not name:
            return None
        return Buyer(name=name, locality=locality, region=region, country=country, currency=currency)

    @property
    def waits(self) -> bool:
        """Whether a person has to decide which city it is."""
        return self.government.of_a_city and self.place.doubt is not None


def whereabouts(
    process: MergedRelease, profile: Profile, gazetteer: Gazetteer, decided: Decided = NOTHING_DECIDED
) -> BuyerCity:
    """Tell whose a process is.

    What a reviewer ``decided`` for the buyer's name comes before all clues but the publisher's registration.
    """
    buyer, defect = buyer_of(process)
    government, clues = _government(buyer, profile, gazetteer), _clues(process, buyer, profile)
    place = resolve(clues, gazetteer)
    name = buyer_key(clues.names[0]) if clues.names else ""
    if name in decided and place.method != "registration":
        government, place = _as_decided(decided[name])
    elif place.method not in ("registration", "identifier"):
        place = _of_its_kind(place, government)
    buyer_city = BuyerCity(buyer, government, place, clues, (defect,) if defect else ())
    return (
        replace(buyer_city, defects=(*buyer_city.defects, "city-unsure")) if buyer_city.waits else buyer_city
    )


def _of_its_kind(place: Place, government: Judgement) -> Place:
    """A county has no city wherever its office is; a city that was not found is for a person to find."""
    if government.answer == "yes" and not government.of_a_city:
        return NOWHERE
    if government.of_a_city and place.city is None and place.doubt is None:
        return place.doubted("not-found")
    return place


def buyer_key(name: str) -> str:
    """The name of a buyer under which a decision on it is remembered."""
    return fold(name)[:200]


def _as_decided(city: str | None) -> tuple[Judgement, Place]:
    return Judgement("yes", "review", 1.0, "city" if city else None), Place(city, "review", 1.0)


def _government(buyer: Organization | None, profile: Profile, gazetteer: Gazetteer) -> Judgement:
    details = buyer.details if buyer else None
    legal_form = (
        details.legal_entity_type_detail
        or " ".join(
            classification.description or classification.id or ""
            for classification in details.classifications
        )
        if details
        else None
    )
    names = tuple(_names(buyer))
    government = city_government(
        names,
        identifiers=numbers_of(buyer) if buyer else (),
        registered_as_city=bool(profile.city_government),
        classification=legal_form,
    )
    kind = "city" if government.method == "registration" else authority_kind(names, gazetteer)
    return replace(government, kind=kind)


def _names(buyer: Organization | None) -> Iterator[str]:
    if buyer and buyer.name:
        yield buyer.name
    if buyer and buyer.identifier and buyer.identifier.legal_name:
        yield buyer.identifier.legal_name


def _clues(process: MergedRelease, buyer: Organization | None, profile: Profile) -> Clues:
    address = buyer.address if buyer else None
    return Clues(
        registered=profile.city,
        identifiers=numbers_of(buyer) if buyer else (),
        names=tuple(_names(buyer)),
        locality=address.locality if address else None,
        delivery=tuple(_delivered_to(process)),
        country=address.country_code or address.country_name if address else None,
        currency=next(_currencies(process), None),
        region=address.region if address else None,
        home=profile.country,
    )


def _currencies(process: MergedRelease) -> Iterator[str]:
    """The currency of the buyer's own amounts; what a supplier is paid in tells the supplier's country."""
    budget = process.planning.budget if process.planning else None
    tender = process.tender
    amounts = (tender and tender.value, tender and tender.min_value, budget and budget.amount)
    yield from (amount.currency for amount in amounts if amount and amount.currency)


def _delivered_to(process: MergedRelease) -> Iterator[str]:
    for item in process.tender.items if process.tender else ():
        if item.delivery_address and item.delivery_address.locality:
            yield item.delivery_address.locality


REASONS: dict[Doubt, str] = {
    "no-country": "no country, no telling currency and no profile says in which country it is",
    "countries-differ": "address, currency and publisher say different countries",
    "namesakes": "several cities bear the name",
    "office-only": "only the address of its office names a city",
    "delivery-only": "only a place of delivery names a city",
    "not-found": "no city of this name is known",
    "short-name": "its name has only the beginning of a city's name, which smaller places have, too",
    "address-differs": "its address names another region, or a place more than 100 km from that city",
    "around-a-city": "the municipality around a city can have the city's name",
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
    named = ", ".join(
        described(gazetteer.cities[identifier]) for identifier in unplaced.candidates[:MOST_NAMED]
    )
    waits = f"which city {unplaced.buyer.name[:120]!r} is of is not known: {REASONS[unplaced.doubt]}"
    may_be = f"; it may be {named}" if named else ""
    mend = "; a reviewer decides, or say parties[].address.countryName and a GeoNames identifier"
    return Complaint(path="buyer.name", message=f"{waits}{may_be}{mend}"[:500])
