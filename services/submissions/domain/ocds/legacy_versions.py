"""Other names for the same fields: what was written before OCDS 1.0, and common slips."""

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.defects import DefectLog

BEFORE_1_0 = {
    "releaseTag": "tag", "releaseID": "id", "releaseDate": "date", "formation": "tender",
    "tenderID": "id", "totalValue": "value", "itemsToBeProcured": "items",
    "awardID": "id", "awardDate": "date", "awardValue": "value", "itemsAwarded": "items",
    "contractID": "id", "contractPeriod": "period", "contractValue": "value", "signatureDate": "dateSigned",
    "classificationScheme": "scheme", "classificationID": "id", "classificationDescription": "description",
}  # fmt: skip
OF_RELEASES = {key: BEFORE_1_0[key] for key in ("releaseTag", "releaseID", "releaseDate", "formation")}
SINGULAR = {"contract": "contracts", "award": "awards", "party": "parties", "organizations": "parties"}


def in_our_words(release: dict[str, Json], log: DefectLog) -> dict[str, Json]:
    """The release with the names of OCDS 1.1, itself where it has them; what was renamed is noted."""
    if "releaseTag" in release or "formation" in release:
        log.note("pre-1.0", "")
        release = _old(release)
    contracts = release.get("contracts")
    if isinstance(contracts, list) and any(map(_lists_awards, contracts)):
        release = {**release, "contracts": [_with_award_ids(contract) for contract in contracts]}
    for wrong, right in SINGULAR.items():
        if wrong in release and right not in release:
            log.note("list-expected", wrong)
            release = {right if key == wrong else key: value for key, value in release.items()}
    return release


def renames(release: dict[str, Json]) -> bool:
    """Whether ``in_our_words`` has something to rename."""
    contracts = release.get("contracts")
    return (
        "releaseTag" in release
        or "formation" in release
        or not SINGULAR.keys().isdisjoint(release)
        or (isinstance(contracts, list) and any(map(_lists_awards, contracts)))
    )


def _with_award_ids(contract: Json) -> Json:
    """A contract for several awards says so in ``awardIDs``, as ``awardID`` holds one."""
    if not isinstance(contract, dict) or not _lists_awards(contract):
        return contract
    return {("awardIDs" if key == "awardID" else key): value for key, value in contract.items()}


def _lists_awards(contract: Json) -> bool:
    return isinstance(contract, dict) and isinstance(contract.get("awardID"), list)


def _old(release: dict[str, Json]) -> dict[str, Json]:
    renamed = {OF_RELEASES.get(key, key): value for key, value in release.items()}
    for key in ("tender", "awards", "contracts", "buyer"):
        if key in renamed:
            renamed[key] = _old_part(renamed[key])
    return renamed


def _old_part(value: Json) -> Json:
    if isinstance(value, list):
        return [_old_part(item) for item in value]
    if not isinstance(value, dict):
        return value
    part = {
        BEFORE_1_0.get(key, key): _old_part(item) if isinstance(item, dict | list) else item
        for key, item in value.items()
    }
    if isinstance(inner := part.get("id"), dict) and "name" in inner:
        part |= {"id": inner.get("uid"), "name": inner.get("name")}
    if "scheme" in part and "description" in part and "classification" not in part:
        part["classification"] = {
            "scheme": part["scheme"],
            "description": value.get("classificationDescription"),
        }
        part["description"] = value.get("description")
    if isinstance(amount := part.get("value"), int | float):
        part["value"] = {"amount": amount}
    return part
