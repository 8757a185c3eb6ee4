"""Threads of the library's own for passes over all pairs, where there are enough pairs for them to help."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any

MANY = 1 << 23
"""Fewer pairs are done before threads would have begun."""


@contextmanager
def workers(executor: Executor | None, pairs: int) -> Iterator[Executor | None]:
    """The executor that is given, else a thread for each processor; None where one thread does as well.

    While threads of this process share the work, each matrix product is computed by one thread: several threads, each
    with several for its products, wait for one another most of the time.
    """
    if executor is not None and not isinstance(executor, ThreadPoolExecutor):
        yield executor
    elif executor is not None:
        with _ONE_EACH:
            yield executor
    elif pairs <= MANY or processors() == 1:
        yield None
    else:
        with _ONE_EACH, ThreadPoolExecutor(processors()) as pool:
            yield pool


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _OneEach:
    """While anybody is inside, matrix products of this process have one thread; then as many as before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._limits: Any = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                from threadpoolctl import threadpool_limits

                self._limits = threadpool_limits(1, user_api="blas")

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limits.restore_original_limits()


_ONE_EACH = _OneEach()
