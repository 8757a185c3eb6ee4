"""Many hands: the strips of a pass over all pairs, handed to the workers of an executor.

Threads of this process share the problem. Workers elsewhere (processes, machines) get to know it once: a task names the
problem, a worker that does not know it says so, and the task is handed out again with the problem in it. A strip whose
worker is lost is handed out once more and then done by the caller. So an executor neither changes nor loses what a pass
finds; and what is wrong with the problem itself, such as a function that raises, surfaces as it does without one.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import blake2b
from threading import Lock
from typing import Any, TypeVar

from mentormatch.errors import Finding, MentormatchError, ProgramError
from mentormatch.problem import Problem

Found = TypeVar("Found")
Strip = tuple[int, int, tuple[Any, ...]]
"""The first mentor, the last (exclusive), and what is known before the strip is looked at."""

_TRIES = 2


class Hands:
    """An executor, and the problem that it was told about last."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._told: tuple[Problem, _Parcel] | None = None
        self._works = False

    def each(
        self, work: Callable[..., Found], problem: Problem, settings: object, wave: Sequence[Strip]
    ) -> Iterator[Found]:
        """What ``work(problem, settings, start, stop, *known)`` finds in each strip, in order.

        Raises PicklingError where other processes cannot be told about the problem, and ProgramError where they cannot
        read what they are told, or where the executor takes no work to begin with.
        """
        parcel = None if isinstance(self._executor, ThreadPoolExecutor) else self._parcel(problem)
        carried = problem if parcel is None else parcel.named
        jobs = [_Job(work, carried, settings, *strip) for strip in wave]
        tasks = [self._submitted(job) for job in jobs]
        try:
            for job, task in zip(jobs, tasks, strict=True):
                yield self._found(job, task, problem, parcel)
        finally:
            for task in tasks:
                task.cancel()

    def _parcel(self, problem: Problem) -> _Parcel:
        if self._told is None or self._told[0] is not problem:
            self._told = problem, _Parcel.of(problem)
        return self._told[1]

    def _submitted(self, job: _Job) -> Future[Any]:
        try:
            task = self._executor.submit(job)
        except Exception as error:
            if not self._works:
                expected = f"the executor takes no work ({type(error).__name__}: {error})"
                raise ProgramError(Finding("executor", expected, where="executor")) from error
            task = Future()
            task.set_exception(error)
        self._works = True
        return task

    def _found(self, job: _Job, task: Future[Any], problem: Problem, parcel: _Parcel | None) -> Any:
        lost = 0
        while True:
            try:
                found = task.result()
            except MentormatchError:
                break
            except Exception:  # each executor has its own words for a worker that is gone
                lost += 1
            else:
                if isinstance(found, _Unreadable):
                    raise ProgramError(found.finding())
                if not isinstance(found, _Unknown):
                    return found
                assert parcel is not None
                job = replace(job, problem=parcel)
            if lost == _TRIES:
                break
            task = self._submitted(job)
        return replace(job, problem=problem)()


@dataclass(frozen=True, eq=False, repr=False)
class _Job:
    """A strip to be worked on, wherever it gets to."""

    work: Callable[..., Any]
    problem: Problem | _Parcel
    settings: object
    start: int
    stop: int
    known: tuple[Any, ...]

    def __call__(self) -> Any:
        problem = self.problem.opened() if isinstance(self.problem, _Parcel) else self.problem
        if not isinstance(problem, Problem):
            return problem
        return self.work(problem, self.settings, self.start, self.stop, *self.known)


class _Unknown:
    """What a worker says that was not told about the problem."""


@dataclass(frozen=True)
class _Unreadable:
    """What a worker says that cannot make a problem of what it was told."""

    reason: str

    def finding(self) -> Finding:
        expected = f"the workers cannot read the scores ({self.reason})"
        hint = "they need this library, and functions of custom rules in a module that they can import"
        return Finding("executor", expected, where="executor", hint=hint)


@dataclass(frozen=True, repr=False)
class _Parcel:
    """A problem on its way to other processes: its name, which no other problem has, and itself, None where only named.

    A process keeps the last problem that it was told about.
    """

    name: bytes
    content: bytes | None

    @classmethod
    def of(cls, problem: Problem) -> _Parcel:
        """The problem, packed. Raises PicklingError."""
        content = zlib.compress(_pickled(problem), 1)
        return cls(blake2b(content, digest_size=16).digest(), content)

    @property
    def named(self) -> _Parcel:
        """The parcel without its content."""
        return replace(self, content=None)

    def opened(self) -> Problem | _Unknown | _Unreadable:
        """The problem, if this process knows it or is told now."""
        with _LOCK:
            if self.name not in _KNOWN:
                if self.content is None:
                    return _Unknown()
                try:
                    found = pickle.loads(zlib.decompress(self.content))
                except Exception as error:
                    return _Unreadable(f"{type(error).__name__}: {error}")
                _KNOWN.clear()
                _KNOWN[self.name] = found
            return _KNOWN[self.name]


_LOCK = Lock()
_KNOWN: dict[bytes, Problem] = {}


def _pickled(problem: Problem) -> bytes:
    """The problem in bytes, functions that no module has included where cloudpickle (which dask brings) is there."""
    try:
        found = pickle.dumps(problem, protocol=5)
    except Exception as error:
        try:
            import cloudpickle
        except ImportError:
            raise pickle.PicklingError(str(error)) from error
    else:
        if b"__main__" not in found:
            return found
        try:
            import cloudpickle
        except ImportError:
            return found
    try:
        by_value: bytes = cloudpickle.dumps(problem, protocol=5)
    except Exception as error:
        raise pickle.PicklingError(str(error)) from error
    return by_value
