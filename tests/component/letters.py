"""Letters for tests of the post."""

from services.notifications.kinds.alert import Alert, write
from tests.builders import a_match, an_official, solution_matched


def a_letter(official: str = "official-1") -> Alert:
    """An alert to an official about the usual match."""
    return write(solution_matched(), a_match(), an_official(id=official, email=f"{official}@example.org"))
