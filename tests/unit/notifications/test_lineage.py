"""What letters tell of how a solution was taken over."""

import pytest

from services.notifications.domain.lineage import share_kept
from shared.facts import Adoption


def adoption(kept: int, changed: int) -> Adoption:
    return Adoption(
        solution="s",
        city="1",
        kind="adapted",
        parent="p",
        kept=tuple(f"k{number}" for number in range(kept)),
        changed=tuple(f"c{number}" for number in range(changed)),
    )


@pytest.mark.parametrize(
    ("kept", "changed", "percent"),
    [(1, 0, 100), (0, 1, 0), (9, 1, 90), (2, 1, 66), (199, 1, 99), (29, 71, 29)],
)
def test_a_share_is_rounded_down_and_never_up_to_all(kept: int, changed: int, percent: int) -> None:
    assert share_kept(adoption(kept, changed)) == percent


def test_a_share_is_not_known_where_no_component_is_named() -> None:
    assert share_kept(adoption(0, 0)) is None
