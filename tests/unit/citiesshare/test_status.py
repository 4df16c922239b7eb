"""What `citiesshare status` makes of what it was told: what is good, how far behind, what is red."""

import pytest
from rich.console import Console

from citiesshare.status.models import BrokerState, QueueState, ServiceState, SystemStatus
from citiesshare.status.tables import draw
from shared.observability.replica import Replica, named, read_name, this_replica

SERVICES = [ServiceState(name="scoring", ready=True, counts={"scored": 3})]


def queue(
    name: str = "scoring.need-recorded",
    waiting: int = 0,
    in_work: int = 0,
    listeners: int = 1,
    rate: float = 0.0,
) -> QueueState:
    return QueueState(name=name, waiting=waiting, in_work=in_work, listeners=listeners, rate=rate)


def state(*queues: QueueState, services: list[ServiceState] = SERVICES) -> SystemStatus:
    replicas = [Replica("scoring", "0.1.0", f"pod-{number}:1") for number in range(2)]
    return SystemStatus(broker=BrokerState(queues=list(queues), replicas=replicas), services=services)


def shown(found: SystemStatus) -> str:
    console = Console(width=100, record=True, file=None)
    with console.capture() as captured:
        console.print(draw(found))
    return captured.get()


@pytest.mark.parametrize(
    ("found", "good"),
    [
        (state(queue()), True),
        (state(queue(listeners=0)), False),
        (state(queue("scoring.dead", listeners=0)), True),
        (state(queue("scoring.dead", waiting=1, listeners=0)), False),
        (state(queue("retry.30s", waiting=5, listeners=0)), True),
        (state(queue(), services=[ServiceState(name="scoring", ready=False)]), False),
        (SystemStatus(broker=None, services=SERVICES), False),
    ],
)
def test_it_is_good_when_all_answer_all_is_heard_and_nothing_is_dead(
    found: SystemStatus, *, good: bool
) -> None:
    assert found.good is good


@pytest.mark.parametrize(
    ("found", "lag"),
    [
        (queue(), 0.0),
        (queue(waiting=90, in_work=10, rate=20.0), 5.0),
        (queue(waiting=1, rate=0.0), None),
    ],
)
def test_a_queue_lags_by_what_is_left_at_the_present_rate(found: QueueState, lag: float | None) -> None:
    assert found.lag == lag


def test_the_picture_names_releases_lags_states_and_what_to_do_about_the_dead() -> None:
    text = shown(
        state(
            queue(waiting=90, in_work=10, rate=20.0),
            queue("scoring.dead", waiting=2, listeners=0),
            queue("retry.30s", waiting=3, listeners=0),
            queue("retry.120s", waiting=1, listeners=0),
        )
    )
    assert "2 of 0.1.0" in text
    assert "scored 3" in text
    assert "5 s" in text
    assert "2 dead letters of scoring: citiesshare dead list --service scoring" in text
    assert "4 messages wait for their next attempt" in text


def test_without_a_broker_the_services_are_still_shown() -> None:
    text = shown(SystemStatus(broker=None, services=SERVICES))
    assert "scoring" in text
    assert "The broker does not answer." in text


def test_a_replica_is_known_by_the_name_of_its_connection() -> None:
    own = this_replica("scoring")
    assert read_name(own.name) == own
    assert read_name("somebody's script") is None
    assert read_name("") is None


def test_naming_a_connection_leaves_its_url_as_it_was() -> None:
    url = named("amqps://a%2Fb:p%40ss@broker:5671/%2F?cafile=/etc/ca.crt", "scoring")
    assert url.startswith("amqps://a%2Fb:p%40ss@broker:5671/%2F?cafile=/etc/ca.crt&name=")
