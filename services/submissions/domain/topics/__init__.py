"""What something is about: codes of public classifications, and the 21 themes they belong to."""

from services.submissions.domain.topics.classification_table import Kind, Theme, TopicTable
from services.submissions.domain.topics.mapping import (
    PublishedClassification,
    cpv_code,
    is_administration,
    themes_of,
    topics_of,
)

__all__ = [
    "Kind",
    "PublishedClassification",
    "Theme",
    "TopicTable",
    "cpv_code",
    "is_administration",
    "themes_of",
    "topics_of",
]
