"""Every sentence a score can say, by id, as the pieces it is put together from; held to the ids by a test.

Pieces say a thing once for all sentences, and stand side by side, so that no word has to agree with another
in nineteen languages. The row or the heading above a sentence says what it is about.
"""

from typing import NamedTuple

from services.notifications.domain.translatable import mark


class Piece(NamedTuple):
    """A text with gaps; with ``several`` it is the text for one of what ``number`` names."""

    text: str
    several: str | None = None
    number: str | None = None


def piece(text: str) -> Piece:
    """Have ``text`` collected for translation."""
    return Piece(text)


def counted(one: str, several: str, number: str) -> Piece:
    """Have both texts collected for translation, with the plural forms of each language."""
    return Piece(one, several, number)


RATED = piece("rated %(strength)s: %(points)s of %(of)s points")
AT_RISK = piece("risk %(level)s: %(points)s points")
SOURCE = piece("source: %(source)s")
ENDED = counted("%(ended)s ended implementation", "%(ended)s ended implementations", "ended")
UNKNOWN = piece("not known: %(unknown)s")
PLAN = piece("compared with the plan: cost %(cost)s, time %(months)s")
NO_DATA = piece("no data")
COUNTED = piece("counted as %(points)s of %(of)s points")
ANSWER = piece("an answer could move the score to between %(low)s and %(high)s")
MOVED = piece("%(score)s: from %(before)s to %(after)s")

JOINT = mark("%(first)s; %(then)s")
SENTENCES: dict[str, tuple[Piece, ...]] = {
    "problem": (RATED, piece("%(present)s of %(items)s items are given"), SOURCE),
    "evidence": (
        RATED,
        counted("%(studies)s study", "%(studies)s studies", "studies"),
        piece("the best: %(sms)s; %(independence)s"),
        counted("positive result in %(cities)s city", "positive results in %(cities)s cities", "cities"),
        SOURCE,
    ),
    "effect": (
        RATED,
        piece("%(reached)s of what was aimed at was reached"),
        piece("measured on %(measured)s of %(kpis)s indicators"),
        SOURCE,
    ),
    "delivery": (RATED, PLAN, SOURCE),
    "record": (
        RATED,
        ENDED,
        piece("overdue: %(overdue)s"),
        piece("expected to succeed, with all other projects in mind: %(success)s"),
        SOURCE,
    ),
    "record_failed": (
        RATED,
        ENDED,
        piece("none that succeeded is known"),
        piece("overdue: %(overdue)s"),
        SOURCE,
    ),
    "citizens": (
        RATED,
        piece("involvement: %(level)s"),
        piece("%(positive)s of %(answers)s answers are positive"),
        SOURCE,
    ),
    "reuse": (RATED, piece("%(found)s of %(items)s things another city needs are there"), UNKNOWN, SOURCE),
    "given": (RATED, SOURCE),
    "cap": (piece("the evaluation is cut by %(cut)s points to %(most)s: %(cause)s"),),
    "missing_evaluation": (NO_DATA, COUNTED, ANSWER),
    "immaturity": (
        AT_RISK,
        piece("how ready it is: %(readiness)s"),
        piece("from %(rated)s of 2 ratings"),
        SOURCE,
    ),
    "lockin": (AT_RISK, piece("%(bad)s of %(items)s ways out are missing"), UNKNOWN, SOURCE),
    "overrun": (AT_RISK, PLAN, SOURCE),
    "organisation_risk": (AT_RISK, piece("%(share)s of what it takes is there"), SOURCE),
    "resources_risk": (
        AT_RISK,
        piece("of what it takes is there: resources %(resources)s, economy %(economy)s"),
        SOURCE,
    ),
    "political": (
        AT_RISK,
        piece("time to the next election: %(election)s"),
        piece("time to deliver: %(delivery)s"),
        piece("anchors that hold: %(anchors)s"),
        SOURCE,
    ),
    "citizens_risk": (AT_RISK, piece("likeness of the citizens: %(alike)s, involvement: %(heard)s"), SOURCE),
    "firstmover": (AT_RISK, piece("implementations ended elsewhere: %(ended)s"), SOURCE),
    "legal": (AT_RISK, piece("%(bad)s of %(items)s questions have a bad answer"), UNKNOWN, SOURCE),
    "given_risk": (AT_RISK, SOURCE),
    "missing_risk": (NO_DATA, piece("counted as an average project"), ANSWER),
    "not_applicable": (piece("does not apply: %(because)s"),),
    "transfer": (
        RATED,
        piece("%(known)s of %(asked)s inputs are known"),
        piece("most similar city where it worked: %(nearest)s"),
        SOURCE,
    ),
    "missing_transfer": (NO_DATA, COUNTED, ANSWER),
    "band_changed": (piece("the advice changed from “%(before)s” to “%(after)s”"),),
    "point_left": (MOVED, piece("outside the old interval")),
    "point_moved": (MOVED,),
    "driver": (piece("%(score)s: %(points)s points through “%(what)s”"),),
    "framework_changed": (piece("the framework's version changed from %(before)s to %(after)s"),),
    "first_score": (piece("this is the first score"),),
    "candour": (
        ENDED,
        piece("none of them is reported as failed"),
        piece("where %(agreed)s of projects fail, that has a chance of %(chance)s"),
    ),
    "nearest_failure": (piece("You resemble %(failed)s more than %(worked)s, where it worked."),),
    "only_failure": (piece("You resemble %(failed)s, where it failed; it is not known to have worked."),),
    "no_data": (NO_DATA,),
}
