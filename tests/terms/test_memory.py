"""What is remembered is what was made; the oldest is forgotten, and faults are."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.terms.collecting import uncollected
from lifecircle.terms.memory import Remembering


@given(st.lists(st.integers(0, 9)), st.integers(1, 5))
def test_it_tells_what_would_be_made(asked: list[int], most: int) -> None:
    memory = Remembering(most)
    last: list[int] = []
    for number in asked:
        made: list[int] = []

        def make(number: int = number, made: list[int] = made) -> int:
            made.append(number)
            return number * number

        assert memory(number, make) == number * number
        assert bool(made) == (number not in last)
        last = [*(one for one in last if one != number), number][-most:]
        assert len(memory) == len(last)


def test_what_failed_is_tried_again() -> None:
    memory = Remembering(3)
    with pytest.raises(ZeroDivisionError):
        memory("key", lambda: 1 // 0)
    assert memory("key", lambda: 5) == 5


def test_the_collector_rests_until_the_last_is_done() -> None:
    together = Barrier(2, timeout=10)

    def work() -> bool:
        with uncollected(), uncollected():
            together.wait()
            rested = not gc.isenabled()
            together.wait()
            return rested

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: work(), range(2))) == [True, True]
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()
