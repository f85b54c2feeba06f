# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Give a task that runs in a worker of the controller what a module gets from having its own process.

This is its environment, its timeout, and its end when nobody waits for it any more. Nothing of Ansible is imported
here, because the controller's part of Ansible changes how a module in the same process warns.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import TICK, Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import GRACE
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Interrupted

STOP_TIME = GRACE + 1.0  # seconds that a stopped task has to find out the outcome of its requests


@contextlib.contextmanager
def environment_applied(environment: Mapping[str, Any]) -> Iterator[None]:
    """Set environment variables, and restore the old ones at the end."""
    before = {name: os.environ.get(name) for name in environment}
    try:
        os.environ.update({name: str(value) for name, value in environment.items()})
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_in_thread(work: Callable[[], None], *, cancellation: Cancellation, timeout: int) -> None:
    """Run a task; raise :class:`Interrupted` if its timeout, in seconds, ended it.

    Ansible's timeout raises an exception in the main thread, wherever that is. So the task has a thread of its own, in
    which no exception can interrupt the counting of what was done. A stopped task may still be running afterwards.
    """
    ended = threading.Event()

    def run() -> None:
        try:
            work()
        finally:
            ended.set()

    try:
        threading.Thread(target=run, name="tidy.spaces", daemon=True).start()
        while not ended.wait(TICK):  # if another thread receives a signal, it is handled when this one wakes up
            pass
    except BaseException as exc:
        timed_out = not isinstance(exc, (Exception, KeyboardInterrupt, SystemExit, GeneratorExit))
        cause = f"The task's timeout of {timeout} s ended it" if timed_out else "The task was stopped"
        reason = f"{cause}; anything that it had not done yet is left as it is."
        cancellation.set(reason)
        ended.wait(STOP_TIME)
        if not timed_out:
            raise
        raise Interrupted(reason) from None


@cache
def end_with_controller() -> None:
    """From now on, end this worker as soon as ``ansible-playbook`` has ended without ending it.

    Ansible ends its workers on Ctrl-C and SIGTERM. SIGKILL and SIGHUP end only the controller; a worker would continue
    with its task, and with all items of a loop. On SIGTERM, Ansible's handler ends the worker and everything that it
    has started: a module on this machine, or the ssh process of a remote one.
    """
    controller = multiprocessing.parent_process()
    if controller is not None:  # otherwise this process is the controller itself
        threading.Thread(
            target=_watch_controller, args=(controller.pid,), name="tidy.spaces-controller", daemon=True
        ).start()


def _watch_controller(controller: int | None) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # or they would not wake the main thread
    while os.getppid() == controller:
        time.sleep(TICK)
    os.kill(os.getpid(), signal.SIGTERM)
