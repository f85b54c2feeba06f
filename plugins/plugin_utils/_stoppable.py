# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a task so that its timeout can stop it and the result still reports what was done."""

from __future__ import annotations

import threading

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.execute import Errand
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import TICK, Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import GRACE
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Interrupted

LAST_WORDS = GRACE + 1.0  # seconds that a stopped task gets to see what became of its requests


def run_in_thread(errand: Errand, *, cancellation: Cancellation, timeout: int) -> bool:
    """Prepare and run an errand; tell whether it was in time.

    Ansible's timeout raises an exception in the main thread, wherever that is. So the errand has a thread of its own,
    where none of its counts can be left half done.
    """
    ended = threading.Event()

    def work() -> None:
        try:
            errand.prepare()
            errand.run()
        finally:
            ended.set()

    try:
        threading.Thread(target=work, name="tidy.spaces", daemon=True).start()
        while not ended.wait(TICK):  # a signal that meets another thread is handled when this one wakes
            pass
    except BaseException as exc:
        timed_out = not isinstance(exc, (Exception, KeyboardInterrupt, SystemExit, GeneratorExit))
        cause = f"The task's timeout of {timeout} s ended it" if timed_out else "The task was stopped"
        reason = f"{cause}; what it had not done yet is left as it is."
        cancellation.set(reason)
        ended.wait(LAST_WORDS)
        if not timed_out:
            raise
        if not errand.finished:
            errand.fail(Interrupted(reason))
            return False
    return True
