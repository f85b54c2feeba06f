# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task on the controller has in place of a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Interrupted
from ansible_collections.tidy.spaces.plugins.plugin_utils._controller import (
    end_with_controller,
    environment_applied,
    run_in_thread,
)

LONG = 60.0  # seconds after which what was waited for will not come

# A controller that has one worker, forked as Ansible forks its own; the worker prints how it ends.
PROGRAM = """\
import multiprocessing, signal, threading, time
from ansible_collections.tidy.spaces.plugins.plugin_utils._controller import end_with_controller

def report(number, _frame):
    print(signal.Signals(number).name, flush=True)
    raise SystemExit

def work():
    signal.signal(signal.SIGTERM, report)
    end_with_controller()
    print("at work", flush=True)
    {then}
    time.sleep({worked})
    print("done", flush=True)

worker = multiprocessing.get_context("fork").Process(target=work)
worker.start()
worker.join()
"""


class TimeIsUp(BaseException):
    """Like Ansible's own, which is no Exception either."""


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


def until_stopped(cancellation: Cancellation) -> None:
    """Work until the task is stopped."""
    with pytest.raises(Interrupted):
        cancellation.sleep(LONG)


def test_a_task_runs_in_another_thread() -> None:
    threads: list[threading.Thread] = []
    run_in_thread(lambda: threads.append(threading.current_thread()), cancellation=Cancellation(), timeout=0)
    assert threads != [threading.main_thread()]


def test_a_timeout_stops_the_task_and_is_named(strike: Callable[[BaseException], None]) -> None:
    cancellation = Cancellation()
    strike(TimeIsUp())
    with pytest.raises(
        Interrupted, match="timeout of 7 s ended it; anything that it had not done yet is left as it is"
    ):
        run_in_thread(lambda: until_stopped(cancellation), cancellation=cancellation, timeout=7)
    with pytest.raises(Interrupted):
        cancellation.check()


def test_a_timeout_whose_signal_meets_another_thread_stops_the_task(strike: Callable[[BaseException], None]) -> None:
    cancellation = Cancellation()
    stopped = threading.Event()

    def work() -> None:
        time.sleep(0.3)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGALRM)  # which wakes no other thread
        until_stopped(cancellation)
        stopped.set()

    strike(TimeIsUp())
    signal.setitimer(signal.ITIMER_REAL, 0)
    with pytest.raises(Interrupted):
        run_in_thread(work, cancellation=cancellation, timeout=7)
    assert stopped.is_set()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), ZeroDivisionError()], ids=repr)
def test_any_other_exception_stops_the_task_and_goes_on(
    strike: Callable[[BaseException], None], error: BaseException
) -> None:
    cancellation = Cancellation()
    ended = threading.Event()

    def work() -> None:
        until_stopped(cancellation)
        ended.set()

    strike(error)
    with pytest.raises(type(error)):
        run_in_thread(work, cancellation=cancellation, timeout=7)
    assert ended.is_set()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDY_KNOWN", "before")
    monkeypatch.delenv("TIDY_NEW", raising=False)


@pytest.mark.usefixtures("known")
def test_the_environment_is_set_within_and_restored_after() -> None:
    before = dict(os.environ)
    with environment_applied({"TIDY_KNOWN": "within", "TIDY_NEW": 7}):
        assert (os.environ["TIDY_KNOWN"], os.environ["TIDY_NEW"]) == ("within", "7")
        os.environ["TIDY_NEW"] = "changed by somebody"
    assert dict(os.environ) == before


@pytest.mark.usefixtures("known")
def test_the_environment_is_restored_after_an_error_too() -> None:
    before = dict(os.environ)
    with pytest.raises(KeyboardInterrupt), environment_applied({"TIDY_KNOWN": "within", "TIDY_NEW": "new"}):
        raise KeyboardInterrupt
    assert dict(os.environ) == before


@pytest.mark.usefixtures("known")
def test_an_invalid_variable_leaves_nothing_behind() -> None:
    before = dict(os.environ)
    with (
        pytest.raises(ValueError, match="embedded null"),
        environment_applied({"TIDY_NEW": "new", "TIDY_KNOWN": "a\0b"}),
    ):
        pass
    assert dict(os.environ) == before


def controller(*, worked: float, then: str = "") -> subprocess.Popen[str]:
    """Start a controller whose worker works so long, and does something else first."""
    program = PROGRAM.format(worked=worked, then=then)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "at work\n"
    return process


@pytest.mark.usefixtures("default_signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP], ids=lambda number: number.name)
def test_a_worker_ends_when_its_controller_has_ended(number: signal.Signals) -> None:
    process = controller(worked=LONG)
    process.send_signal(number)
    assert process.communicate()[0] == "SIGTERM\n"  # which ends only with the worker: it has the pipe, too


def test_the_worker_s_signals_wake_its_main_thread() -> None:
    """A signal that meets any other thread is not handled while the main thread waits."""
    read = (
        "time.sleep(0.5);"
        "[watch] = [each for each in threading.enumerate() if each is not threading.main_thread()];"
        "print(open(f'/proc/self/task/{watch.native_id}/status').read())"
    )
    output = controller(worked=0, then=read).communicate()[0]
    blocked = int(output.partition("SigBlk:")[2].split()[0], 16)
    assert all(blocked & 1 << number - 1 for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM))


def test_a_worker_with_a_controller_is_left_alone() -> None:
    process = controller(worked=1.0)
    assert process.communicate()[0] == "done\n"


def test_the_controller_itself_is_left_alone() -> None:
    threads = threading.active_count()
    end_with_controller()
    assert threading.active_count() == threads
