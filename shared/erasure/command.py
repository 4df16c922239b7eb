"""``citiesshare erase``."""

from typing import Annotated

import typer


def erase(
    words: Annotated[
        list[str], typer.Argument(help="Names, addresses and telephone numbers of the person, one by one")
    ],
    *,
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service; repeat for more. All three by default.")
    ] = None,
    wait: Annotated[
        float, typer.Option(min=1, help="Seconds to wait for the receipts of the services")
    ] = 300.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as one JSON object")] = False,
) -> None:
    """Erase a person from all three services; print what was found where, and what remains.

    citiesshare erase "Erika Mustermann" erika@example.org "+49 30 123456"

    citiesshare submissions erase erika@example.org (the same command)

    It sends requests to the broker at AMQP_URL as the operator; each service searches all its data. It exits
    with 1 where a service did not answer or a part failed; repeat the command then. Only whole words match:
    in upper and lower case, with and without accents, last name first, and in escaped text. Give inflected
    forms of a name as separate words.
    """
    from shared.erasure.request import request_erasure  # noqa: PLC0415 - not needed for help

    request_erasure(words, service, wait, as_json=as_json)
