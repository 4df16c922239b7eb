"""Why a need and a solution match: the codes and words they share and what each adds. Made on demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.scoring.domain.inverted_index.relevance import FIRST_STEM, ROOM, TermVector, factor
from services.scoring.domain.matching.vocabulary import MatchText, Vocabulary, primary, word_feature, words


@dataclass(frozen=True, slots=True)
class MatchReason:
    """One shared code or word and the points of ``rel`` it adds; all reasons of a pair add up to ``rel``."""

    kind: Literal["code", "word"]
    name: str
    points: int


def reasons(vocabulary: Vocabulary, need: MatchText, solution: MatchText) -> list[MatchReason]:
    """Everything the two share, heaviest first; a word is named as the need writes it."""
    names = _spelled(need)
    points_by_name: dict[tuple[Literal["code", "word"], str], int] = {}
    for feature, points in _shared(vocabulary.need(need), vocabulary.solution(solution)).items():
        key = _named(feature, vocabulary, names)
        points_by_name[key] = points_by_name.get(key, 0) + points
    made = [MatchReason(kind, name, points) for (kind, name), points in points_by_name.items()]
    return sorted(made, key=lambda reason: (-reason.points, reason.kind, reason.name))


def _shared(need: TermVector, solution: TermVector) -> dict[int, int]:
    mine, theirs = need.items(), solution.items()
    return {
        feature: factor(feature) * mine[feature] * theirs[feature]
        for feature in sorted(mine.keys() & theirs.keys())
    }


def _named(
    feature: int, vocabulary: Vocabulary, names: Mapping[int, str]
) -> tuple[Literal["code", "word"], str]:
    if feature < FIRST_STEM:
        return "code", vocabulary.tree.codes[feature % ROOM]
    return "word", names[feature]


def _spelled(wording: MatchText) -> dict[int, str]:
    """The first spelling of each stem in a text."""
    names: dict[int, str] = {}
    for text, language in wording.texts:
        for word in words(text):
            names.setdefault(word_feature(word, primary(language)), word)
    return names
