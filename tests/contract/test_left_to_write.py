"""Nothing that a scaffold began waits to be written."""

from tools.scaffold import left_to_write


def test_nothing_is_left_to_write() -> None:
    assert [*left_to_write()] == []
