"""How long the submissions service keeps what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.store.retention import RetentionRule


def _decided(before: datetime) -> Mapping[str, Any]:
    return {"state": {"$ne": "waiting"}, "received": {"$lt": before}}


def _refused(before: datetime) -> Mapping[str, Any]:
    return {"state": "refused", "said": {"$lt": before}}


def _never_moderated(before: datetime) -> Mapping[str, Any]:
    return {"state": "waiting", "said": {"$lt": before}}


RECORD = "the record is erased: what a city did is kept as its history"
KEPT = (
    RetentionRule("records", "none by design: removed before it is kept", RECORD),
    RetentionRule("revisions", "the same, and who said it: a publisher", RECORD),
    RetentionRule(
        "messages",
        "none: sender, id, fate and complaints of a message",
        "days after it came",
        "messages_days",
        since="received",
    ),
    RetentionRule(
        "releases",
        "bytes without contacts and natural persons",
        "days after it came: a process is merged from all its releases",
        "releases_days",
        since="received",
    ),
    RetentionRule(
        "processes",
        "a publisher, by its id, and an operator's reason",
        "the process is: its records are erased",
    ),
    RetentionRule("deposits", "whatever a publisher deposits", "it is claimed, or for one day"),
    RetentionRule(
        "held",
        "a text that names an office-holder",
        "days after it came, if nobody decides",
        "held_days",
        since="received",
    ),
    RetentionRule("held", "the same, once decided", "days after it came", "held_decided_days", ends=_decided),
    RetentionRule("comments", "what somebody wrote, shown", "with the record it is about, or until erased"),
    RetentionRule(
        "comments", "the same, refused", "days after it was said", "comments_refused_days", ends=_refused
    ),
    RetentionRule(
        "comments",
        "the same, never moderated",
        "days after it was said",
        "held_days",
        ends=_never_moderated,
    ),
    RetentionRule(
        "places", "none: a public buyer's name, an operator's reason", "for good: a decision is remembered"
    ),
    RetentionRule("unplaced", "none: the key of a process", "for good: a decision may be changed"),
    RetentionRule("publishers", "a publisher's name, hashes of its keys", "the publisher is removed"),
)
COLLECTIONS = tuple(dict.fromkeys(one.collection for one in KEPT))
