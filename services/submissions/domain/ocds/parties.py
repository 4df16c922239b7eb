"""Who buys and who delivers, however a release names them."""

from collections.abc import Iterator

from services.submissions.domain.natural_persons import PERSON
from services.submissions.domain.ocds.release_models import MergedRelease, Organization
from shared.facts import Provider
from shared.folding import fold

PLACEHOLDER_IDS = frozenset({"", "0", "1", "n/a", "na", "none", "null", "-"})


def buyer_of(process: MergedRelease) -> tuple[Organization | None, str | None]:
    """The buyer as fully as known, and the defect code if it had to be looked for."""
    if process.buyer and (process.buyer.name or process.buyer.id):
        buyer = whole(process.buyer, process.parties)
        if buyer.name:
            return buyer, None
    for buyer in _stand_ins(process):
        return buyer, "buyer-by-role"
    return None, "buyer-unknown"


def _stand_ins(process: MergedRelease) -> Iterator[Organization]:
    for role in ("buyer", "procuringentity"):
        yield from (party for party in process.parties if role in party.roles and party.name)
    entity = process.tender.procuring_entity if process.tender else None
    if entity and (buyer := whole(entity, process.parties)).name:
        yield buyer


def whole(named: Organization, parties: tuple[Organization, ...]) -> Organization:
    """The organisation a reference means, completed from ``parties``; by id and name where both are given."""
    party = next(_meant(named, parties), None)
    if party is None:
        return named
    return party.model_copy(
        update={"name": named.name or party.name, "address": party.address or named.address}
    )


def _meant(named: Organization, parties: tuple[Organization, ...]) -> Iterator[Organization]:
    name = fold(named.name) if named.name else ""
    same_id = [party for party in parties if named.id and _bare(party.id) == _bare(named.id)]
    yield from (party for party in same_id if not name or not party.name or fold(party.name) == name)
    yield from (party for party in parties if name and party.name and fold(party.name) == name)
    yield from (
        party for party in same_id if len(same_id) == 1 and (named.id or "").casefold() not in PLACEHOLDER_IDS
    )


def _bare(key: str | None) -> str:
    return (key or "").split("~")[0].casefold()


def numbers_of(organisation: Organization) -> tuple[tuple[str, str], ...]:
    """Its (scheme, id) pairs."""
    given = (organisation.identifier, *organisation.additional_identifiers)
    return tuple(
        (identifier.scheme or "", identifier.id) for identifier in given if identifier and identifier.id
    )


def provider_of(suppliers: tuple[Organization, ...], parties: tuple[Organization, ...]) -> Provider | None:
    """The supplier, several in one line; a natural person only as the hash that reading left."""
    organisations = [whole(supplier, parties) for supplier in suppliers]
    if not organisations:
        return None
    if len(organisations) == 1:
        return _provider(organisations[0])
    names = "; ".join(dict.fromkeys(organisation.name for organisation in organisations if organisation.name))
    return Provider(name=names[:500]) if names else None


def _provider(supplier: Organization) -> Provider | None:
    texts = (supplier.name, supplier.id, *(number for _, number in numbers_of(supplier)))
    person = next((text for text in texts if text and text.startswith(PERSON)), None)
    if person:
        return Provider(id=person, kind="sole_trader")
    scheme, number = next(iter(numbers_of(supplier)), ("", ""))
    if number.casefold() in PLACEHOLDER_IDS:
        scheme, number = "", ""
    name = " ".join((supplier.name or "").split())[:500]
    return Provider(name=name or None, scheme=scheme or None, id=number or None) if name or number else None
