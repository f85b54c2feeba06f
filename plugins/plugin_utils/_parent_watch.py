# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End a worker process when its controller has ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from functools import cache

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import TICK


@cache
def end_with_controller() -> None:
    """From now on, end this worker as soon as ``ansible-playbook`` has ended without ending it.

    Ansible ends its workers on Ctrl-C and SIGTERM. SIGKILL and SIGHUP end the controller alone, and a worker would go
    on with its task, and with all items of a loop. SIGTERM has Ansible's handler end the worker and whatever it has
    started: a module on this machine, or the ssh that leads to one.
    """
    controller = multiprocessing.parent_process()
    if controller is not None:  # otherwise this process is the controller itself
        threading.Thread(target=_watch, args=(controller.pid,), name="tidy.spaces-controller", daemon=True).start()


def _watch(controller: int | None) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are the main thread's, or do not wake it
    while os.getppid() == controller:
        time.sleep(TICK)
    os.kill(os.getpid(), signal.SIGTERM)
