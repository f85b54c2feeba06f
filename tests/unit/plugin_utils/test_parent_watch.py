# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker does not outlive its controller."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from ansible_collections.tidy.spaces.plugins.plugin_utils._parent_watch import end_with_controller

# A controller that has one worker, forked as Ansible forks its own; the worker says how it ends.
PROGRAM = """\
import multiprocessing, signal, threading, time
from ansible_collections.tidy.spaces.plugins.plugin_utils._parent_watch import end_with_controller

def say(number, _frame):
    print(signal.Signals(number).name, flush=True)
    raise SystemExit

def work():
    signal.signal(signal.SIGTERM, say)
    end_with_controller()
    print("at work", flush=True)
    {then}
    time.sleep({worked})
    print("done", flush=True)

worker = multiprocessing.get_context("fork").Process(target=work)
worker.start()
worker.join()
"""
LONG = 60.0  # seconds after which a worker was not ended


def controller(*, worked: float, then: str = "") -> subprocess.Popen[str]:
    """Start a controller whose worker works so long, and does something else first."""
    program = PROGRAM.format(worked=worked, then=then)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "at work\n"
    return process


@pytest.mark.usefixtures("default_signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP], ids=lambda number: number.name)
def test_a_worker_is_told_to_end_when_its_controller_has_ended(number: signal.Signals) -> None:
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
