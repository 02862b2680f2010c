"""Waiting for conditions with a deadline, never for a length of time."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def wait_until(condition: Callable[[], Value], what: str, seconds: float = 10) -> Value:
    """Returns the first truthy value of `condition`; fails, saying `what` was waited for, at the deadline."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}; last seen: {value!r}")
        time.sleep(0.01)
    return value
