"""The ways in: each sends its inputs and notes how they were answered."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import aio_pika
import aiosmtplib
import httpx
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from tests.attack.findings import Findings
from tests.attack.inputs import BATCH, Chunks, Input, Mail, Message, Request
from tests.attack.scene import Scene, amqp_message

TOGETHER = 100  # events in one batch
PATIENCE = 60.0
RECENT = 40
Send = Callable[[Sequence[Input]], Awaitable[None]]


class Senders:
    """All ways in over the network; ``recent`` are the numbers sent last, by service."""

    def __init__(self, scene: Scene, findings: Findings) -> None:
        self.scene, self.findings = scene, findings
        self.recent: dict[str, deque[int]] = {
            service: deque(maxlen=RECENT) for service in ("submissions", "scoring", "notifications")
        }
        self._client = httpx.AsyncClient(trust_env=False, timeout=PATIENCE)
        self._connections: dict[str, AbstractConnection] = {}
        self._channels: dict[str, AbstractChannel] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()
        for connection in self._connections.values():
            with suppress(Exception):
                await connection.close()

    async def send(self, inputs: Sequence[Input]) -> None:
        """Send inputs of one way; those that go in one batch are of one account."""
        first = inputs[0].content
        if isinstance(first, Message):
            await (self._http(inputs) if inputs[0].way == "http" else self._amqp(inputs[0], first))
        elif isinstance(first, Request):
            await self._page(inputs[0], first)
        elif isinstance(first, Chunks):
            await self._socket(inputs[0], first)
        elif isinstance(first, Mail):
            await self._mail(inputs[0], first)

    async def _http(self, inputs: Sequence[Input]) -> None:
        messages = [self._claiming(one.content) for one in inputs if isinstance(one.content, Message)]
        self.recent["submissions"] += [one.number for one in inputs]
        first = messages[0]
        single = len(messages) == 1
        body = first.body if single else b"[" + b",".join(each.body for each in messages) + b"]"
        headers = {
            "Content-Type": first.content_type if single else BATCH,
            **self.scene.bearer(first.account),
            **{name: str(value) for name, value in first.headers.items()},
        }
        address = f"{self.scene.page('submissions')}/v1/events"
        try:
            answer = await self._client.post(address, content=body, headers=headers)
        except httpx.HTTPError as error:
            self._all(inputs, f"no answer: {type(error).__name__}")
            if isinstance(error, httpx.TimeoutException):
                self.findings.add(
                    "stall", f"POST /v1/events: no answer in {PATIENCE:.0f} s", *(n.number for n in inputs)
                )
            return
        self._judge_status(inputs, "POST /v1/events", answer)
        for one, status in zip(inputs, _statuses(answer, len(inputs)), strict=True):
            self.findings.answered(one, str(status))

    def _claiming(self, message: Message) -> Message:
        """The message with the address of the deposit that it claims, in the place of its data."""
        if message.deposit is None:
            return message
        dataref = self.scene.deposits[message.deposit]
        if message.content_type == "application/json":
            return replace(message, headers={**message.headers, "ce-dataref": dataref}, body=b"")
        event = {**json.loads(message.body), "dataref": dataref}
        del event["data"]
        return replace(message, body=json.dumps(event).encode())

    async def _amqp(self, one: Input, said: Message) -> None:
        self.recent["submissions"].append(one.number)
        lock = self._locks.setdefault(said.account, asyncio.Lock())
        async with lock:
            try:
                channel = await self._channel(said.account)
                exchange = (
                    await channel.get_exchange(said.exchange, ensure=False)
                    if said.exchange
                    else channel.default_exchange
                )
                await exchange.publish(
                    amqp_message(self._claiming(said)), said.key, mandatory=False, timeout=PATIENCE
                )
                answer = "confirmed"
            except (AMQPError, ChannelInvalidStateError) as error:
                answer = f"broker: {type(error).__name__}"
                self._channels.pop(said.account, None)
            except (TimeoutError, ConnectionError) as error:
                answer = f"no answer: {type(error).__name__}"
                self._channels.pop(said.account, None)
                self._connections.pop(said.account, None)
            except (ValueError, TypeError, UnicodeError) as error:
                answer = f"cannot be written: {type(error).__name__}"
        self.findings.answered(one, answer)

    async def _channel(self, account: str) -> AbstractChannel:
        channel = self._channels.get(account)
        if channel is None or channel.is_closed:
            connection = self._connections.get(account)
            if connection is None or connection.is_closed:
                connection = await aio_pika.connect(self.scene.amqp_url(account))
                self._connections[account] = connection
            channel = await connection.channel(publisher_confirms=True)
            self._channels[account] = channel
        return channel

    async def _page(self, one: Input, asked: Request) -> None:
        self.recent[asked.service].append(one.number)
        where = f"{self.scene.page(asked.service)}{asked.path}"
        headers = {**self.scene.bearer(asked.account), **asked.headers}
        try:
            answer = await self._client.request(asked.method, where, content=asked.body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            self.findings.answered(one, f"no answer: {type(error).__name__}")
            return
        self._judge_status([one], f"{asked.service} {asked.method} {asked.path[:100]}", answer)
        self.findings.answered(one, str(answer.status_code))

    async def _socket(self, one: Input, chunks: Chunks) -> None:
        self.recent[chunks.service].append(one.number)
        host, port = self.scene.page(chunks.service).removeprefix("http://").split(":")
        answer = b""
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            with suppress(OSError, TimeoutError):
                for chunk in chunks.chunks:
                    writer.write(chunk)
                    await asyncio.wait_for(writer.drain(), 5)
                    await asyncio.sleep(chunks.pause)
                answer = await asyncio.wait_for(reader.read(65_536), 1)
            writer.close()
        except OSError as error:
            self.findings.answered(one, f"no answer: {type(error).__name__}")
            return
        status = answer.split(b" ", 2)[1:2]
        said = (
            status[0].decode(errors="replace")[:3] if answer.startswith(b"HTTP/1.") and status else "closed"
        )
        if said.startswith("5"):
            self.findings.add("crash", f"{chunks.service} answers {said} to {one.kind}", one.number)
        self.findings.answered(one, said)

    async def _mail(self, one: Input, mail: Mail) -> None:
        self.recent["notifications"].append(one.number)
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=self.scene.smtp_port, timeout=PATIENCE, start_tls=False
        )
        try:
            async with client:
                await client.sendmail(mail.sender, [mail.recipient], mail.content)
            answer = "250"
        except aiosmtplib.SMTPRecipientsRefused as error:
            answer = str(error.recipients[0].code)
        except aiosmtplib.SMTPResponseException as error:
            answer = str(error.code)
        except (aiosmtplib.SMTPException, OSError, ValueError, UnicodeError) as error:
            answer = f"no answer: {type(error).__name__}"
            if isinstance(error, aiosmtplib.SMTPTimeoutError):
                self.findings.add("stall", f"SMTP: no answer in {PATIENCE:.0f} s to {one.kind}", one.number)
        self.findings.answered(one, answer)

    def _judge_status(self, inputs: Sequence[Input], what: str, answer: httpx.Response) -> None:
        if answer.status_code >= 500:
            self.findings.add(
                "crash", f"{what}: {answer.status_code} {answer.text[:100]}", *(one.number for one in inputs)
            )

    def _all(self, inputs: Sequence[Input], answer: str) -> None:
        for one in inputs:
            self.findings.answered(one, answer)


def _statuses(answer: httpx.Response, count: int) -> list[int]:
    """The status of each event of a batch; of what was answered as a whole, the same for each."""
    events: object = None
    if count > 1:
        with suppress(ValueError):
            told = answer.json()
            events = told.get("events") if isinstance(told, dict) else None
    if isinstance(events, list) and len(events) == count:
        return [int(each.get("status", answer.status_code)) for each in events]
    return [answer.status_code] * count
