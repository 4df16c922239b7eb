"""What the pages of the catalogue work with beside what the pages of letters work with."""

from dataclasses import dataclass

from services.notifications.application.catalogue import CatalogueQueries
from services.notifications.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class CatalogueContext(PageContext):
    """Everything the pages of the catalogue work with."""

    catalogue: CatalogueQueries
