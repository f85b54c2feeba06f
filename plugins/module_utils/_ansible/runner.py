# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module in its own process; this is the only place where a module exits."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from .._engine.bulk.cancellation import Cancellation
from .context import Connections, TaskContext
from .execute import execute
from .spec import ModuleSpec

STOPPING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run(module: AnsibleModule, spec: ModuleSpec) -> None:
    """Execute the task and end the process with its result, whatever happens."""
    cancellation = Cancellation()
    _watch(cancellation)
    context = TaskContext(
        params=module.params,
        check_mode=module.check_mode,
        diff=module._diff,  # noqa: SLF001 - where AnsibleModule keeps the task's --diff
        environ=os.environ,
        add_secret=module.no_log_values.add,
        cancellation=cancellation,
        connections=Connections(),
    )
    result = execute(spec, context, before_run=_spare_the_garbage_collector)
    for warning in result.warnings:
        module.warn(remove_values(warning, module.no_log_values))  # Ansible does not censor warnings by itself
    if result.failure:
        module.fail_json(**result.as_dict())
    module.exit_json(**result.as_dict())


def _spare_the_garbage_collector() -> None:
    """Let it examine only new objects; imported ones stay anyway, and cost a fifth of the time of a long removal."""
    gc.freeze()
    gc.set_threshold(50_000)


def _watch(cancellation: Cancellation) -> None:
    """Stop the task on a signal, or when its output is no longer read.

    Ansible's ``timeout`` ends a task, but not its module's process, which would then run at the same time as the next
    task.
    """
    for number in STOPPING_SIGNALS:
        signal.signal(number, lambda received, _frame: cancellation.request(_stopped_by(received)))
    threading.Thread(target=_watch_reader, args=(cancellation,), name="tidy.spaces-reader", daemon=True).start()


def _stopped_by(number: int) -> str:
    return f"The task was stopped by {signal.Signals(number).name}; anything that it had not done yet is left as it is."


def _watch_reader(cancellation: Cancellation) -> None:
    poll = select.poll()
    poll.register(sys.__stdout__.fileno() if sys.__stdout__ else 1, 0)  # hang-ups are always reported
    if poll.poll():
        cancellation.set("The task's output is no longer read, because it was ended from outside.")
