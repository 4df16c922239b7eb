"""``citiesshare topology``: what is declared at the broker."""

from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The exchanges, keys and queues of the system."
)
AmqpUrl = Annotated[str | None, typer.Option(help="The broker; by default AMQP_URL.")]


@app.command()
def show() -> None:
    """Show the queue, exchange, routing keys and dead-letter queue of each service.

    citiesshare topology show
    """
    from rich.console import Console
    from rich.table import Table

    from shared.messaging import topology
    from shared.messaging.catalogue import EVENT_KEYS

    table = Table("queue", "exchange", "keys", "dead letters")
    for work in topology.WORK:
        table.add_row(work.name, work.exchange, " ".join(work.keys), f"{work.service}.dead")
    console = Console()
    console.print(table)
    unsubscribed = sorted(set(EVENT_KEYS) - topology.subscribed_keys())
    console.print(f"For integrators only, kept in {topology.UNHEARD}: {', '.join(unsubscribed)}")


@app.command()
def declare(amqp_url: AmqpUrl = None) -> None:
    """Declare all exchanges and queues at the broker; can be repeated.

    citiesshare topology declare --amqp-url amqp://operator:…@broker:5672/
    """
    import asyncio

    from shared.messaging.topology import WORK
    from shared.settings import ServiceSettings, read_settings

    settings = read_settings(ServiceSettings)
    asyncio.run(_declare(amqp_url or settings.amqp_url, settings.retry_waits))
    typer.echo(f"{len(WORK)} queues declared")


async def _declare(url: str, waits: tuple[int, ...]) -> None:
    import aio_pika

    from shared.messaging.catalogue import EVENT_KEYS
    from shared.messaging.topology import declare as declare_all

    async with await aio_pika.connect(url) as connection:
        await declare_all(await connection.channel(), waits, EVENT_KEYS)
