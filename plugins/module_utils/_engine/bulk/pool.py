# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads that send requests, owned by one coordinator."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Protocol, TypeVar

from ..errors import EngineError
from .cancellation import TICK, Cancellation

T = TypeVar("T")
Job = tuple[Callable[[], T], Callable[[T], None]]
"""What a thread does, and what the coordinator then does with its result."""

GRACE = 4.0  # seconds that requests in flight have to finish after the task was stopped


class Pool(Protocol):
    """Run jobs, and return their results to the coordinator, the only thread that changes its state."""

    workers: int
    in_flight: int

    def submit(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Start ``job``; ``done`` is called with its result from :meth:`collect`."""

    def collect(self) -> None:
        """Wait for one job, and pass on its result; raise its exception if it failed."""

    def __enter__(self) -> Pool:
        """Own the jobs until the block ends."""

    def __exit__(self, *exc: Any) -> None:
        """End or drop the jobs in flight; results that still arrive are passed on."""


def run_job(pool: Pool, job: Callable[[], T]) -> T:
    """Run one job while nothing else is in flight; return its result."""
    results: list[T] = []
    pool.submit(job, results.append)
    pool.collect()
    return results[0]


def run_jobs(pool: Pool, jobs: Iterable[Job[T]]) -> None:
    """Run jobs, as many at a time as there are workers, and pass on the result of each."""
    for job, done in jobs:
        while pool.in_flight == pool.workers:
            pool.collect()
        pool.submit(job, done)
    while pool.in_flight:
        pool.collect()


class ThreadPool:
    """Run jobs in daemon threads.

    It does not use an executor of the standard library, because the interpreter joins its threads at exit. A stopped
    task would then wait for its slowest request. ``on_tick`` is called in the coordinator's thread after each result,
    and at least every ``TICK`` seconds while it waits for one; :meth:`collect` raises its exceptions.
    """

    def __init__(self, *, workers: int, cancellation: Cancellation, on_tick: Callable[[], None] | None = None) -> None:
        self.workers = workers
        self.in_flight = 0
        self._cancellation = cancellation
        self._on_tick = on_tick or (lambda: None)
        self._threads = 0
        self._jobs: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Callable[[], None] | BaseException] = queue.SimpleQueue()

    def submit(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        def work() -> Callable[[], None]:
            result = job()
            return lambda: done(result)

        self.in_flight += 1
        self._jobs.put(work)
        if self._threads < min(self.in_flight, self.workers):
            self._threads += 1
            threading.Thread(target=self._work, name=f"tidy.spaces-{self._threads}", daemon=True).start()

    def collect(self) -> None:
        while True:
            self._cancellation.check()
            try:
                outcome = self._results.get(timeout=TICK)
            except queue.Empty:
                self._on_tick()
                continue
            self.in_flight -= 1
            if isinstance(outcome, BaseException):
                raise outcome
            outcome()
            self._on_tick()  # last, so that the result is counted even if this raises
            return

    def __enter__(self) -> ThreadPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _exc: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._cancellation.set("Another request of this task failed.")
                self._drain()
        finally:
            for _thread in range(self._threads):
                self._jobs.put(None)

    def _drain(self) -> None:
        """Pass on results that still arrive, so that they are counted; drop their errors in favour of the first one."""
        deadline = time.monotonic() + GRACE
        while self.in_flight:
            try:
                outcome = self._results.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return
            self.in_flight -= 1
            if not isinstance(outcome, BaseException):
                with contextlib.suppress(EngineError):
                    outcome()

    def _work(self) -> None:
        while True:
            work = self._jobs.get()
            if work is None:
                return
            try:
                self._results.put(work())
            except BaseException as exc:  # the coordinator raises it, whatever it is, because this thread has no caller
                self._results.put(exc)
