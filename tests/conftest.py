"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# The same examples on every machine and in every run, so that a red test is red for everybody; no deadline, since the
# machine may be shared. To search further: pytest --hypothesis-profile=search
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("repeatable")
