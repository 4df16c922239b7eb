"""Those who read the sample letters: invented officials of real cities."""

from datetime import UTC, datetime

from services.notifications.domain.officials import Official

WRITTEN = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def official(locale: str = "en") -> Official:
    """Somebody who leads mobility in Kraków and reads ``locale``."""
    return Official(
        id="krakow-mobility",
        name="Maria Nowak",
        email="mobility@krakow.example.org",
        city="krakow",
        city_name="Kraków",
        post="Head of Mobility",
        departments=("Mobility",),
        locale=locale,
        timezone="Europe/Warsaw",
        status="active",
        cadence="instant",
    )


def asked(locale: str) -> Official:
    """Somebody who leads in the city that shares the hub."""
    changes = {"id": "tampere-mobility", "city": "tampere", "city_name": "Tampere"}
    return official(locale).model_copy(update=changes)
