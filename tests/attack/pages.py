"""Requests to every page of every service, as its OpenAPI document names them, and odd HTTP."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from tests.attack.inputs import Chunks, Request
from tests.attack.mangling import BIDI, CONTROLS, INJECTIONS, ODD_NUMBERS
from tests.attack.world import SPEAKING, VICTIMS_IDS

SERVICES = ("submissions", "scoring", "notifications")
Odd = Mapping[str, tuple[bytes, ...]]


@dataclass(frozen=True)
class Route:
    """One operation of a service: its path with ``{names}``, and the names that its query may have."""

    service: str
    method: str
    path: str
    query: tuple[str, ...] = ()


def routes_of(service: str, document: Mapping[str, Any]) -> list[Route]:
    """The operations of an OpenAPI document, in the order of their paths."""
    found = []
    for path, operations in sorted(document.get("paths", {}).items()):
        for method, operation in sorted(operations.items()):
            if method in {"get", "post", "put", "delete", "patch"}:
                asked = operation.get("parameters", ())
                query = tuple(one["name"] for one in asked if one.get("in") == "query")
                found.append(Route(service, method.upper(), path, query))
    return found


def odd_text(dice: Random) -> str:
    """A text that somebody may put into an address."""
    injection = dice.choice(INJECTIONS)
    text = injection if isinstance(injection, str) else json.dumps(injection)
    return dice.choice(
        [
            text,
            dice.choice(ODD_NUMBERS),
            dice.choice(VICTIMS_IDS),
            "".join(dice.choices(BIDI + CONTROLS, k=5)),
            "a" * dice.choice((1, 100, 5_000)),
            "%00",
            "",
            "\ud800",
            "2026-13-45",
            "١٢٣",
            "need|" + dice.choice(VICTIMS_IDS),
        ]
    )


def asked(dice: Random, routes: Sequence[Route]) -> Request:
    """One operation with odd values in path, query, form and headers."""
    route = dice.choice(routes)
    path = route.path
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + _quoted(dice, odd_text(dice)) + rest.partition("}")[2]
    names = dice.sample(route.query, dice.randrange(len(route.query) + 1)) if route.query else []
    query = [(name, _safe(odd_text(dice))) for name in names for _ in range(dice.choice((1, 1, 1, 3)))]
    if dice.random() < 0.1:
        query.append((odd_text(dice).encode(errors="replace").decode(), _safe(odd_text(dice))))
    address = path + ("?" + urlencode(query) if query else "")
    account = dice.choice(SPEAKING).name if dice.random() < 0.5 else None
    headers, body = _body(dice) if route.method != "GET" else ({}, b"")
    return Request(
        route.service, route.method, address[:60_000], account, {**_headers(dice), **headers}, body
    )


def _quoted(dice: Random, text: str) -> str:
    whole = quote(text.encode(errors="surrogatepass"), safe=dice.choice(["", "/", "|:"]))
    return whole or dice.choice(["%20", "%2e%2e%2f", "."])


def _safe(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _headers(dice: Random) -> dict[str, str]:
    some: list[dict[str, str]] = [
        {},
        {},
        {"Accept-Language": dice.choice(["xx;q=9,,;", "*", "a" * 3_000, "sv;q=nan"])},
        {"If-None-Match": '"' + "x" * 3_000},
        {"Range": "bytes=0-,-1,5-2"},
        {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil.example", "Host": "evil.example"},
        {"Cookie": "a=" + "b" * 3_000},
        {"Authorization": dice.choice(["Bearer csk_x_y", "Basic eDp5", "Bearer " + "a" * 3_000, "csk"])},
        {"Idempotency-Key": "x" * dice.choice((1, 600))},
        {"Traceparent": "00-" + "z" * 32},
        {"Content-Encoding": "gzip"},
    ]
    return dice.choice(some)


def _body(dice: Random) -> tuple[dict[str, str], bytes]:
    form = urlencode(
        [(name, odd_text(dice).encode(errors="surrogatepass")) for name in ("email", "action", "scope")]
    )
    command = {
        "city": odd_text(dice),
        "by": odd_text(dice),
        "until": odd_text(dice),
        "study": {"sms": odd_text(dice)},
    }
    part = (
        b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + dice.randbytes(30) + b"\r\n--b--\r\n"
    )
    kinds: list[tuple[str, bytes]] = [
        ("application/x-www-form-urlencoded", form.encode()),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 20_000)),
        ("application/json", json.dumps(command).encode()),
        ("application/json", b"[" * 900 + b"]" * 900),
        ("application/json", b"\xff\xfe"),
        ("multipart/form-data; boundary=b", part),
        ("multipart/form-data", part),
        ("text/plain; charset=utf-7", b"+AAA-"),
        ("", b"x" * 100_000),
    ]
    kind, body = dice.choice(kinds)
    return {"Content-Type": kind}, body


def _odd(dice: Random) -> Odd:
    """Requests that are no HTTP, or only almost."""
    post = b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    get = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    return {
        "half_sent": (post + b"Content-Length: 500\r\n\r\n", b'{"a":'),
        "half_head": (b"GET /v1/sch", b""),
        "slow_body": (post + b"Content-Length: 12\r\n\r\n", b"{", b'"a"', b":", b"1", b"}"),
        "too_long": (post + b"Content-Length: 3\r\n\r\n" + b"{}" * 500,),
        "negative": (post + b"Content-Length: -5\r\n\r\n{}",),
        "no_number": (post + b"Content-Length: many\r\n\r\n{}",),
        "two_lengths": (post + b"Content-Length: 2\r\nContent-Length: 7\r\n\r\n{}",),
        "both_codings": (post + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",),
        "bad_chunks": (post + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n",),
        "huge_chunk": (post + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", b"x" * 1_000),
        "pipelined": (get * 50,),
        "smuggled": (post + b"Content-Length: 4\r\n\r\nnullGET /v1/status HTTP/1.1\r\nHost: y\r\n\r\n",),
        "long_line": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",),
        "many_headers": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",),
        "split_header": (b"GET /v1/schemas HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\0: c\r\n\r\n",),
        "no_http": (dice.randbytes(300),),
        "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + dice.randbytes(200),),
        "old": (b"GET /health/live\r\n\r\n",),
        "upgrade": (
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AA\r\n\r\n",
        ),
        "expect": (post + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", b"{}"),
        "absolute": (b"GET http://evil.example/v1/schemas HTTP/1.1\r\nHost: evil.example\r\n\r\n",),
        "oversized": (post + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 100_000,),
    }


def odd_http(dice: Random) -> tuple[str, Chunks]:
    """Bytes that are no good request, and what they are called."""
    some = _odd(dice)
    kind = dice.choice(sorted(some))
    pause = 0.05 if kind in {"half_sent", "half_head", "slow_body", "expect"} else 0.0
    return kind, Chunks(dice.choice(SERVICES), some[kind], pause)
