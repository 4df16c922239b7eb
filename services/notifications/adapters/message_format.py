"""From the id of a sentence and its parameters to words in the reader's language."""

import re
from collections.abc import Mapping
from functools import reduce

from services.notifications.adapters.localizer import Localizer
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.rounding import half_up
from services.notifications.domain.sentence_patterns import JOINT, SENTENCES, Piece
from services.notifications.domain.text_cleanup import fill
from services.notifications.domain.vocabulary import UNITS
from shared.events import Contribution, Sentence

Parameters = Mapping[str, str | int | float]

WORDS = {
    "strength": "strength",
    "level": "level",
    "independence": "independence",
    "cause": "cut",
    "because": "not_asked",
    "source": "source",
    "score": "bar",
    "what": "criterion",
}
SHARES = frozenset({"reached", "share", "agreed"})
CHANCES = frozenset({"success"})
SCALES = {"sms": "study", "readiness": "readiness"}
"""Levels of a scale, said in words."""
MOVES = frozenset({"point_left", "point_moved"})
FINE_SHARES = frozenset({"chance"})
DURATIONS = frozenset({"election", "delivery"})
A_DAY = 1 / 30
SHARE = re.compile(r"(-?\d+) ?%")


def sentence(statement: Contribution | Sentence, speech: Localizer) -> LocalizedText:
    """What a score says in the reader's language; in English, marked so, where there are no words for it."""
    try:
        return LocalizedText(
            text=_worded(statement.message or "", statement.parameters, speech), language=speech.language
        )
    except KeyError:
        return LocalizedText(text=statement.reason, language="en")


def unit_name(unit: str, name: str, language: str, speech: Localizer) -> LocalizedText:
    """The name of a unit: translated where it is one that every city is asked for, else as it was given."""
    if UNITS.get(unit) == name:
        return LocalizedText(text=speech.word("unit", unit), language=speech.language)
    return LocalizedText(text=name, language=language)


def _worded(message: str, parameters: Parameters, speech: Localizer) -> str:
    """The pieces of a sentence side by side. Raises ``KeyError`` for what there are no words for."""
    values = {name: _value(message, name, value, speech) for name, value in parameters.items()}
    values |= _move(message, parameters, speech)
    texts = [fill(_text(piece, parameters, speech), values) for piece in SENTENCES[message]]
    whole = reduce(lambda first, then: speech.say(JOINT, first=first, then=then), texts)
    return whole[:1].upper() + whole[1:]


def _move(message: str, parameters: Parameters, speech: Localizer) -> dict[str, str]:
    """What a score was and is, as letters write that score elsewhere; empty for other sentences."""
    before, after = parameters.get("before"), parameters.get("after")
    if message not in MOVES or isinstance(before, str) or isinstance(after, str):
        return {}
    if before is None or after is None:
        return {}
    written = speech.change_of_chance if parameters.get("score") == "risk" else speech.change
    return dict(zip(("before", "after"), written(before, after), strict=True))


def _text(piece: Piece, parameters: Parameters, speech: Localizer) -> str:
    if piece.several is None or piece.number is None:
        return speech.say(piece.text)
    return speech.catalogue.ngettext(piece.text, piece.several, int(parameters[piece.number]))


def _value(message: str, name: str, value: str | float, speech: Localizer) -> str:
    if isinstance(value, str):
        return _word(message, name, value, speech)
    written = _written(name, value, speech)
    if written is not None:
        return written
    signed = name == "points" and _moves(message) and value > 0
    return ("+" if signed else "") + speech.number(value, 1)


def _written(name: str, value: float, speech: Localizer) -> str | None:
    """A value that is more than a number: a level in words, a chance, a share, a duration."""
    if name in SCALES:
        return speech.word(SCALES[name], half_up(value))
    if name in CHANCES:
        return speech.chance(value)
    if name in SHARES | FINE_SHARES:
        return speech.percent(value, 1 if name in FINE_SHARES else 0)
    if name in DURATIONS:
        return speech.months(value) if value >= A_DAY else f"< {speech.months(A_DAY)}"
    return None


def _moves(message: str) -> bool:
    """Whether its points are a move up or down, not an amount."""
    return "risk %(level)s" in SENTENCES[message][0].text or message == "driver"


def _word(message: str, name: str, value: str, speech: Localizer) -> str:
    if message == "band_changed":
        return speech.word("band", value)
    if value == "unknown":
        return speech.say("not known")
    if name == "level" and value.isdigit():
        return speech.word("involvement", value)
    if name in WORDS:
        return speech.word(WORDS[name], value)
    share = SHARE.fullmatch(value)
    return speech.percent(int(share[1])) if share else value
