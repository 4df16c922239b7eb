"""What is large is read by another thread; what is small at once."""

import threading

from services.submissions.application.large_inputs import LARGE, read_aside


async def test_only_large_inputs_are_read_by_another_thread() -> None:
    here = threading.get_ident()
    assert await read_aside(LARGE, threading.get_ident) == here
    assert await read_aside(LARGE + 1, threading.get_ident) != here
