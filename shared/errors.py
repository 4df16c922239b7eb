"""Errors that decide what the message bus does with a message: retry, delay, discard or dead-letter it."""


class RetryableError(Exception):
    """The error may be temporary: the message is delivered again after a wait that grows."""


class TooEarlyError(Exception):
    """The message depends on something that has not happened yet: it is delayed; no attempt is counted."""


class DiscardMessage(Exception):
    """The message needs no further work: it is acknowledged, and the reason is logged."""


class PermanentError(Exception):
    """The message can never be handled: it goes to the dead letters with this reason."""


def is_retryable(error: BaseException) -> bool:
    """Return whether ``error`` may be temporary: RetryableError, a lost connection or a timeout."""
    return isinstance(error, RetryableError | ConnectionError | TimeoutError)
