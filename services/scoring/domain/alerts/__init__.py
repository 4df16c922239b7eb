"""What a city is alerted to; import it from here.

A match that is new or changed (``notification_policy``), a failure elsewhere of what it plans
(``pre_tender_warnings``), a city with the same need (``joint_buying``), what it waits for
(``fast_follower``), and cities that stopped for the same reason (``failure_circles``). Each is pure: it
decides from facts and from what was told before, and sends nothing.
"""

from services.scoring.domain.alerts.failure_circles import (
    MOST_SHOWN,
    Circle,
    Failure,
    circle,
    for_member,
    opened,
)
from services.scoring.domain.alerts.fast_follower import (
    Condition,
    Watch,
    fired,
    why_it_worked,
    window,
)
from services.scoring.domain.alerts.joint_buying import introduction, introductions
from services.scoring.domain.alerts.notification_policy import (
    LastNotification,
    Occasion,
    is_read,
    letter_key,
    process,
    spoken_for,
    tell,
)
from services.scoring.domain.alerts.pre_tender_warnings import AHEAD, ahead, pre_tender_warning

__all__ = [
    "AHEAD",
    "MOST_SHOWN",
    "Circle",
    "Condition",
    "Failure",
    "LastNotification",
    "Occasion",
    "Watch",
    "ahead",
    "circle",
    "fired",
    "for_member",
    "introduction",
    "introductions",
    "is_read",
    "letter_key",
    "opened",
    "pre_tender_warning",
    "process",
    "spoken_for",
    "tell",
    "why_it_worked",
    "window",
]
