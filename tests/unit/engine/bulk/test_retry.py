# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests are repeated and given up."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterable

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.limits import ConcurrencyLimiter, RateLimiter
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.retry import Retrier
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Cause,
    Denied,
    Interrupted,
    NotFound,
    RequestFailed,
    RetriesExhausted,
    Transient,
)
from tests.unit.engine.workbench import (
    BROKEN,
    DENIED,
    SILENT,
    SLOW_DOWN,
    UNREACHABLE,
    Instant,
    StopsWhileAsleep,
    Watched,
    must_not_wait,
)


class Script:
    """A request that meets these outcomes, the last of them for ever."""

    def __init__(self, outcomes: Iterable[RequestFailed | str]) -> None:
        self._outcomes = list(outcomes)
        self.attempts = 0

    def __call__(self) -> str:
        outcome = self._outcomes[min(self.attempts, len(self._outcomes) - 1)]
        self.attempts += 1
        if isinstance(outcome, str):
            return outcome
        raise outcome.with_traceback(None)  # or it would grow with every attempt


@pytest.fixture
def instant() -> Instant:
    return Instant()


def caller_of(cancellation: Cancellation, *, retries: int = 8, limiter: ConcurrencyLimiter | None = None) -> Retrier:
    limiter = limiter or ConcurrencyLimiter(most=4, rate_limiter=RateLimiter(None), cancellation=cancellation)
    return Retrier(limiter=limiter, retries=retries, cancellation=cancellation)


def test_a_request_is_repeated_until_it_is_answered(instant: Instant) -> None:
    script = Script([BROKEN, SLOW_DOWN, UNREACHABLE, "done"])
    assert caller_of(instant)(script) == "done"
    assert script.attempts == 4
    assert len(instant.slept) == 3


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_a_request_is_given_up_after_its_retries(instant: Instant, retries: int) -> None:
    script = Script([BROKEN])
    with pytest.raises(RetriesExhausted) as caught:
        caller_of(instant, retries=retries)(script)
    assert script.attempts == 1 + retries
    assert len(instant.slept) == retries
    assert str(caught.value) == f"Gave up after {1 + retries} attempts. We encountered an internal error."
    assert caught.value.code == "InternalError"
    assert not caught.value.cause.unavailable


@pytest.mark.parametrize("last", [SLOW_DOWN, UNREACHABLE])
def test_giving_up_reports_that_the_store_is_unavailable(instant: Instant, last: Transient) -> None:
    with pytest.raises(RetriesExhausted) as caught:
        caller_of(instant, retries=1)(Script([BROKEN, last]))
    assert caught.value.cause.unavailable
    with pytest.raises(RetriesExhausted) as caught:
        caller_of(instant, retries=1)(Script([last, BROKEN]))
    assert not caught.value.cause.unavailable


def test_a_store_that_never_replied_is_given_up_early(instant: Instant) -> None:
    script = Script([UNREACHABLE])
    with pytest.raises(RetriesExhausted, match="after 3 attempts"):
        caller_of(instant, retries=8)(script)
    assert script.attempts == 3


@pytest.mark.parametrize(
    "reply",
    [
        "done",
        BROKEN,
        SLOW_DOWN,
        Denied("You may not.", code="AccessDenied"),
        NotFound("It is not there.", code="NoSuchKey"),
    ],
    ids=["done", "broken", "slow_down", "denied", "gone"],
)
def test_a_store_that_replied_once_gets_every_attempt(instant: Instant, reply: RequestFailed | str) -> None:
    retrier = caller_of(instant, retries=4)
    if isinstance(reply, Transient):
        script = Script([reply, UNREACHABLE])
    else:
        script = Script([UNREACHABLE])
        with contextlib.suppress(RequestFailed):
            retrier(Script([reply]))
    with pytest.raises(RetriesExhausted):
        retrier(script)
    assert script.attempts == 5


@pytest.mark.parametrize("error", [DENIED, NotFound("It is not there.", code="NoSuchKey")], ids=["denied", "gone"])
def test_a_final_answer_is_not_asked_for_again(instant: Instant, error: RequestFailed) -> None:
    script = Script([error])
    with pytest.raises(type(error)) as caught:
        caller_of(instant)(script)
    assert caught.value is error
    assert script.attempts == 1


def test_delays_double_up_to_the_longest_and_are_jittered(instant: Instant, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds: set[tuple[float, float]] = set()

    def highest(low: float, high: float) -> float:
        bounds.add((low, high))
        return high

    monkeypatch.setattr(random, "uniform", highest)
    with pytest.raises(RetriesExhausted):
        caller_of(instant, retries=9)(Script([BROKEN]))
    assert instant.slept == [0.25, 0.5, 1, 2, 4, 8, 16, 20, 20]
    assert bounds == {(0.5, 1)}
    instant.slept.clear()
    monkeypatch.setattr(random, "uniform", lambda low, _high: low)
    with pytest.raises(RetriesExhausted):
        caller_of(instant, retries=9)(Script([BROKEN]))
    assert instant.slept == [0.125, 0.25, 0.5, 1, 2, 4, 8, 10, 10]


def test_the_most_patient_task_ends_by_giving_up(instant: Instant) -> None:
    with pytest.raises(RetriesExhausted, match="after 1501 attempts"):
        caller_of(instant, retries=1500)(Script([BROKEN]))


@pytest.mark.parametrize(("asked", "slept"), [(7.0, 7.0), (0.01, 0.25), (0.0, 0.25), (-5.0, 0.25), (86400.0, 120.0)])
def test_a_store_may_ask_for_a_longer_pause(
    instant: Instant, monkeypatch: pytest.MonkeyPatch, asked: float, slept: float
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    busy = Transient("Busy.", code="SlowDown", cause=Cause.OVERLOADED, retry_after=asked)
    caller_of(instant)(Script([busy, "done"]))
    assert instant.slept == [slept]


def test_only_a_store_that_refuses_for_load_halves_the_limit(instant: Instant) -> None:
    limiter = ConcurrencyLimiter(most=8, rate_limiter=RateLimiter(None), cancellation=instant)
    retrier = caller_of(instant, retries=0, limiter=limiter)
    with pytest.raises(RetriesExhausted):
        retrier(Script([BROKEN]))
    assert limiter.allowed == 8
    with pytest.raises(RetriesExhausted):
        retrier(Script([SLOW_DOWN]))
    assert limiter.allowed == 4
    for _each in range(4):
        retrier(Script(["done"]))
    assert limiter.allowed == 4
    retrier(Script(["done"]))
    assert limiter.allowed == 5


def test_a_task_stopped_during_backoff_sends_nothing_more() -> None:
    script = Script([BROKEN])
    with pytest.raises(Interrupted, match="stop"):
        caller_of(StopsWhileAsleep())(script)
    assert script.attempts == 1


class WorksWhileAsleep(Instant):
    def __init__(self) -> None:
        super().__init__()
        self.work: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        if seconds:
            self.work()
        super().sleep(seconds)


def test_a_request_that_backs_off_leaves_its_place_to_others() -> None:
    cancellation = WorksWhileAsleep()
    limiter = ConcurrencyLimiter(most=1, rate_limiter=RateLimiter(None), cancellation=cancellation)
    limiter._condition = Watched(must_not_wait)
    retrier = caller_of(cancellation, limiter=limiter)
    other = Script(["other"])
    cancellation.work = lambda: retrier(other)
    assert retrier(Script([BROKEN, "done"])) == "done"
    assert other.attempts == 1


@pytest.mark.parametrize(("first", "uncertain"), [(SILENT, True), (SLOW_DOWN, False)])
def test_an_error_shows_whether_an_earlier_attempt_may_have_worked(
    instant: Instant, first: Transient, uncertain: bool
) -> None:
    for last in (Denied("No.", code="AccessDenied"), SLOW_DOWN):
        with pytest.raises(RequestFailed) as raised:
            caller_of(instant, retries=1)(Script([first, last]))
        assert raised.value.uncertain == uncertain


@pytest.mark.parametrize(("error", "uncertain"), [(SILENT, True), (SLOW_DOWN, False)])
def test_a_task_stopped_during_backoff_knows_whether_an_attempt_may_have_worked(
    error: Transient, uncertain: bool
) -> None:
    with pytest.raises(Interrupted) as raised:
        caller_of(StopsWhileAsleep())(Script([error]))
    assert raised.value.uncertain == uncertain


def test_it_says_which_attempt_comes_next_and_why() -> None:
    class Watching(Instant):
        def sleep(self, seconds: float) -> None:
            if seconds:
                waits.append(retrier.waiting)

    waits: list[str] = []
    retrier = caller_of(Watching(), retries=2)
    retrier(Script([BROKEN, SLOW_DOWN, "done"]))
    assert waits == ["attempt 2 of 3 after InternalError", "attempt 3 of 3 after SlowDown"]
    assert retrier.waiting == ""
    with pytest.raises(RetriesExhausted):
        retrier(Script([BROKEN]))
    assert retrier.waiting == ""


def test_it_says_that_a_request_waits_for_its_turn() -> None:
    class Watching(Instant):
        def sleep(self, seconds: float) -> None:
            waits.append(retrier.waiting)
            super().sleep(seconds)

    waits: list[str] = []
    watching = Watching()
    limiter = ConcurrencyLimiter(most=4, rate_limiter=RateLimiter(0.01), cancellation=watching)
    retrier = caller_of(watching, limiter=limiter)
    for _request in range(2):
        retrier(Script(["done"]))
    assert waits == ["", "waiting for request_rate"]
    watching.set("stop")
    with pytest.raises(Interrupted):
        retrier(Script(["done"]))
    assert retrier.waiting == ""
