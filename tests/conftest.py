"""Settings of all tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine and in every run, so that a red test is red for everybody; nothing is timed, since
# the machine may be shared. "deep" is ten times as many where a test takes `edits.examples`, for make test-all;
# "search" tries new ones in every run: pytest --hypothesis-profile=search
ANY_PACE: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("repeatable", derandomize=True, database=None, **ANY_PACE)
settings.register_profile("deep", derandomize=True, database=None, max_examples=1_000, **ANY_PACE)
settings.register_profile("search", max_examples=2_000, **ANY_PACE)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """No test may need another before it: make test-all runs them in an order that a number draws."""
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run files, and the tests of each, in another order")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files in an order drawn by the seed, and the tests of each file, which may share what is costly to start."""
    if (seed := config.getoption("--shuffle")) is None:
        return
    chance = random.Random(seed)
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    drawn = [files[path] for path in chance.sample(sorted(files), len(files))]
    items[:] = [item for tests in drawn for item in chance.sample(tests, len(tests))]


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
