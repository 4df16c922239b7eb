"""The lineage letter: what became of something the reader's city took over, or shared."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from services.notifications.domain.letter_content import FailedAttempt
from services.notifications.domain.letters.base import Letter, envelope, letter_id, thread_id, title_for
from services.notifications.domain.lineage import SolutionFollower, Took, VersionDifference, What, share_kept
from services.notifications.domain.localized_texts import LocalizedText, distinct, phrases, phrases_of
from services.notifications.domain.officials import Official
from shared.facts import Adoption, Implementation, Language, Line, Solution


class Version(NamedTuple):
    """Another city's version of the solution."""

    adoption: Adoption
    city_name: str


class LineageLetter(Letter):
    """What happened, to which solution of which city, and how the reader's city came by it."""

    kind: Literal["lineage"] = "lineage"
    what: What
    title: LocalizedText
    language: Language
    source_city: str
    took: Took | None = None
    changed: tuple[VersionDifference, ...] = ()
    failed: FailedAttempt | None = None
    by: str | None = None
    how: Took | None = None
    kept: float | None = None
    adoption: Line | None = Field(None, description="The key of the adoption it tells of")

    @property
    def tells_of(self) -> tuple[str, ...]:
        """That something was withdrawn is told after it was, and nothing else of it."""
        if self.what == "withdrawn":
            return ()
        return (*super().tells_of, *((self.adoption,) if self.adoption else ()))

    @property
    def news(self) -> str:
        """The key of what happened, from where the reader stands."""
        return f"shared_{self.what}" if self.took is None else self.what


class LineageEvent(NamedTuple):
    """One thing that happened to a solution: its state tells it from what happened before."""

    what: What
    state: str
    at: datetime
    changed: tuple[VersionDifference, ...] = ()
    failed: FailedAttempt | None = None
    tried: Implementation | None = None
    version: Version | None = None


def write(
    event: LineageEvent, solution: Solution, source_city: str, follower: SolutionFollower, official: Official
) -> LineageLetter:
    """The letter to one official of a city that has ``solution``; one for each thing that happened."""
    version = event.version
    return LineageLetter(
        **envelope(official).model_dump(),
        id=letter_id("lineage", official.id, solution.id, f"{event.what}|{event.state}"),
        written=event.at,
        thread=thread_id(official.id, solution.id),
        answers_thread=True,
        solution=solution.id,
        reason=solution.title,
        sharing_city=source_city if follower.took else None,
        what=event.what,
        title=title_for(solution, official.speaks()),
        language=solution.language,
        source_city="" if source_city == solution.city else source_city,
        attempts=(event.tried.city,) if event.tried else (),
        phrases=_phrases(event, solution, official.speaks()),
        adoption=version and f"adoption|{version.adoption.solution}|{version.adoption.city}",
        took=follower.took,
        changed=event.changed or _changed(version),
        failed=event.failed,
        by=_taken_by(version) if version else None,
        how=version.adoption.kind if version else None,
        kept=share_kept(version.adoption) if version else None,
    )


def _phrases(
    event: LineageEvent, solution: Solution, languages: tuple[str, ...]
) -> tuple[LocalizedText, ...]:
    tried = event.tried
    went = phrases(tried.language or solution.language, tried.translations, languages) if tried else ()
    return distinct((*phrases_of(solution, languages), *went))


def _taken_by(version: Version) -> str:
    """The name of the city; empty where only its id is known."""
    return "" if version.city_name == version.adoption.city else version.city_name


def _changed(version: Version | None) -> tuple[VersionDifference, ...]:
    """The components another city changed or left out."""
    if version is None or not (version.adoption.changed or version.adoption.dropped):
        return ()
    return (
        VersionDifference(part="components", new=version.adoption.changed, gone=version.adoption.dropped),
    )
