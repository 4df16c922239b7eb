"""What is large is read by another thread; what is small at once."""

import threading

from services.submissions.application.large_inputs import LARGE, run_in_thread_if_large


async def test_only_large_inputs_are_read_by_another_thread() -> None:
    here = threading.get_ident()
    assert await run_in_thread_if_large(LARGE, threading.get_ident) == here
    assert await run_in_thread_if_large(LARGE + 1, threading.get_ident) != here
