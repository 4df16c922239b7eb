"""How long the scoring service keeps what."""

from shared.store.retention import Kept

RECORD = "the record is erased"
COPY = "none by design: the copy of a record"
KEPT = (
    *(Kept(name, COPY, RECORD) for name in ("solutions", "needs", "cities", "implementations", "adoptions")),
    Kept("scores", "none: a score and its reasons", RECORD),
    Kept("priors", "none: numbers of a service area", "for good: scores name them"),
    Kept("said", "none: what was said once, so that it is not said twice", RECORD),
    Kept("told", "none: what a city was told", RECORD),
    Kept("answers", "what an official answered, under the number of a letter", RECORD),
    Kept("watches", "none: what a city waits for", RECORD),
)
COLLECTIONS = tuple(one.collection for one in KEPT)
