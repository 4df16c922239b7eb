"""The newest word about each field wins, in whatever order the words arrive."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.submissions.domain.revisions import Provenance, history, newest, words_of
from shared.facts import Contact, Delivery, Fact, Money, Need, Solution, Translation, Verification


def _by(day: int, who: str = "IT department", verified: Verification = Verification.SELF) -> Provenance:
    when = datetime(2026, 1, day, tzinfo=UTC)
    return Provenance(who=who, when=when, source="form", verified_by=verified)


FIRST = Solution(id="s", city="1", title="Signals", summary="old", delivery=Delivery(planned_cost=100))
LATER = Solution(id="s", city="1", title="Signals", delivery=Delivery(actual_cost=130))
LAST = Solution(id="s", city="1", title="Signals", summary="new")
SAYINGS: list[tuple[Fact, Provenance]] = [(FIRST, _by(1)), (LATER, _by(2, "Finance")), (LAST, _by(3))]


def test_each_field_keeps_who_said_it_when_and_where() -> None:
    words = history(SAYINGS)
    assert words["delivery/planned_cost"].by.when == datetime(2026, 1, 1, tzinfo=UTC)
    assert words["delivery/actual_cost"].by.who == "Finance"
    assert words["summary"].value == "new"


@given(st.permutations([*SAYINGS, *SAYINGS]))
def test_any_order_and_repetition_gives_the_same_words(sayings: list[tuple[Fact, Provenance]]) -> None:
    assert history(sayings) == history(SAYINGS)


@given(st.permutations(SAYINGS), st.integers(0, 3))
def test_words_heard_apart_are_joined_as_if_heard_together(
    sayings: list[tuple[Fact, Provenance]], cut: int
) -> None:
    assert newest(history(sayings[:cut]), history(sayings[cut:])) == history(SAYINGS)


def test_of_two_words_of_one_instant_the_better_vouched_for_wins() -> None:
    own = words_of(Need(id="n", city="1", title="ours"), _by(1))
    checked = words_of(Need(id="n", city="1", title="theirs"), _by(1, verified=Verification.INDEPENDENT))
    assert newest(own, checked)["title"].value == newest(checked, own)["title"].value == "theirs"


def test_not_known_does_not_wipe_out_what_was_said() -> None:
    said = words_of(Need(id="n", city="1", title="t", ocid="ocds-1"), _by(1))
    silent = words_of(Need(id="n", city="1", title="t", ocid=None), _by(2))
    assert newest(said, silent)["ocid"].value == "ocds-1"


def test_a_new_contact_does_not_keep_the_old_contacts_address() -> None:
    old = Contact(post="Head of IT", email="it@example.org")
    words = newest(
        words_of(FIRST.model_copy(update={"contact": old}), _by(1)),
        words_of(FIRST.model_copy(update={"contact": Contact(post="Head of Works")}), _by(2)),
    )
    assert words["contact"].value == {"post": "Head of Works"}


def test_an_amount_keeps_its_own_currency() -> None:
    def told(money: Money, day: int) -> dict[str, object]:
        return dict(words_of(FIRST.model_copy(update={"cost": money}), _by(day)))

    assert "cost" in told(Money(amount=Decimal("1.50"), currency="EUR"), 1)
    assert not any(path.startswith("cost/") for path in told(Money(amount=Decimal(2), currency="USD"), 2))


def test_a_translation_is_one_word_and_its_language_a_part_of_the_path() -> None:
    fact = Solution(
        id="s",
        city="1",
        title="t",
        translations={"nl": Translation(title="A/B~C"), "pt-BR": Translation(title="x")},
    )
    words = words_of(fact, _by(1))
    assert words["translations/nl"].value == {"title": "A/B~C"}
    assert words["translations/pt-BR"].value == {"title": "x"}
