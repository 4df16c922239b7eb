"""Which input a number is: the same for the same seed, whatever was made before."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random
from types import MappingProxyType

from tests.attack import files, foreign, mails, wellformed
from tests.attack.foreign import Foreign, own_words, statement
from tests.attack.inputs import BATCH, CLOUDEVENT, Input, Mail, Message, event_of, over_amqp, over_http
from tests.attack.judge import Judge, Statement
from tests.attack.mangling import mangled
from tests.attack.pages import Route, asked, odd_http
from tests.attack.world import ACCOUNTS, PREFIX, Victim, victims

FIRST_VICTIM = 4_000_000_000
FIRST_LATE = 4_500_000_000
FIRST_DEPOSIT = 4_600_000_000
LATE = 20
SHARES: Mapping[str, float] = MappingProxyType(
    {
        "foreign at the door": 19.0,
        "foreign in the pipeline": 3.0,
        "foreign at the broker": 3.0,
        "own words": 1.5,
        "mangled over HTTP": 10.0,
        "batches": 1.0,
        "mangled over AMQP": 3.0,
        "pages": 5.0,
        "sockets": 0.5,
        "mails": 1.0,
        "files": 53.0,
    }
)
"""Of a hundred inputs. A quarter is well-formed in another's name; what is refused at once is cheap and many,
what goes through the whole pipeline is some twenty a second."""


_WHATS, _CUMULATED = tuple(SHARES), tuple(accumulate(SHARES.values()))


@dataclass(frozen=True)
class Plan:
    """The inputs of one seed; ``routes`` are the pages that the services have."""

    seed: int
    routes: Sequence[Route] = ()

    def input(self, number: int) -> Input:
        """Input ``number``."""
        what, dice = self._begun(number)
        return _MAKERS[what](self, dice, number)

    def is_file(self, number: int) -> bool:
        """Whether input ``number`` is a file: told without making it."""
        return self._begun(number)[0] == "files"

    def _begun(self, number: int) -> tuple[str, Random]:
        """What input ``number`` is one of, and the dice that decide all else."""
        dice = Random(f"{self.seed}/{number}")
        (what,) = dice.choices(_WHATS, cum_weights=_CUMULATED)
        return what, dice


def opening(seed: int) -> Iterator[Statement]:
    """What the victims' openers say before the attack."""
    for number, victim in enumerate(victims(), FIRST_VICTIM):
        yield _opened(victim, number, seed)


def late_words(seed: int) -> Iterator[Statement]:
    """What Malmö says after the attack, under ids that others used in its name before."""
    malmo = ACCOUNTS[f"{PREFIX}-malmo"]
    for number in range(LATE):
        data = wellformed.need(FIRST_LATE + number, f"{PREFIX}-{seed}-late-{number}", malmo.cities[0])
        said = statement(malmo, number, seed, "need.submitted", data)
        yield replace(said, event=f"{PREFIX}-{seed}-late-{number}")


def judge_of(seed: int) -> Judge:
    """A judge that knows what was opened before the attack."""
    judge = Judge()
    for said in opening(seed):
        judge.accepted(said)
    return judge


def _opened(victim: Victim, number: int, seed: int) -> Statement:
    account = ACCOUNTS[victim.opener]
    if victim.kind == "process":
        data = wellformed.release(number, victim.id, victim.city)
        return statement(account, number, seed, "procurement.release", data)
    make = wellformed.need if victim.kind == "need" else wellformed.solution
    return statement(account, number, seed, f"{victim.kind}.submitted", make(number, victim.id, victim.city))


def _foreign(made: Foreign, number: int, kind: str, *, http: bool) -> Input:
    said = made.statement
    if http:
        message = over_http(said, deposit=made.deposit)
    else:
        user = said.account if made.user_id is None else made.user_id or None
        message = over_amqp(said, headers=dict(made.headers), user_id=user, deposit=made.deposit)
    return Input(number, "http" if http else "amqp", kind, message, said, foreign=True)


def _at_the_door(plan: Plan, dice: Random, number: int) -> Input:
    kind = dice.choice(sorted(foreign.AT_THE_DOOR))
    return _foreign(foreign.AT_THE_DOOR[kind](dice, plan.seed, number), number, kind, http=True)


def _in_the_pipeline(plan: Plan, dice: Random, number: int) -> Input:
    kind = dice.choice(sorted(foreign.IN_THE_PIPELINE))
    made = foreign.IN_THE_PIPELINE[kind](dice, plan.seed, number)
    return _foreign(made, number, kind, http=dice.random() < 0.5)


def _at_the_broker(plan: Plan, dice: Random, number: int) -> Input:
    """What only the broker can refuse, what HTTP refuses at once, and words that take another's id first."""
    some = {**foreign.AT_THE_BROKER, **foreign.AT_THE_DOOR}
    kind = dice.choice([*sorted(some), "taking_an_id"])
    if kind != "taking_an_id":
        return _foreign(some[kind](dice, plan.seed, number), number, kind, http=False)
    victim = dice.choice(list(late_words(plan.seed)))
    mine = own_words(dice, plan.seed, number, ACCOUNTS[f"{PREFIX}-leeds"])
    taken = replace(mine, source=victim.source, event=victim.event)
    return _foreign(Foreign(taken), number, kind, http=False)


def _own(plan: Plan, dice: Random, number: int) -> Input:
    said = own_words(dice, plan.seed, number)
    if dice.random() < 0.5:
        return Input(number, "amqp", "own_words", over_amqp(said), said)
    return Input(number, "http", "own_words", over_http(said), said)


def _mangled_http(plan: Plan, dice: Random, number: int) -> Input:
    said = own_words(dice, plan.seed, number)
    kind, body = mangled(dice, event_of(said))
    content_type = dice.choice(
        [CLOUDEVENT] * 8 + ["application/json", "text/plain", "", BATCH, "x/y; charset=utf-16"]
    )
    headers = {"Content-Encoding": "gzip"} if kind == "packed" else {}
    message = Message(said.account, body, content_type, headers, key=said.key, alone=True)
    return Input(number, "http", kind, message, reread(said, body, content_type))


def _batches(plan: Plan, dice: Random, number: int) -> Input:
    """A batch of a few broken events, of very many, or what is no batch."""
    said = own_words(dice, plan.seed, number)
    event = event_of(said)
    broken: list[object] = [
        None,
        1,
        [],
        {},
        {**event, "id": None},
        {**event, "data": 5},
        {**event, "specversion": "9"},
    ]
    body = dice.choice([json.dumps(broken).encode(), json.dumps(broken * 150).encode(), b"{}", b"[[[]]]"])
    return Input(number, "http", "batch", Message(said.account, body, BATCH, key=said.key, alone=True))


def _mangled_amqp(plan: Plan, dice: Random, number: int) -> Input:
    said = own_words(dice, plan.seed, number)
    structured = dice.random() < 0.4
    kind, body = mangled(dice, event_of(said) if structured else dict(said.data))
    content_type = (
        CLOUDEVENT if structured else dice.choice(["application/json", "", "application/octet-stream"])
    )
    usual = over_amqp(said, body=body, content_type=content_type)
    if dice.random() < 0.2:
        kind, usual = "headers", replace(usual, headers=_odd_headers(dice, usual.headers))
        return Input(number, "amqp", kind, usual)
    read = reread(said, body, content_type, binary=not structured)
    return Input(number, "amqp", kind, usual, read)


def _odd_headers(dice: Random, headers: Mapping[str, object]) -> dict[str, object]:
    """Headers that are missing, of another type, far too long, or unknown."""
    made = dict(headers)
    name = dice.choice(sorted(made))
    values: list[object] = [
        None,
        7,
        -1.5,
        True,
        b"\xff\xfe",
        "x" * 5_000,
        "",
        {"a": {"b": 1}},
        [1, 2],
        "a\r\nb",
        "\x00",
    ]
    if dice.random() < 0.3:
        del made[name]
    else:
        made[name] = dice.choice(values)
    made[dice.choice(["x-death", "x-attempt", "ce-time", "ce-dataref", "ce-subject", "traceparent"])] = (
        dice.choice(values)
    )
    return made


def _page(plan: Plan, dice: Random, number: int) -> Input:
    routes = plan.routes or (Route("submissions", "GET", "/v1/records/{kind}/{record}"),)
    return Input(number, "pages", "page", asked(dice, routes))


def _socket(_: Plan, dice: Random, number: int) -> Input:
    kind, chunks = odd_http(dice)
    return Input(number, "sockets", kind, chunks)


def _mail(_: Plan, dice: Random, number: int) -> Input:
    kind = dice.choice(sorted(mails.MAILS))
    sender = dice.choice(["", "somebody@elsewhere.example", "mailer-daemon@elsewhere.example"])
    return Input(number, "smtp", kind, Mail(sender, mails.recipient(dice), mails.MAILS[kind](dice, number)))


def _file(_: Plan, dice: Random, number: int) -> Input:
    kind, made = files.file(dice, number)
    return Input(number, "files", kind, made)


def reread(said: Statement, body: bytes, content_type: str, *, binary: bool = False) -> Statement | None:
    """What a broken message says now, if it can be read as JSON: a byte may have made it another's."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if binary:
        return replace(said, data=whole) if isinstance(whole, dict) else None
    if not isinstance(whole, dict) or not content_type.startswith("application/cloudevents+"):
        return None
    data, texts = whole.get("data"), [whole.get(name) for name in ("id", "source", "type")]
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in texts):
        return None
    event, source, kind = map(str, texts)
    key = kind.removeprefix("org.citiesshare.").removesuffix(".v1")
    return replace(said, event=event, source=source, said_type=kind, key=key, data=data)


_MAKERS: Mapping[str, Callable[[Plan, Random, int], Input]] = MappingProxyType(
    {
        "foreign at the door": _at_the_door,
        "foreign in the pipeline": _in_the_pipeline,
        "foreign at the broker": _at_the_broker,
        "own words": _own,
        "mangled over HTTP": _mangled_http,
        "batches": _batches,
        "mangled over AMQP": _mangled_amqp,
        "pages": _page,
        "sockets": _socket,
        "mails": _mail,
        "files": _file,
    }
)
