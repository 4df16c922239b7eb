"""What the service hears besides matches, before it writes the sample letters."""

from services.notifications.samples.fit import match, need
from services.notifications.samples.hub import brief
from services.notifications.samples.people import WRITTEN
from shared.events import CircleOpened, Lesson, OutcomeDue, Partner, PartnersFound, WarningRaised
from shared.facts import Cause, Outcome, Stage


def warned() -> WarningRaised:
    """Kraków is about to do what failed in Heerlen."""
    near, worked = match().nearest_failure, match().nearest_success
    assert near is not None
    return WarningRaised(
        city="krakow",
        city_name="Kraków",
        need=need(),
        brief=brief(),
        failed_in=near,
        worked_in=worked,
        raised=WRITTEN,
    )


def partners_found() -> PartnersFound:
    """Kraków and York both want fewer lorries."""
    own = Partner(
        city="krakow",
        city_name="Kraków",
        need=need().id,
        need_title=need().title,
        need_language="en",
        stage=Stage.ANNOUNCED,
        deadline=need().deadline,
    )
    other = Partner(
        city="york",
        city_name="York",
        need="york/1",
        need_title="A calmer city centre",
        need_language="en",
        stage=Stage.EARLY,
    )
    return PartnersFound(first=own, second=other, similarity=0.68, known=14, asked=21, found=WRITTEN)


def circle_opened() -> CircleOpened:
    """Kraków, York and Tartu stopped something because citizens did not want it."""
    own = Lesson(
        city="krakow",
        city_name="Kraków",
        solution="krakow/bikes",
        title="Bike-share by subscription",
        outcome=Outcome.ABANDONED,
    )
    york = Lesson(
        city="york",
        city_name="York",
        solution="york/bins",
        title="Bins that call",
        outcome=Outcome.FAILED,
        first_warning_sign="Half the street never opened the app.",
        decision_to_change="Ask ten households before buying a thousand sensors.",
    )
    tartu = Lesson(
        city="tartu",
        city_name="Tartu",
        solution="tartu/kiosk",
        title="Infokiosk igal väljakul",
        language="et",
        outcome=Outcome.FAILED,
        first_warning_sign="Kolmandal nädalal ei kasutanud seda enam keegi.",
    )
    return CircleOpened(
        city="krakow",
        city_name="Kraków",
        cause=Cause.CITIZENS,
        own=own,
        others=(york, tartu),
        cities=3,
        opened=WRITTEN,
    )


def outcome_due() -> OutcomeDue:
    """Kraków is asked how its parklets went."""
    return OutcomeDue(
        solution="krakow/parklets",
        title="Parklets",
        city="krakow",
        months=12,
        due=WRITTEN.date(),
        reason="12 months after the planned end",
    )
