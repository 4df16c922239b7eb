"""What the matching reads of a need or a solution: its words, and the codes it states."""

from dataclasses import dataclass
from typing import Final

from shared.facts import Need, Solution, Topic

SURE: Final = 1.0  # a topic without a confidence was stated or confirmed by a person


@dataclass(frozen=True, slots=True)
class MatchText:
    """Texts with their languages, and stated CPV codes as published."""

    texts: tuple[tuple[str, str], ...]
    codes: tuple[str, ...] = ()


def of_need(need: Need) -> MatchText:
    """Title, description and stated codes of a need."""
    return MatchText(((f"{need.title}. {need.description}", need.language),), _stated(need.topics))


def of_solution(solution: Solution) -> MatchText:
    """Title, summary, problem, translations and stated codes of a solution."""
    statement = solution.problem.statement or ""
    own = (f"{solution.title}. {solution.summary} {statement}", solution.language)
    others = tuple(
        (f"{translation.title}. {translation.summary}", language)
        for language, translation in sorted(solution.translations.items())
    )
    code = () if solution.problem.code is None else (solution.problem.code,)
    return MatchText((own, *others), _stated((*solution.topics, *code)))


def _stated(topics: tuple[Topic, ...]) -> tuple[str, ...]:
    return tuple(
        topic.id
        for topic in topics
        if topic.scheme.upper() == "CPV" and (topic.confidence is None or topic.confidence >= SURE)
    )
