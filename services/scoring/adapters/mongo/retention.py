"""How long the scoring service keeps what."""

from shared.store.retention import RetentionRule

RECORD = "the record is erased"
COPY = "none by design: the copy of a record"
KEPT = (
    *(
        RetentionRule(name, COPY, RECORD)
        for name in ("solutions", "needs", "cities", "implementations", "adoptions")
    ),
    RetentionRule("scores", "none: a score and its reasons", RECORD),
    RetentionRule("priors", "none: numbers of a service area", "for good: scores name them"),
    RetentionRule(
        "predictions", "none: numbers of an adoption", "for good: they are compared with what came"
    ),
    RetentionRule("said", "none: what was said once, so that it is not said twice", RECORD),
    RetentionRule("told", "none: what a city was told", RECORD),
    RetentionRule("answers", "what an official answered, under the number of a letter", RECORD),
    RetentionRule("watches", "none: what a city waits for", RECORD),
)
COLLECTIONS = tuple(rule.collection for rule in KEPT)
