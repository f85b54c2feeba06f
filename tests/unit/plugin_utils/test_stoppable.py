# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an exception from outside does to a task, wherever it strikes the main thread."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, Interrupted
from ansible_collections.tidy.spaces.plugins.plugin_utils._stoppable import run_in_thread

LONG = 60.0  # seconds after which what was waited for will not come


class TimeIsUp(BaseException):
    """Like Ansible's own, which is no Exception either."""


class Errand:
    """Stands in for the errand, whose own tests are elsewhere."""

    def __init__(self, work: Callable[[], bool]) -> None:
        self.finished = False
        self.errors: list[EngineError] = []
        self._work = work

    def prepare(self) -> None:
        """Need nothing."""

    def run(self) -> None:
        self.finished = self._work()

    def fail(self, error: EngineError) -> None:
        self.errors.append(error)


@pytest.fixture
def strike() -> Iterator[Callable[[BaseException], None]]:
    """Raise an exception in the main thread, soon."""
    handler = signal.getsignal(signal.SIGALRM)

    def strike(error: BaseException) -> None:
        def on_alarm(_number: int, _frame: Any) -> None:
            raise error

        signal.signal(signal.SIGALRM, on_alarm)
        signal.setitimer(signal.ITIMER_REAL, 0.05)

    yield strike
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


def until_stopped(cancellation: Cancellation, *, then: bool) -> Callable[[], bool]:
    """Work until the task is stopped; then be done with it, or not."""

    def work() -> bool:
        with pytest.raises(Interrupted):
            cancellation.sleep(LONG)
        return then

    return work


def test_an_errand_that_ends_by_itself_was_in_time() -> None:
    main = threading.current_thread()
    errand: Any = Errand(lambda: threading.current_thread() is not main)
    assert run_in_thread(errand, cancellation=Cancellation(), timeout=0)
    assert errand.finished
    assert errand.errors == []


def test_a_timeout_stops_the_errand_and_says_so(strike: Callable[[BaseException], None]) -> None:
    cancellation = Cancellation()
    errand: Any = Errand(until_stopped(cancellation, then=False))
    strike(TimeIsUp())
    assert not run_in_thread(errand, cancellation=cancellation, timeout=7)
    [error] = errand.errors
    assert str(error) == "The task's timeout of 7 s ended it; what it had not done yet is left as it is."


def test_a_timeout_whose_signal_meets_another_thread_stops_the_errand(strike: Callable[[BaseException], None]) -> None:
    cancellation = Cancellation()
    stopped = threading.Event()

    def work() -> bool:
        time.sleep(0.3)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGALRM)  # which wakes no other thread
        until_stopped(cancellation, then=False)()
        stopped.set()
        return False

    errand: Any = Errand(work)
    strike(TimeIsUp())
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert not run_in_thread(errand, cancellation=cancellation, timeout=7)
    assert stopped.is_set()


def test_an_errand_that_was_done_all_the_same_was_in_time(strike: Callable[[BaseException], None]) -> None:
    cancellation = Cancellation()
    errand: Any = Errand(until_stopped(cancellation, then=True))
    strike(TimeIsUp())
    assert run_in_thread(errand, cancellation=cancellation, timeout=7)
    assert errand.errors == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), ZeroDivisionError()], ids=repr)
def test_any_other_exception_stops_the_errand_and_goes_on(
    strike: Callable[[BaseException], None], error: BaseException
) -> None:
    cancellation = Cancellation()
    ended = threading.Event()

    def work() -> bool:
        until_stopped(cancellation, then=False)()
        ended.set()
        return False

    strike(error)
    with pytest.raises(type(error)):
        run_in_thread(Errand(work), cancellation=cancellation, timeout=7)  # type: ignore[arg-type]
    assert ended.is_set()
