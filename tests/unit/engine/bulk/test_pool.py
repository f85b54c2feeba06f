# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which thread does what, and what happens to jobs when a task ends early."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk import pool as workers
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import Pool, ThreadPool
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, Interrupted, LimitExceeded
from tests.unit.engine.serial_pool import SerialPool

LONG = 10  # seconds: how long a test waits for an event that never comes if the code is broken


@pytest.fixture
def cancellation() -> Cancellation:
    return Cancellation()


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Provide an event for jobs to wait on; it is set at the end, so that no job continues after its test."""
    event = threading.Event()
    yield event
    event.set()


def fail_with(exc: BaseException) -> None:
    raise exc


def end_early(pool: Pool, error: Exception, *jobs: tuple[Callable[[], Any], Callable[[Any], None]]) -> None:
    """Leave the block of a pool with an error, while these jobs are in flight."""
    with pool:
        for job, done in jobs:
            pool.submit(job, done)
        raise error


def test_a_serial_pool_works_in_the_callers_thread_when_it_collects() -> None:
    log: list[object] = []
    with SerialPool() as pool:
        pool.submit(lambda: log.append(threading.current_thread()) or "result", log.append)
        assert pool.in_flight == pool.workers == 1
        assert log == []
        pool.collect()
        assert pool.in_flight == 0
        pool.collect()
    assert log == [threading.current_thread(), "result"]


def test_a_serial_pool_raises_what_a_job_raised_and_goes_on() -> None:
    results: list[int] = []
    pool = SerialPool()
    pool.submit(lambda: fail_with(KeyError("x")), lambda _result: pytest.fail("there is no result"))
    with pytest.raises(KeyError):
        pool.collect()
    assert pool.in_flight == 0
    pool.submit(lambda: 1, results.append)
    pool.collect()
    assert results == [1]


def test_a_serial_pool_never_starts_a_job_that_was_not_collected() -> None:
    log: list[str] = []
    with pytest.raises(ValueError, match="stop"):
        end_early(SerialPool(), ValueError("stop"), (lambda: log.append("ran"), print))
    assert log == []


def test_jobs_run_in_threads_and_results_reach_the_coordinator(cancellation: Cancellation) -> None:
    ran: list[threading.Thread] = []
    handed: list[tuple[str, threading.Thread]] = []

    def job() -> str:
        ran.append(threading.current_thread())
        return "result"

    with ThreadPool(workers=2, cancellation=cancellation) as pool:
        pool.submit(job, lambda result: handed.append((result, threading.current_thread())))
        assert pool.in_flight == 1
        pool.collect()
        assert pool.in_flight == 0
    assert handed == [("result", threading.current_thread())]
    assert ran[0] is not threading.current_thread()
    assert ran[0].daemon
    ran[0].join(LONG)
    assert not ran[0].is_alive()
    cancellation.check()


def test_all_workers_work_at_once_and_there_are_no_more_of_them(cancellation: Cancellation) -> None:
    together = threading.Barrier(3)
    names: list[str] = []
    lock = threading.Lock()

    def job() -> None:
        with lock:
            names.append(threading.current_thread().name)
        together.wait(LONG)

    with ThreadPool(workers=3, cancellation=cancellation) as pool:
        for _each in range(12):
            pool.submit(job, lambda _result: None)
        while pool.in_flight:
            pool.collect()
    assert len(names) == 12
    assert len(set(names)) == 3


def test_a_thread_that_is_free_takes_the_next_job(cancellation: Cancellation) -> None:
    names: set[str] = set()
    with ThreadPool(workers=8, cancellation=cancellation) as pool:
        for _each in range(5):
            pool.submit(lambda: threading.current_thread().name, names.add)
            pool.collect()
    assert len(names) == 1


@pytest.mark.parametrize(
    "error", [EngineError("no"), KeyError("no"), SystemExit(3)], ids=lambda error: type(error).__name__
)
def test_an_exception_in_a_job_is_raised_in_the_coordinator(cancellation: Cancellation, error: BaseException) -> None:
    pool = ThreadPool(workers=1, cancellation=cancellation)
    pool.submit(lambda: fail_with(error), lambda _result: pytest.fail("there is no result"))
    with pytest.raises(type(error)) as caught:
        pool.collect()
    assert caught.value is error
    results: list[str] = []
    pool.submit(lambda: "still there", results.append)
    pool.collect()
    assert results == ["still there"]


def test_a_stopped_task_does_not_wait_for_its_jobs(
    cancellation: Cancellation, release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "TICK", 0.01)
    pool = ThreadPool(workers=1, cancellation=cancellation)

    def job() -> None:
        cancellation.set("stop")
        release.wait(LONG)

    pool.submit(job, lambda _result: pytest.fail("the job has not ended"))
    with pytest.raises(Interrupted, match="stop"):
        pool.collect()
    assert pool.in_flight == 1


def test_a_slow_job_is_waited_for_as_long_as_nothing_stops_the_task(
    cancellation: Cancellation, release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "TICK", 0.001)
    ticks: list[None] = []
    check = cancellation.check

    def tick() -> None:
        ticks.append(None)
        if len(ticks) == 5:
            release.set()
        check()

    monkeypatch.setattr(cancellation, "check", tick)
    results: list[bool] = []
    with ThreadPool(workers=1, cancellation=cancellation) as pool:
        pool.submit(lambda: release.wait(LONG), results.append)
        pool.collect()
    assert results == [True]
    assert len(ticks) >= 5


def test_results_that_arrive_after_an_error_are_counted(cancellation: Cancellation) -> None:
    arrived: list[str] = []

    def late(name: str) -> str:
        with pytest.raises(Interrupted, match="Another request of this task failed"):
            cancellation.sleep(LONG)
        return name

    pool = ThreadPool(workers=2, cancellation=cancellation)
    jobs = [(functools.partial(late, name), arrived.append) for name in ("one", "two")]
    with pytest.raises(LimitExceeded, match="too many"):
        end_early(pool, LimitExceeded("too many"), *jobs)
    assert sorted(arrived) == ["one", "two"]
    assert pool.in_flight == 0


@pytest.mark.parametrize("second", [EngineError("second"), RuntimeError("second")], ids=["engine", "other"])
def test_errors_that_arrive_later_come_second(cancellation: Cancellation, second: Exception) -> None:
    arrived: list[str] = []
    pool = ThreadPool(workers=1, cancellation=cancellation)
    jobs = [(lambda: fail_with(second), print), (lambda: "counted", arrived.append)]
    with pytest.raises(LimitExceeded, match="first"):
        end_early(pool, LimitExceeded("first"), *jobs)
    assert arrived == ["counted"]


def test_a_job_that_hangs_is_dropped_and_the_others_are_counted(
    cancellation: Cancellation, release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "GRACE", 0.02)
    arrived: list[object] = []
    hanging = threading.Event()

    def hang() -> None:
        hanging.set()
        release.wait(LONG)

    pool = ThreadPool(workers=1, cancellation=cancellation)
    pool.submit(lambda: "counted", arrived.append)
    pool.submit(hang, arrived.append)
    assert hanging.wait(LONG)
    with pytest.raises(ValueError, match="stop"):
        end_early(pool, ValueError("stop"))
    assert arrived == ["counted"]
    assert pool.in_flight == 1


def test_the_coordinator_ticks_after_each_result(cancellation: Cancellation) -> None:
    results: list[str] = []
    ticks: list[tuple[int, threading.Thread]] = []

    def tick() -> None:
        ticks.append((len(results), threading.current_thread()))

    with ThreadPool(workers=1, cancellation=cancellation, on_tick=tick) as pool:
        pool.submit(lambda: "result", results.append)
        pool.collect()
        pool.submit(lambda: "result", results.append)
        pool.collect()
    assert {thread for _results, thread in ticks} == {threading.current_thread()}
    assert {1, 2} <= {count for count, _thread in ticks}


def test_the_coordinator_ticks_while_a_job_takes_its_time(
    cancellation: Cancellation, release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "TICK", 0.001)
    ticks: list[None] = []

    def tick() -> None:
        ticks.append(None)
        if len(ticks) == 5:
            release.set()

    results: list[bool] = []
    with ThreadPool(workers=1, cancellation=cancellation, on_tick=tick) as pool:
        pool.submit(lambda: release.wait(LONG), results.append)
        pool.collect()
    assert results == [True]


def test_a_tick_that_fails_is_raised_and_loses_no_result(cancellation: Cancellation) -> None:
    results: list[str] = []
    pool = ThreadPool(workers=1, cancellation=cancellation, on_tick=lambda: fail_with(KeyError("heart")))
    pool.submit(lambda: "one", results.append)
    pool.submit(lambda: "two", results.append)

    def collect() -> None:
        with pool:
            pool.collect()

    with pytest.raises(KeyError, match="heart"):
        collect()
    assert results == ["one", "two"]
    assert pool.in_flight == 0


def test_a_tick_that_fails_during_a_wait_loses_no_result(
    cancellation: Cancellation, release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "TICK", 0.001)
    results: list[bool] = []

    def tick() -> None:
        release.set()
        raise KeyError("heart")

    pool = ThreadPool(workers=1, cancellation=cancellation, on_tick=tick)
    pool.submit(lambda: release.wait(LONG), results.append)

    def collect() -> None:
        with pool:
            pool.collect()

    with pytest.raises(KeyError, match="heart"):
        collect()
    assert results == [True]


@pytest.mark.parametrize("late", [False, True])
def test_no_tick_follows_an_error_of_a_job(
    cancellation: Cancellation, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    monkeypatch.setattr(workers, "TICK", LONG)  # or a busy machine would make it tick before
    pool = ThreadPool(workers=1, cancellation=cancellation, on_tick=lambda: pytest.fail("a tick"))
    if late:
        pool.submit(lambda: None, lambda _result: fail_with(EngineError("no")))
    else:
        pool.submit(lambda: fail_with(EngineError("no")), print)
    with pytest.raises(EngineError, match="no"):
        pool.collect()


def test_no_tick_follows_the_end_of_the_task(cancellation: Cancellation) -> None:
    arrived: list[str] = []
    pool = ThreadPool(workers=1, cancellation=cancellation, on_tick=lambda: pytest.fail("a tick"))
    with pytest.raises(LimitExceeded, match="too many"):
        end_early(pool, LimitExceeded("too many"), (lambda: "counted", arrived.append))
    assert arrived == ["counted"]


def test_threads_end_with_the_block(cancellation: Cancellation) -> None:
    threads: list[threading.Thread] = []
    together = threading.Barrier(3)

    def job() -> threading.Thread:
        together.wait(LONG)
        return threading.current_thread()

    pool = ThreadPool(workers=3, cancellation=cancellation)
    with pytest.raises(ValueError, match="stop"):
        end_early(pool, ValueError("stop"), *[(job, threads.append)] * 3)
    assert len(threads) == 3
    for thread in threads:
        thread.join(LONG)
        assert not thread.is_alive()
