"""What the desk works with beside what the pages of letters work with."""

from dataclasses import dataclass

from services.notifications.application.enrolment import Enrolment
from services.notifications.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class DeskContext(PageContext):
    """Everything the pages of the desk work with."""

    enrolment: Enrolment
    addresses: frozenset[str]
    """The paths of its pages, so that the navigation leads to no page that is not there."""
