"""What readers ask for is what they get, and they can read why."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.officials_file import OFFICIALS
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.delivery_checks import why_not_now
from services.notifications.domain.languages import language_chain
from services.notifications.domain.letters import update
from services.notifications.domain.letters.base import first_line
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.notification_reasons import Considered, Posted, explanation
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import hand_over, stop, wants_kind
from services.notifications.domain.recipients import SkipReason
from services.notifications.domain.vocabulary import NOT_TOLD
from services.notifications.samples import SAMPLES, WRITTEN, brief, match, matched, official
from shared.events import WatchFired
from tests.mail import CASES

AT = datetime(2026, 11, 23, tzinfo=UTC)


def reader(**changes: object) -> Official:
    return Official.model_validate(official().model_dump() | changes)


@pytest.mark.parametrize(
    ("scope", "unwanted"),
    [
        ("alert", {"alert"}),
        ("digest", {"digest"}),
        ("topic:CPV:90", set()),
        ("all", {"alert", "digest", "warning"}),
    ],
)
def test_an_unsubscribe_reaches_as_far_as_it_says_and_never_to_account_mail(
    scope: str, unwanted: set[str]
) -> None:
    """A4."""
    now = stop(reader(), scope)
    assert {kind for kind in ("alert", "digest", "warning") if not wants_kind(now, kind)} == unwanted
    assert wants_kind(now, "account")
    assert stop(now, scope) == now


def test_an_unknown_scope_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="choose all or one of alert"):
        stop(reader(), "everything")


def test_a_post_keeps_its_wishes_when_its_holder_changes() -> None:
    """S3: the subscription belongs to the post; the new holder confirms first."""
    before = stop(reader(), "warning")
    after = hand_over(before, "Jan Kowalski", "jan@krakow.example.org")
    assert (after.status, after.kinds_off, after.id) == ("pending", ("warning",), before.id)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("maja@xn--krakw-3ta.pl", "maja@xn--krakw-3ta.pl"),
        ("maja@kraków.pl", "maja@xn--krakw-3ta.pl"),
        ("Maja@KRAKÓW.pl", "Maja@xn--krakw-3ta.pl"),
        ("józef@krakow.example.org", "józef@krakow.example.org"),
        ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
        ("maja@krakow.example.org", "maja@krakow.example.org"),
    ],
)
def test_an_internationalised_address_is_kept_as_it_is_mailed_to(written: str, kept: str) -> None:
    """Its domain in Punycode, which every relay takes; and read back the same."""
    official = reader(email=written)
    assert official.email == kept
    assert type(official).model_validate_json(official.model_dump_json()) == official
    letter = SAMPLES["alert"]("en").model_dump() | {"to": written}
    assert read_letter(letter).to == kept


def test_the_case_of_an_address_in_punycode_is_read() -> None:
    path = CASES / "officials-idn.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    assert OFFICIALS.validate_json(path.read_bytes())[0].email == "maja@xn--krakw-3ta.pl"


@pytest.mark.parametrize(
    ("kind", "changes", "standing", "withdrawn", "why"),
    [
        ("alert", {}, AddressStatus(), False, None),
        ("alert", {}, AddressStatus(), True, "withdrawn"),
        ("alert", {}, AddressStatus(stopped="complaint"), False, "suppressed"),
        ("alert", {"cadence": "off"}, AddressStatus(), False, "off"),
        ("alert", {"kinds_off": ("alert",)}, AddressStatus(), False, "kind_off"),
        ("alert", {"pause_until": "2026-12-01"}, AddressStatus(), False, "away"),
        ("alert", {"status": "pending"}, AddressStatus(), False, "not_confirmed"),
        ("account", {"cadence": "off", "status": "paused"}, AddressStatus(), False, None),
        ("account", {}, AddressStatus(stopped="hard_bounce"), False, "suppressed"),
        ("confirmation", {"status": "pending"}, AddressStatus(), False, None),
    ],
)
def test_a_letter_is_looked_at_once_more_before_it_goes(
    kind: str, changes: dict[str, object], standing: AddressStatus, withdrawn: bool, why: str | None
) -> None:
    got = why_not_now(SAMPLES[kind]("en"), reader(**changes), standing, WRITTEN, withdrawn=withdrawn)
    assert got == why
    assert got is None or got in NOT_TOLD


def test_a_letter_past_its_day_does_not_go() -> None:
    letter = SAMPLES["warning"]("en")
    assert letter.expires is not None
    late = letter.expires + timedelta(seconds=1)
    assert why_not_now(letter, reader(), AddressStatus(), late, withdrawn=False) == "withdrawn"


def considered(decision: str) -> Considered:
    return Considered.model_validate(
        {"official": "o", "solution": "s", "need": "n", "decision": decision, "at": AT}
    )


def posted(state: str) -> Posted:
    return Posted.model_validate({"letter": "l", "kind": "alert", "solution": "s", "state": state, "at": AT})


@pytest.mark.parametrize(
    ("decisions", "letters", "states"),
    [
        (["now"], ["accepted"], ["sent"]),
        (["now"], ["unknown"], ["unknown"]),
        (["now"], ["handing"], ["waiting"]),
        (["now"], [], ["waiting"]),
        (["digest"], [], ["waiting"]),
        ([SkipReason.BELOW_FIT.value], [], ["not_sent"]),
        (["now"], ["rejected"], ["not_sent"]),
        ([], [], []),
    ],
)
def test_the_log_says_what_became_of_everything(
    decisions: list[str], letters: list[str], states: list[str]
) -> None:
    """N10, and "why did I (not) get it"."""
    thoughts = [considered(one) for one in decisions]
    got = explanation("s", thoughts, [posted(one) for one in letters])
    assert [entry.state for entry in got] == states
    assert explanation("another", thoughts, [posted(one) for one in letters]) == ()


def test_every_reason_not_to_write_has_its_words() -> None:
    assert {why.value for why in SkipReason} <= set(NOT_TOLD)


@pytest.mark.parametrize(
    ("wanted", "tried"),
    [
        ("pt-AO", ("pt", "en")),
        ("pt_PT", ("pt", "en")),
        ("nn", ("nb", "en")),
        ("xx", ("en",)),
        ("en-US", ("en",)),
    ],
)
def test_languages_fall_back_along_their_chain(wanted: str, tried: tuple[str, ...]) -> None:
    assert language_chain(wanted) == tried
    assert localizer_for(wanted).language == tried[0]


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [("short", 10, "short"), ("one two three", 9, "one two…"), ("a" * 12, 10, "a" * 9 + "…")],
)
def test_long_titles_are_cut_at_a_word(text: str, limit: int, cut: str) -> None:
    assert first_line(text, limit) == cut


def test_a_watch_has_one_letter_whatever_else_is_told() -> None:
    """N20: fires exactly once per condition."""
    event = WatchFired(city="krakow", condition="three_ended", brief=brief(), fired=WRITTEN)
    later = event.model_copy(update={"fired": WRITTEN + timedelta(days=3)})
    ids = {update.watched(one, match(), official()).id for one in (event, later)}
    assert len(ids) == 1
    assert ids != {update.write(matched("update"), match(), official()).id}
    other = event.model_copy(update={"condition": "failed_somewhere"})
    assert ids != {update.watched(other, match(), official()).id}
