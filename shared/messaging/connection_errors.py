"""Broker errors as messages for operators that say what to do."""

from urllib.parse import unquote, urlsplit

from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import (
    ChannelAccessRefused,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ProbableAuthenticationError,
)


def explained(error: BaseException, url: str) -> str:
    """Return why the broker at ``url`` did not take a message, and what to do, as one sentence."""
    account = repr(unquote(urlsplit(url).username or "guest"))
    match error:
        case ProbableAuthenticationError():
            return f"the broker refuses account {account}: look at its name and password in --url or AMQP_URL"
        case ChannelAccessRefused():
            return f"account {account} has no permission for this at the broker: {error.reason}"
        case ChannelNotFoundEntity():
            return "the broker has no topology yet: start the services, or `citiesshare topology declare`"
        case ChannelPreconditionFailed() if "larger than" in str(error):
            return f"a message is too large for the broker: send it in parts ({error})"
        case DeliveryError():
            return "the broker takes no more messages for now: are the services running, is its disk full?"
        case _:
            return (
                f"no broker answers at {address(url)}: is it running, is --url or AMQP_URL right? ({error})"
            )


def address(url: str) -> str:
    """Return ``host:port`` of an address, without account and password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
