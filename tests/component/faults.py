"""Breaking a part of the stack on purpose, and waiting for the fact that it is back."""

import asyncio
from subprocess import PIPE

from citiesshare.local.ports import HOST
from citiesshare.local.stack import Stack
from tests.waiting import until


async def kill(stack: Stack, *names: str) -> None:
    """Kill parts of the stack with signal 9, as a crash would, all at once."""
    for name in names:
        stack.children[name].kill()


async def back(stack: Stack, name: str, restarts: int) -> None:
    """Wait until ``name`` was started again, after it had been ``restarts`` times, and answers."""
    child = stack.children[name]

    async def restarted() -> bool:
        return child.restarts > restarts and child.running

    await until(restarted)
    await child.until_ready()


async def kill_and_wait(stack: Stack, name: str) -> None:
    """Kill ``name`` and wait until it answers again."""
    restarts = stack.children[name].restarts
    await kill(stack, name)
    await back(stack, name, restarts)


async def declared(stack: Stack, queue: str) -> None:
    """Wait until the broker has written down that ``queue`` (``virtual host_name``) is there: one that was
    declared a moment before a crash it may not know again, nor what was in it."""
    folder = stack.data / "rabbitmq/mnesia/node/quorum"

    async def written() -> bool:
        return any(queue.encode() in file.read_bytes() for file in folder.glob("*/names.dets"))

    await until(written)


async def evaluate(stack: Stack, expression: str) -> str:
    """Let the broker's own node evaluate an Erlang ``expression``; returns what it answers."""
    cookie = (stack.data / "rabbitmq/.erlang.cookie").read_text()
    asking = await asyncio.create_subprocess_exec(
        *("erl_call", "-name", f"citiesshare@{HOST}", "-c", cookie, "-e"),
        stdin=PIPE,
        stdout=PIPE,
        env={**stack.children["broker"].environment, "PATH": "/usr/bin:/usr/lib/erlang/bin"},
    )
    answer, _ = await asking.communicate(f"{expression}.\n".encode())
    assert asking.returncode == 0, f"{expression}: {answer!r}"
    return answer.decode()
