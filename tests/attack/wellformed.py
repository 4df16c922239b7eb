"""Well-formed messages: what each type says, with the word of its input in a text."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from tests.attack.marks import mark
from tests.attack.world import CITIES

Data = dict[str, Any]
CPV = ({"scheme": "CPV", "id": "63712000"},)


def need(number: int, identifier: str, city: str) -> Data:
    """A need."""
    return {
        "id": identifier,
        "city": city,
        "title": f"Quieter deliveries in the centre {mark(number)}",
        "description": "Vans block the tram stop in the morning. (illustrative)",
        "language": "en",
        "topics": CPV,
        "stage": "early",
    }


def solution(number: int, identifier: str, city: str) -> Data:
    """A solution with problem, baseline and owner."""
    baseline = {"kpi": "Stops per day", "value": 120, "unit": "stops", "date": "2024-05-31"}
    problem = {
        "code": CPV[0],
        "statement": "Vans block the street.",
        "service_owner": "Transport",
        "baseline": baseline,
    }
    return {
        "id": identifier,
        "city": city,
        "title": f"Night-time freight {mark(number)}",
        "summary": "Quiet vans deliver at night. (illustrative)",
        "language": "en",
        "topics": CPV,
        "problem": problem,
    }


def outcome(number: int, about: str, city: str) -> Data:
    """A failure, told with all that must be told of one."""
    failure = {
        "expectation": f"Half the vans {mark(number)}",
        "result": "A tenth did.",
        "cause": "citizens",
        "first_warning_sign": "Nobody came to the second meeting.",
    }
    dates = {"started": "2024-06-01", "ended": "2025-05-31"}
    return {
        "solution": about,
        "city": city,
        "outcome": "failed",
        "verification": "self",
        **dates,
        "failure": failure,
    }


def adoption(number: int, about: str, city: str) -> Data:
    """An adoption from another city's solution."""
    return {
        "solution": about,
        "city": city,
        "kind": "adapted",
        "parent": f"{about}-parent",
        "kept": [f"Quiet vans {mark(number)}"],
    }


def profile(number: int, city: str) -> Data:
    """A city describes itself."""
    place = {"latitude": 58.4, "longitude": 26.7, "timezone": "Europe/London", "country": "GB"}
    return {
        "id": city,
        "name": f"{CITIES.get(city, 'City')} {mark(number)}",
        **place,
        "languages": ["en"],
        "population": 91_407,
    }


def transition(_: int, city: str) -> Data:
    """The administration of a city changes."""
    return {"city": city, "day": "2027-06-01"}


def withdrawn(number: int, kind: str, record: str, city: str) -> Data:
    """A record is withdrawn."""
    told = {"by": f"Head of mobility {mark(number)}", "reason": f"Solved otherwise {mark(number)}"}
    return {"kind": kind, "record": record, "city": city, **told}


def confirmed(number: int, kind: str, record: str, city: str) -> Data:
    """A record is confirmed."""
    return {"kind": kind, "record": record, "city": city, "by": f"Head of mobility {mark(number)}"}


def embargoed(number: int, about: str, city: str) -> Data:
    """A solution is hidden."""
    return {
        "solution": about,
        "city": city,
        "until": "2027-06-01",
        "until_transition": False,
        "by": f"Head of mobility {mark(number)}",
    }


def evidenced(number: int, about: str, city: str) -> Data:
    """A comment is taken as evidence."""
    study = {"sms": 2, "independence": "independent", "sign": "+", "precise": False}
    return {
        "solution": about,
        "city": city,
        "comment": "0" * 64,
        "study": study,
        "by": f"Head of mobility {mark(number)}",
    }


def due(_: int, record: str) -> Data:
    """What only the clock says."""
    return {"kind": "solution", "record": record, "what": "embargo", "day": "2027-06-01"}


def voice(number: int, reference: str, city: str, about: str | None = None) -> Data:
    """A proposal of citizens, or their opinion of a solution."""
    kind = "opinion" if about else "proposal"
    counts = {"answers": 40, "positive": 30} if about else {"supports": 48}
    text = "There is no shade at the stop. (illustrative)"
    return {
        "kind": kind,
        "reference": reference,
        "city": city,
        "title": f"More shade at the stop {mark(number)}",
        "text": text,
        "language": "en",
        "solution": about,
        **counts,
    }


def comment(number: int, about: str, city: str) -> Data:
    """A remark on a record."""
    text = f"We would begin with one street {mark(number)}. (illustrative)"
    return {"about": about, "city": city, "text": text, "language": "en"}


def entry(number: int, name: str) -> Data:
    """A publiccode.yml file."""
    lines = (
        'publiccodeYmlVersion: "0.4"',
        f"name: One window for permits {mark(number)}",
        f"url: https://example.org/{name}.git",
        "platforms:",
        "  - web",
        "developmentStatus: stable",
        "softwareType: standalone/web",
        "description:",
        "  en:",
        "    shortDescription: Permits for street works in one place (illustrative)",
        f"    longDescription: One form, one map and one answer date for all permits. {'It works. ' * 20}",
        "    features:",
        "      - One form",
        "legal:",
        "  license: EUPL-1.2",
        "maintenance:",
        "  type: internal",
        "  contacts:",
        "    - name: City IT",
        "localisation:",
        "  localisationReady: true",
        "  availableLanguages:",
        "    - en",
    )
    return {"url": f"https://example.org/{name}/publiccode.yml", "publiccode": "\n".join(lines)}


def release(number: int, ocid: str, city: str, tag: str = "tender") -> Data:
    """An OCDS release whose buyer has the city's id."""
    name = CITIES.get(city, "Nowhere")
    buyer = {"id": city, "name": f"City of {name}"}
    country = {"Leeds": "United Kingdom", "Malmö": "Sweden", "Tampere": "Finland", "Kraków": "Poland"}
    address = {"locality": name, "countryName": country.get(name, "Spain")}
    status = "cancelled" if tag == "tenderCancellation" else "active"
    return {
        "release": {
            "ocid": ocid,
            "id": f"{ocid}-{number}",
            "date": "2026-10-12T10:00:00Z",
            "tag": [tag],
            "initiationType": "tender",
            "language": "en",
            "parties": [{**buyer, "address": address, "roles": ["buyer"]}],
            "buyer": buyer,
            "tender": {
                "id": f"{ocid}-t",
                "title": f"Controls for street lights {mark(number)}",
                "description": "Controls that dim street lights, with open interfaces. (illustrative)",
                "status": status,
                "value": {"amount": 2_400_000, "currency": "EUR"},
                "items": [
                    {
                        "id": "1",
                        "description": "Street-lighting equipment",
                        "classification": {"scheme": "CPV", "id": "34928500"},
                    }
                ],
            },
        }
    }


Maker = Callable[[int, str, str], Data]


def _of_process(number: int, identifier: str, city: str) -> Data:
    return release(number, f"ocds-attack-{identifier}", city)


def _of_entry(number: int, identifier: str, _: str) -> Data:
    return entry(number, identifier)


FRESH: Mapping[str, Maker] = MappingProxyType(
    {
        "need.submitted": need,
        "solution.submitted": solution,
        "outcome.reported": outcome,
        "adoption.declared": adoption,
        "procurement.release": _of_process,
        "citizen.voice": voice,
        "comment.made": comment,
        "catalogue.entry": _of_entry,
    }
)
"""What can be said of something that nobody spoke of before, with its number, a fresh id and a city."""


def fresh(dice: Random, keys: tuple[str, ...], number: int, identifier: str, city: str) -> tuple[str, Data]:
    """One of ``keys`` at random, and what it says."""
    key = dice.choice(keys)
    return key, FRESH[key](number, identifier, city)
