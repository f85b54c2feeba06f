# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests may start, and how they are stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.limits import ConcurrencyLimiter, RateLimiter
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Interrupted
from tests.unit.engine.workbench import Instant, Watched, must_not_wait

LONG = 10  # seconds: how long a test waits for an event that never comes if the code is broken


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def limiter_of(
    most: int, *, cancellation: Cancellation | None = None, clock: Callable[[], float] = lambda: 0.0
) -> ConcurrencyLimiter:
    return ConcurrencyLimiter(
        most=most, rate_limiter=RateLimiter(None), cancellation=cancellation or Instant(), clock=clock
    )


@pytest.fixture
def instant() -> Instant:
    return Instant()


def test_a_cancellation_keeps_its_first_reason() -> None:
    cancellation = Cancellation()
    cancellation.check()
    cancellation.set("first")
    cancellation.set("second")
    with pytest.raises(Interrupted, match="first"):
        cancellation.check()
    with pytest.raises(Interrupted, match="first"):
        cancellation.sleep(LONG)


def test_a_requested_cancellation_takes_effect_when_the_coordinator_looks() -> None:
    cancellation = Cancellation()
    cancellation.request("asked")
    cancellation.set("later")
    with pytest.raises(Interrupted, match="asked"):
        cancellation.check()
    another = Cancellation()
    another.request("asked")
    another.sleep(0)
    with pytest.raises(Interrupted, match="asked"):
        another.check()
    with pytest.raises(Interrupted, match="asked"):
        another.sleep(LONG)


def test_a_sleep_ends_when_the_task_is_stopped() -> None:
    cancellation = Cancellation()
    cancellation.sleep(0.001)
    heard: list[str] = []

    def sleep() -> None:
        try:
            cancellation.sleep(10 * LONG)
        except Interrupted as exc:
            heard.append(str(exc))

    sleeper = threading.Thread(target=sleep, daemon=True)
    sleeper.start()
    cancellation.set("stop")
    sleeper.join(LONG)
    assert heard == ["stop"]


def test_a_waiting_request_ends_when_the_task_is_stopped() -> None:
    cancellation = Cancellation()
    limiter = limiter_of(1, cancellation=cancellation)
    heard: list[str] = []

    def come() -> None:
        try:
            with limiter:
                heard.append("came")
        except Interrupted as exc:
            heard.append(str(exc))

    with limiter:
        late = threading.Thread(target=come, daemon=True)
        late.start()
        cancellation.set("stop")
        late.join(LONG)
        assert heard == ["stop"]
    with limiter_of(1):
        pass


def test_the_limiter_admits_as_many_requests_as_its_limit_and_no_more() -> None:
    blocked = threading.Event()
    limiter = limiter_of(3)
    limiter._condition = Watched(blocked.set)
    together = threading.Barrier(4)
    leave = threading.Event()
    order: list[str] = []

    def stay() -> None:
        with limiter:
            together.wait(LONG)
            assert leave.wait(LONG)
            order.append("left")

    def come() -> None:
        with limiter:
            order.append("came")

    threads = [threading.Thread(target=stay, daemon=True) for _each in range(3)]
    for thread in threads:
        thread.start()
    together.wait(LONG)
    late = threading.Thread(target=come, daemon=True)
    late.start()
    assert blocked.wait(LONG)
    assert order == []
    leave.set()
    for thread in [*threads, late]:
        thread.join(LONG)
    assert order.index("came") > 0
    assert sorted(order) == ["came", "left", "left", "left"]


def test_the_limit_is_halved_once_per_round_and_never_zero() -> None:
    clock = Clock()
    limiter = limiter_of(16, clock=clock)
    seen = []
    for clock.now in (0.0, 0.5, 0.99, 1.0, 1.5, 2.5, 4.0, 6.0, 8.0):
        limiter.on_throttled()
        seen.append(limiter.allowed)
    assert seen == [8, 8, 8, 4, 4, 2, 1, 1, 1]


def test_the_limit_grows_by_one_with_each_successful_round() -> None:
    clock = Clock()
    limiter = limiter_of(4, clock=clock)
    limiter.on_success()
    assert limiter.allowed == 4
    for clock.now in (0.0, 1.0, 2.0):
        limiter.on_throttled()
    assert limiter.allowed == 1
    seen = []
    for _each in range(12):
        limiter.on_success()
        seen.append(limiter.allowed)
    assert seen[:3] == [2, 2, 2]
    assert 3 in seen
    assert seen[-1] == 4


def test_a_limit_that_grows_admits_a_waiting_request() -> None:
    blocked = threading.Event()
    limiter = limiter_of(2)
    limiter._condition = Watched(blocked.set)
    limiter.on_throttled()
    came = threading.Event()

    def come() -> None:
        with limiter:
            came.set()

    with limiter:
        thread = threading.Thread(target=come, daemon=True)
        thread.start()
        assert blocked.wait(LONG)
        assert not came.is_set()
        limiter.on_success()
        assert came.wait(LONG)


def test_requests_get_evenly_spaced_slots_and_no_credit_for_idleness(instant: Instant) -> None:
    clock = Clock(100.0)
    limiter = ConcurrencyLimiter(most=9, rate_limiter=RateLimiter(4, clock=clock), cancellation=instant, clock=clock)
    for clock.now in (100.0, 100.0, 100.125, 200.0, 200.0):
        with limiter:
            pass
    assert instant.slept == [0.25, 0.375, 0.25]


def test_a_request_stopped_before_its_slot_gives_up_its_place(instant: Instant) -> None:
    limiter = ConcurrencyLimiter(most=1, rate_limiter=RateLimiter(None), cancellation=instant)
    limiter._condition = Watched(must_not_wait)
    instant.set("stop")
    for _each in range(3):
        with pytest.raises(Interrupted), limiter:
            pytest.fail("a request was sent after the task was stopped")


def test_a_request_that_fails_gives_up_its_place() -> None:
    limiter = limiter_of(1)
    limiter._condition = Watched(must_not_wait)
    for _each in range(3):
        with pytest.raises(KeyError), limiter:
            raise KeyError
