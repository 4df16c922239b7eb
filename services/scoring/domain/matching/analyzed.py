"""A."""

from typing import NamedTuple

from services.scoring.domain.inverted_index.term_vector import TermVector


class AnalyzedText(NamedTuple):
    """The terms of a text under the ``vocabulary`` of that name, and the tags of its topics.

    ``tags`` are for the indexed query that finds what is about the same.
    """

    vocabulary: str
    bag: TermVector
    tags: tuple[str, ...]
