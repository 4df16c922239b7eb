"""What the desk works with beside what the pages of letters work with."""

from dataclasses import dataclass

from services.notifications.application.city_records import CityRecords
from services.notifications.application.desk_forms import DeskForms
from services.notifications.application.enrolment import Enrolment
from services.notifications.application.evaluations import Evaluations
from services.notifications.application.our_city import OurCityQueries
from services.notifications.application.ports import ModerationQueries, ScoringQueries
from services.notifications.application.saved_searches import SavedSearches
from services.notifications.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class DeskContext(PageContext):
    """Everything the pages of the desk work with."""

    enrolment: Enrolment
    scoring: ScoringQueries
    moderation: ModerationQueries
    our_city: OurCityQueries
    city_records: CityRecords
    desk_forms: DeskForms
    saved_searches: SavedSearches
    evaluations: Evaluations
    addresses: frozenset[str]
    """The paths of its pages, so that the navigation leads to no page that is not there."""
