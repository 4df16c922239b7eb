"""What the pages of the catalogue work with beside what the pages of letters work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.notifications.application.catalogue import CatalogueQueries
from services.notifications.domain.catalogue.world_map import WorldMap
from services.notifications.web.page_context import PageContext

DrawMap = Callable[[Mapping[str, int]], WorldMap | None]
"""Draws how many results each country has."""


@dataclass(frozen=True, slots=True)
class CatalogueContext(PageContext):
    """Everything the pages of the catalogue work with."""

    catalogue: CatalogueQueries
    draw_map: DrawMap
