"""Errors have one question: could it work later?"""


class RetryableError(Exception):
    """It could work later: the bus delays the message and delivers it again after a growing wait."""


class TooEarlyError(Exception):
    """It comes too early: the bus delays the message, however often, and counts no attempt."""


class DiscardMessage(Exception):
    """Nothing more to say: the message is done with, and a line in the log is enough."""


class PermanentError(Exception):
    """The message can never work; it goes to the dead letters with this reason."""


def is_retryable(error: BaseException) -> bool:
    """Return whether ``error`` is worth another try: our own word for it, or a lost connection."""
    return isinstance(error, RetryableError | ConnectionError | TimeoutError)
