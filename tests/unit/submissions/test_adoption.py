"""Taking up, improving, and finding what is here already."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.domain.adoption import complaints, lineage
from services.submissions.domain.similar_records import likenesses, same_supplier, same_title, similar_to
from shared.facts import Adoption, Provider, Solution, Topic

WASTE = Topic(scheme="CPV", id="90511000")
SIGNALS = Solution(
    id="signals",
    city="2759794",
    title="Reports about the public space",
    topics=(WASTE,),
    provider=Provider(name="Builders B.V."),
)


def _adoption(**said: object) -> Adoption:
    return Adoption.model_validate({"solution": "s", "city": "1", "kind": "adapted", "parent": "p"} | said)


@pytest.mark.parametrize("kind", ["copied", "bought", "adapted"])
def test_an_adoption_without_parent_is_refused_unless_built(kind: str) -> None:
    assert [each.path for each in complaints(_adoption(kind=kind, parent=None))] == ["parent"]
    assert complaints(_adoption(kind="built", parent=None)) == ()
    assert complaints(_adoption(kind=kind)) == ()


def test_a_solution_is_not_its_own_parent() -> None:
    assert [each.path for each in complaints(_adoption(parent="s"))] == ["parent"]


def test_a_component_is_kept_or_changed_but_not_both() -> None:
    (complaint,) = complaints(_adoption(kept=("map", "form"), changed=("map",)))
    assert "'map'" in complaint.message


def test_lineage_leads_from_the_first_ancestor() -> None:
    assert lineage("c", {"c": "b", "b": "a", "a": None}) == ("a", "b", "c")


@given(st.dictionaries(st.integers(0, 9).map(str), st.none() | st.integers(0, 9).map(str)))
def test_a_circle_of_parents_ends(parents: dict[str, str | None]) -> None:
    chain = lineage("0", parents)
    assert chain[-1] == "0"
    assert len(set(chain)) == len(chain)


NEW = Solution(
    id="new",
    city="1",
    title="Public space: the reports",
    topics=(WASTE,),
    provider=Provider(name="BUILDERS BV"),
)


@pytest.mark.parametrize(
    ("title", "provider", "topics", "found"),
    [
        (NEW.title, NEW.provider, NEW.topics, False),
        ("About reports: Public Space", NEW.provider, NEW.topics, True),
        ("reports about the PUBLIC space", Provider(name="Builders"), NEW.topics, True),
        (SIGNALS.title, Provider(name="Masons"), NEW.topics, False),
        (SIGNALS.title, None, NEW.topics, False),
        (SIGNALS.title, NEW.provider, (Topic(scheme="CPV", id="48000000"),), False),
        (SIGNALS.title, NEW.provider, (Topic(scheme="THEME", id="waste"),), False),
    ],
)
def test_same_code_supplier_and_title_propose_an_implementation(
    title: str, provider: Provider | None, topics: tuple[Topic, ...], found: bool
) -> None:
    new = NEW.model_copy(update={"title": title, "provider": provider, "topics": topics})
    proposals = similar_to(new, [SIGNALS, new])
    assert [each.proposal for each in proposals] == (["add implementation"] if found else [])
    # What is looked up by: never less than what is similar, and nothing where nothing can be.
    assert not found or set(likenesses(new)) & set(likenesses(SIGNALS))
    assert provider or not likenesses(new)


def test_suppliers_are_told_apart_by_their_number_where_both_have_one() -> None:
    first = Provider(name="Builders", scheme="GB-COH", id="1")
    assert same_supplier(first, Provider(name="Masons", scheme="GB-COH", id="1"))
    assert not same_supplier(first, Provider(name="Builders", scheme="GB-COH", id="2"))
    assert same_supplier(first, Provider(name="Builders Ltd"))
    assert not same_supplier(Provider(), Provider())


def test_titles_of_nothing_but_small_words_are_not_the_same() -> None:
    assert not same_title("The", "the")
    assert same_title("Świetlica dla Młodzieży", "swietlica dla mlodziezy")
