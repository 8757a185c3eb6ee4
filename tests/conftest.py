"""Settings of all tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# The same examples on every machine and in every run, so that a red test is red for everybody; no deadline, since the
# machine may be shared. "deep" is ten times as many where a test takes `edits.examples`, for make test-all;
# "search" tries new ones in every run: pytest --hypothesis-profile=search
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("deep", derandomize=True, deadline=None, database=None, max_examples=1_000)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("repeatable")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A client of two processes of a local cluster, which give a task up once a worker has died over it."""
    distributed = pytest.importorskip("distributed", reason="dask is an extra")
    dask = pytest.importorskip("dask")
    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.worker.memory.terminate": False}
    with (
        dask.config.set(settings),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local,
        distributed.Client(local) as client,
    ):
        yield client
