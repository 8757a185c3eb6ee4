"""Threads of the library's own change no result, and leave the process as it was."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info

import mentormatch as mm
from mentormatch import threads
from mentormatch.threads import workers


def product_threads() -> list[int]:
    """How many threads matrix products have now, library by library."""
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def hired(pairs: int, executor: Executor | None = None) -> Executor | None:
    """Who would share the work."""
    with workers(executor, pairs) as found:
        return found


def test_threads_are_hired_where_they_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pairs and a single processor need none, and an executor that is given is taken."""
    monkeypatch.setattr(threads, "processors", lambda: 2)
    assert hired(threads.MANY) is None
    assert isinstance(hired(threads.MANY + 1), ThreadPoolExecutor)
    with ThreadPoolExecutor(1) as own:
        assert hired(1, own) is own
    monkeypatch.setattr(threads, "processors", lambda: 1)
    assert hired(threads.MANY + 1) is None


def test_products_have_one_thread_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where two calls overlap, and as many as before afterwards, whatever is raised."""
    monkeypatch.setattr(threads, "processors", lambda: 2)
    before = product_threads()
    outer, inner = workers(None, threads.MANY + 1), workers(None, threads.MANY + 1)
    outer.__enter__()
    inner.__enter__()
    assert set(product_threads()) == {1}
    outer.__exit__(None, None, None)
    assert set(product_threads()) == {1}
    inner.__exit__(None, None, None)
    assert product_threads() == before
    with pytest.raises(KeyError), workers(None, threads.MANY + 1):
        raise KeyError
    assert product_threads() == before


def test_threads_change_neither_matching_nor_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pairs and prices, and a proof that is refused where it should be, with threads and without."""
    points = np.random.default_rng(3).integers(-1, 40, (60, 80))
    scores = mm.ScoreMatrix.from_array(np.where(points < 0, 0, points), allowed=points >= 0)
    alone = mm.solve(scores)
    monkeypatch.setattr(threads, "processors", lambda: 3)
    monkeypatch.setattr(threads, "MANY", 0)
    monkeypatch.setattr("mentormatch.proof._STRIP", 500)
    monkeypatch.setattr("mentormatch.proof._TALL", 1)
    together = mm.solve(scores)
    assert together == alone
    assert np.array_equal(together.proof.mentor_prices, alone.proof.mentor_prices)
    assert together.verify()
    low = mm.ScoreMatrix.from_array(np.where(points < 0, 0, points + (points == 39)), allowed=points >= 0)
    with_threads = together.verify(low)
    monkeypatch.setattr(threads, "MANY", 1 << 24)
    assert not with_threads
    assert with_threads == together.verify(low)


def test_little_memory_is_for_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that is enough without threads is enough."""
    scores = mm.ScoreMatrix.from_array(np.random.default_rng(4).integers(0, 40, (600, 700)))
    smallest = (1 << 15) * 96 + (1 << 16) * 64
    alone = mm.solve(scores, memory_limit=smallest)
    monkeypatch.setattr(threads, "processors", lambda: 3)
    monkeypatch.setattr(threads, "MANY", 0)
    assert mm.solve(scores, memory_limit=smallest) == alone
