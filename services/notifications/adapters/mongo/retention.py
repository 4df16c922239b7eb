"""How long the notifications service keeps what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifications.domain.letter_status import FINAL
from shared.store.retention import RetentionRule


def _bytes_sent(before: datetime) -> Mapping[str, Any]:
    return {"state": {"$in": sorted(FINAL)}, "claimed": {"$lt": before}, "raw": {"$exists": True}}


def _ended(before: datetime) -> Mapping[str, Any]:
    return {"state": {"$in": sorted(FINAL)}, "claimed": {"$lt": before}}


def _quiet(before: datetime) -> Mapping[str, Any]:
    return {"stopped": None, "last": {"$lt": before.date().isoformat()}}


COPY, RECORD = "none by design: the copy of a record", "the record is erased"
KEPT = (
    RetentionRule(
        "officials", "name, address, post and wishes", "the city takes the post away, or the person is erased"
    ),
    RetentionRule(
        "letters",
        "the bytes of a letter that has ended",
        "days after it was written",
        "letters_bytes_days",
        ends=_bytes_sent,
        without=("raw",),
    ),
    RetentionRule(
        "letters",
        "what was written to whom, and what became of it; never one that has not ended",
        "days after it was written",
        "letters_days",
        ends=_ended,
    ),
    RetentionRule(
        "considered",
        "who was thought of for a match, by post",
        "days after the match",
        "considered_days",
        since="at",
    ),
    RetentionRule(
        "waiting", "what waits for, or was in, a digest, by post", "days", "waiting_days", since="held"
    ),
    RetentionRule(
        "cards", "none: what a scorecard shows", "days after the last match", "cards_days", since="at"
    ),
    RetentionRule("agreed", "who said yes to a meeting", "days after the yes", "agreed_days", since="at"),
    RetentionRule(
        "remarks", "what officials said to each other, by post", "days", "remarks_days", since="at"
    ),
    RetentionRule(
        "conflicts",
        "none: which record of a city others sent something about",
        "days after it was sent",
        "conflicts_days",
        since="at",
    ),
    RetentionRule(
        "used", "numbers of ways in that were used", "as long as their letters", "letters_days", since="at"
    ),
    RetentionRule(
        "standings",
        "how an address behaved, under its hash; one that is left alone stays",
        "days after it last bounced",
        "standings_days",
        ends=_quiet,
    ),
    RetentionRule(
        "unreadable_mail",
        "the beginning of a mail that could not be read, and its address",
        "days after it came, unless an operator removes it",
        "unreadable_mail_days",
        since="at",
    ),
    RetentionRule(
        "translations",
        "none by design: a machine's translation of a public text",
        "days after it was made",
        "translations_days",
        since="at",
    ),
    RetentionRule(
        "sign_in_requests", "an address that asked for a way in", "it is answered and removed, in seconds"
    ),
    RetentionRule(
        "desk_sessions",
        "who signed in at the desk when, by post, and with what kind of browser",
        "days after the session ended",
        "sessions_days",
        since="ends",
    ),
    RetentionRule(
        "desk_kept",
        "what was typed when a session had ended, by post",
        "days, or it is sent again",
        "kept_forms_days",
        since="at",
    ),
    RetentionRule(
        "desk_forms",
        "what officials of a city began to write, by post",
        "days after somebody last saved it, unless it is discarded",
        "desk_forms_days",
        since="updated",
    ),
    RetentionRule(
        "questions",
        "what cities asked each other and answered, by post",
        "days after the last word",
        "questions_days",
        since="updated",
    ),
    RetentionRule(
        "desk_sent",
        "what was sent from the desk for a city, by post",
        "days after it was sent",
        "desk_sent_days",
        since="at",
    ),
    RetentionRule(
        "evaluations",
        "who judges which solution, by post, and what they recommended",
        "days after it changed last",
        "evaluations_days",
        since="updated",
    ),
    RetentionRule(
        "evaluator_notes",
        "what an evaluator wrote down, seen by nobody else, by post",
        "the evaluation ends, or days after they were saved last",
        "evaluations_days",
        since="at",
    ),
    RetentionRule(
        "check_ins",
        "none: what a city is asked about its own attempts",
        "days after it was due",
        "waiting_days",
        since="due",
    ),
    RetentionRule(
        "draft_notices",
        "none: which post was told of which draft",
        "for good: a post is told of a draft once",
    ),
    RetentionRule(
        "saved_searches",
        "what a post searches for, and which records it was told of, by post",
        "the post ends the search, or is taken away",
    ),
    RetentionRule("rate_limits", "none: counters under hashes", "the window ends, at most a day"),
    RetentionRule("packs", "none: which packs were written", "days", "packs_days", since="at"),
    *(
        RetentionRule(name, COPY, RECORD)
        for name in ("solutions", "needs", "attempts", "adoptions", "cities")
    ),
)
COLLECTIONS = tuple(dict.fromkeys(rule.collection for rule in KEPT))
