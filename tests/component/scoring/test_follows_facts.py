"""Scores follow the facts: any order and any repeat of the messages ends in the same state."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from services.scoring.application.bulk_rescore import complete, replay, rescore_all
from services.scoring.application.context import Causation, ScoringContext
from services.scoring.application.reactions import New, after_solution
from services.scoring.application.score import rescore
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.scores import Score
from shared import events
from shared.events import SolutionMatched, SolutionScored
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    a_city,
    a_failure,
    a_solution,
    a_unit,
    an_adoption,
    an_implementation,
    city_recorded,
    need_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import FAILED, a_room, hear, of

KRAKOW_SAYS = city_recorded(recorded=NOW + timedelta(days=1))
TAMPERE_SAYS = city_recorded(city=a_city(id=TAMPERE, name="Tampere"), recorded=NOW + timedelta(days=2))
SOLUTION = solution_recorded()
RUNNING = outcome_recorded(implementation=an_implementation(outcome="running", planned_end="2025-01-01"))
WORKED = outcome_recorded(revision=2, recorded=NOW + timedelta(hours=1))
NEED = need_recorded()


async def state(room: ScoringContext) -> object:
    """What anybody could see: the score and what was told, but for how often they changed on the way."""
    score = await room.store.scores.get("sol-1")
    told = await room.store.notifications.of_solution("sol-1")
    seen = None if score is None else (score.assessment, score.facts, score.card)
    return seen, [(one.need, one.city) for one in told]


async def test_every_order_ends_in_the_same_state(database: Database) -> None:
    heard = (SOLUTION, RUNNING, WORKED, TAMPERE_SAYS)
    states = []
    for number, order in enumerate([*permutations(heard)][::3]):
        room = await a_room(database, "1")
        for collection in ("solutions", "implementations", "cities", "scores", "needs", "told", "said"):
            await database[collection].delete_many({})
        await hear(room, *order, *(order[:2] if number % 2 else ()))
        states.append(await state(room))
    assert states == [states[0]] * len(states)
    assert states[0] is not None


async def test_a_match_is_said_when_the_last_of_its_facts_arrives_and_not_again(room: ScoringContext) -> None:
    assert of(SolutionMatched, await hear(room, NEED, SOLUTION)) == []
    (said,) = of(SolutionMatched, await hear(room, KRAKOW_SAYS))
    assert [match.need for match in said.matches] == ["need-1"]
    assert of(SolutionMatched, await hear(room, TAMPERE_SAYS)) == []


async def test_the_same_message_says_the_same_again(room: ScoringContext) -> None:
    first = await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, SOLUTION)
    again = await hear(room, SOLUTION)
    assert [event.message_id for event in again] == [event.message_id for event in first]


async def test_what_is_told_knows_as_much_as_the_score_that_another_replica_made(
    room: ScoringContext,
) -> None:
    await hear(room, KRAKOW_SAYS, NEED)
    newer = KnownFact(a_solution(title="Newer"), 2, SOLUTION.state, NOW + timedelta(days=3))
    old = KnownFact(SOLUTION.solution, SOLUTION.revision, SOLUTION.state, SOLUTION.recorded)
    words = await room.analyzer.solution(SOLUTION.solution)
    await room.store.solutions.keep(old.fact.id, old, words)
    await room.store.solutions.keep(newer.fact.id, newer)
    dossier = await room.store.dossier(old.fact.id)
    assert dossier is not None
    await rescore(room, dossier)  # as another replica does between our keeping and our scoring
    (told,) = of(SolutionMatched, await after_solution(room, old.fact.id, Causation("old"), New(old, words)))
    assert told.brief.solution.title == "Newer"


async def test_a_match_kept_but_never_said_is_said_when_its_message_comes_back(room: ScoringContext) -> None:
    lost = of(SolutionMatched, await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, SOLUTION))
    await hear(room, city_recorded(revision=2, recorded=NOW + timedelta(days=3)))
    again = of(SolutionMatched, await hear(room, SOLUTION))
    assert [event.occasion for event in lost + again] == ["new", "new"]


async def test_a_new_outcome_says_what_changed_in_the_score(room: ScoringContext) -> None:
    await hear(room, SOLUTION)
    (scored,) = of(SolutionScored, await hear(room, FAILED))
    assert scored.revision == 2
    assert any("Risk" in change for change in scored.changes)


async def test_the_first_letter_about_a_reported_failure_has_the_failure_in_whatever_order_queues_are_read(
    database: Database,
) -> None:
    """The queues of a report's two records, of the need and of both cities are read side by side."""
    outcome = outcome_recorded(implementation=an_implementation(outcome="failed", failure=a_failure()))
    solution = solution_recorded(outcome=outcome)
    for order in [*permutations((solution, outcome, NEED, KRAKOW_SAYS, TAMPERE_SAYS))][::5]:
        room = await a_room(database, "1")
        for collection in ("solutions", "implementations", "cities", "scores", "needs", "told", "said"):
            await database[collection].delete_many({})
        first, *_ = of(SolutionMatched, await hear(room, *order))
        assert [attempt.outcome for attempt in first.brief.implementations] == ["failed"], order


async def test_a_confirmed_solution_is_told_with_the_attempt_that_was_confirmed_with_it(
    room: ScoringContext,
) -> None:
    tried = an_implementation(outcome="abandoned", failure=a_failure())
    drafts = outcome_recorded(implementation=tried, state="draft")
    draft = solution_recorded(state="draft", outcome=drafts)
    assert of(SolutionMatched, await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, drafts, draft)) == []
    both = solution_recorded(revision=2, outcome=outcome_recorded(revision=2, implementation=tried))
    (told,) = of(SolutionMatched, await hear(room, both))
    assert [attempt.outcome for attempt in told.brief.implementations] == ["abandoned"]


async def test_a_draft_outcome_changes_nothing(room: ScoringContext) -> None:
    await hear(room, SOLUTION)
    before = await room.store.scores.get("sol-1")
    draft = outcome_recorded(state="draft", implementation=an_implementation(outcome="failed"))
    assert await hear(room, draft) == []
    await hear(room, SOLUTION)
    assert await room.store.scores.get("sol-1") == before


async def test_a_withdrawn_solution_has_no_score_is_not_found_and_nobody_is_told_again(
    room: ScoringContext,
) -> None:
    await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, SOLUTION)
    withdrawn = solution_recorded(revision=2, state="withdrawn")
    assert await hear(room, withdrawn, SOLUTION, FAILED, NEED) == []
    assert await room.store.scores.get("sol-1") is None
    assert len(room.indexes.solutions) == 0


async def test_the_end_of_an_embargo_brings_score_and_match(room: ScoringContext) -> None:
    until = NOW.date() + timedelta(days=30)
    hidden = solution_recorded(embargo_until=until)
    assert await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, hidden) == []
    over = solution_recorded(revision=2, embargo_until=until, recorded=NOW + timedelta(days=31))
    said = await hear(room, over)
    assert [type(event) for event in said] == [SolutionScored, SolutionMatched]


async def test_a_city_that_took_it_up_is_not_told_of_it_as_new(room: ScoringContext) -> None:
    adoption = events.AdoptionRecorded(revision=1, state="published", recorded=NOW, adoption=an_adoption())
    said = await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, adoption, SOLUTION)
    assert of(SolutionMatched, said) == []


async def test_an_objection_becomes_a_gap_and_the_city_hears_how_another_closed_it(
    room: ScoringContext,
) -> None:
    unit = a_unit(critical=True, how_to_close="Ask the night mayor")
    solution = solution_recorded(solution=a_solution(units=[unit]))
    await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, NEED, solution, WORKED)
    answer = events.MatchAnswered(
        letter="letter-1", city=KRAKOW, solution="sol-1", answer="not_for_us", unit="unit-1", at=NOW
    )
    (update,) = of(SolutionMatched, await hear(room, answer))
    (match,) = update.matches
    assert (update.occasion, match.assessment.band) == ("update", "Build first")
    assert ("unit-1", 0.0, "Tampere") in [(gap.unit, gap.have, gap.told_by) for gap in match.gaps]


def width(score: Score | None) -> float:
    """How wide the interval of the risk is, in points."""
    assert score is not None
    assert score.assessment is not None
    return score.assessment.risk.high - score.assessment.risk.low


async def test_silence_widens_a_score_on_the_night_it_falls_overdue_and_that_night_stays(
    room: ScoringContext,
) -> None:
    planned = an_implementation(outcome="running", planned_end="2026-01-01", ended=None)
    await hear(room, SOLUTION, outcome_recorded(implementation=planned))
    before = await room.store.scores.get("sol-1")
    night = datetime(2027, 6, 1, tzinfo=UTC)
    assert (await rescore_all(room, night)).rescored == 1
    assert (await rescore_all(room, night)).rescored == 0
    after = await room.store.scores.get("sol-1")
    assert width(after) > width(before)
    await hear(room, FAILED)
    again = await room.store.scores.get("sol-1")
    assert again is not None
    assert again.night == night


async def test_every_stored_score_is_computed_again_to_the_byte(room: ScoringContext) -> None:
    await hear(room, KRAKOW_SAYS, TAMPERE_SAYS, SOLUTION, RUNNING, WORKED, FAILED)
    await rescore_all(room, datetime(2027, 6, 1, tzinfo=UTC))
    assert [one.state async for one in replay(room)] == ["same"]


async def test_what_has_no_score_yet_is_scored_in_the_background_once(
    room: ScoringContext, database: Database
) -> None:
    await hear(room, SOLUTION)
    await database["scores"].delete_many({})
    assert [said.solution async for said in complete(room)] == ["sol-1"]
    assert [said async for said in complete(room)] == []


async def test_a_replica_finds_what_was_written_through_another_and_what_it_missed(
    database: Database,
) -> None:
    one, other = await a_room(database), await a_room(database)
    await hear(one, KRAKOW_SAYS, NEED)
    for replica in (one, other):
        await replica.indexes.refresh()
    assert (len(one.indexes.needs), len(other.indexes.needs)) == (1, 1)
    other.indexes.needs.remove("need-1")
    assert await other.indexes.check() == 1
    assert len(other.indexes.needs) == 1
    assert await other.indexes.check() == 0
