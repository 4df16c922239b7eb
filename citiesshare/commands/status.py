"""``citiesshare status``: replicas, queues, lags, dead letters and letters by state."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from citiesshare.local.ports import Ports

REFRESH_SECONDS = 2.0


def status(
    base_port: Annotated[int, typer.Option(help="First port of the single-machine stack.")] = 7600,
    management_url: Annotated[
        str | None,
        typer.Option(
            envvar="MANAGEMENT_URL",
            help="The broker's management API, if not the local one: http(s)://monitor:…@broker:15672/%2F",
        ),
    ] = None,
    url: Annotated[
        list[str] | None,
        typer.Option(
            help="Operators' port of a service elsewhere, e.g. scoring=http://…:8001; can be repeated."
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh every two seconds until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show replicas, queues, lags and dead letters; exit 1 where a part is down or letters are dead.

    citiesshare status --watch

    citiesshare status --json --management-url http://monitor:…@broker:15672/%2F --url scoring=http://…:8001
    """
    import asyncio

    from rich.console import Console

    from citiesshare.status.query import query_status
    from citiesshare.status.tables import draw
    from shared.messaging.topology import SERVICES

    ports = Ports(base_port)
    broker = management_url or ports.management_url
    urls = {service: ports.operations(service) for service in SERVICES} | _url_options(url or [])
    if watch:
        _watch(broker, urls)
        return
    state = asyncio.run(query_status(broker, urls))
    if as_json:
        typer.echo(json.dumps(state.model_dump()))
    else:
        Console().print(draw(state))
    raise typer.Exit(0 if state.good else 1)


def _url_options(urls: list[str]) -> dict[str, str]:
    from shared.messaging.topology import SERVICES

    pairs = {name: url.rstrip("/") for name, _, url in (option.partition("=") for option in urls)}
    if wrong := [name for name, url in pairs.items() if name not in SERVICES or not url]:
        raise typer.BadParameter(
            f"{wrong[0]!r} is not SERVICE=URL with a service of {', '.join(SERVICES)}", param_hint="--url"
        )
    return pairs


def _watch(broker: str, urls: Mapping[str, str]) -> None:
    import asyncio

    from rich.console import Console
    from rich.live import Live

    from citiesshare.status.query import query_status
    from citiesshare.status.tables import draw

    async def refresh() -> None:
        with Live(console=Console(), screen=True, auto_refresh=False) as live:
            while True:
                live.update(draw(await query_status(broker, urls)), refresh=True)
                await asyncio.sleep(REFRESH_SECONDS)

    try:
        asyncio.run(refresh())
    except KeyboardInterrupt:
        return
