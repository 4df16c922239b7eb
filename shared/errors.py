"""Errors have one question: could it work later?"""


class Retry(Exception):
    """It could work later: the edge parks the message and hears it again after a growing wait."""


class Delayed(Exception):
    """It comes too early: the edge parks the message, however often, and counts no attempt."""


class Settled(Exception):
    """Nothing more to say: the message is done with, and a line in the log is enough."""


class Unusable(Exception):
    """The message can never work; it goes to the dead letters with this reason."""


def could_work_later(error: BaseException) -> bool:
    """Return whether ``error`` is worth another try: our own word for it, or a lost connection."""
    return isinstance(error, Retry | ConnectionError | TimeoutError)
