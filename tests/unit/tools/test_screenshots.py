"""The pictures of the desk: one of each page in both sizes, small enough to be kept."""

from services.notifications.web.desk import ROUTES
from tools.screenshots import FOLDER, MOST_BYTES, PLACES, SCREENS

NO_PICTURE_YET = {
    "/desk/ask",
    "/desk/briefing",
    "/desk/briefing.pdf",
    "/desk/effect",
    "/desk/evaluations",
    "/desk/evaluators",
    "/desk/peers",
    "/desk/questions",
    "/desk/searches",
}
"""New pages that still need one: each has to be opened in a state worth a picture."""
TAKEN = {path.name for path in FOLDER.glob("*.png")}


def test_each_page_has_a_picture_on_a_phone_and_at_a_desk() -> None:
    names = {name.removesuffix(".png").rpartition("-")[0] for name in TAKEN}
    assert {f"{name}-{screen}.png" for name in names for screen in SCREENS} == TAKEN
    assert PLACES.keys() <= names


def test_each_address_of_the_desk_is_among_the_places() -> None:
    begins = {route.path.partition("{")[0].rstrip("/") for route in ROUTES}
    shown = {address.partition("?")[0] for address in PLACES.values()}
    missing = {path for path in begins if not any(place.startswith(path) for place in shown)}
    assert missing == NO_PICTURE_YET


def test_the_pictures_are_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in TAKEN) < MOST_BYTES
