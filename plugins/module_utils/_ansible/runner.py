# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way through a task: wire, run, report; alone here the module exits."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Protocol

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from .._engine.errors import EngineError
from .._engine.requests import Caller, Cancellation, Gate
from .._engine.workers import Pool, ThreadPool, ask
from .outcome import Outcome
from .requirements import require_botocore

if TYPE_CHECKING:
    from .._s3.client import Connection

Describe = Callable[[Any, Mapping[str, Any]], Outcome]
STOPPING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Operation(Protocol):
    """What a module does: :class:`Purge`, :class:`Creation`, :class:`Survey` and their kind."""

    def run(self) -> None:
        """Do it; raise :class:`EngineError` if it cannot be done in full."""

    def report(self) -> Any:
        """Tell what was done or found so far."""


class Workshop:
    """What an operation is built from: the store's adapters, and how requests to it are sent."""

    def __init__(self, module: AnsibleModule, cancellation: Cancellation) -> None:
        from .._s3.location import login_of
        from .._s3.settings import Settings

        login = login_of(module.params["endpoint_url"] or "")
        if login:  # it is refused, but Ansible shows a refused task's options
            module.no_log_values.update({login, login.rpartition(":")[2]})
        settings = Settings.from_params(module.params)
        gate = Gate(most=settings.workers, rate=settings.request_rate, cancellation=cancellation)
        self._settings = settings
        self._module = module
        self.params: Mapping[str, Any] = module.params
        self.check_mode: bool = module.check_mode
        self.cancellation = cancellation
        self.caller = Caller(gate=gate, retries=settings.retries, cancellation=cancellation)
        self.pool: Pool = ThreadPool(workers=settings.workers, cancellation=cancellation)

    @cached_property
    def connection(self) -> Connection:
        """The Space, resolved when it is first asked for: after every other option has been checked."""
        from .._s3.client import Connection

        conceal = self._module.no_log_values.add
        # In the pool, because the configuration may name a program that takes its time to find credentials.
        return ask(self.pool, lambda: Connection(settings=self._settings, environ=os.environ, conceal=conceal))


def run(module: AnsibleModule, *, build: Callable[[Workshop], Operation], describe: Describe) -> None:
    """Build the operation and run it; end the task with what ``describe`` makes of its report, whatever happens.

    The report is ``None`` if the operation could not even be built.
    """
    cancellation = Cancellation()
    _watch(cancellation)
    operation: Operation | None = None
    endpoint: str | None = None
    error: EngineError | None = None
    traceback: str | None = None
    try:
        require_botocore()
        workshop = Workshop(module, cancellation)
        operation = build(workshop)
        endpoint = workshop.connection.endpoint_url
        gc.freeze()  # what was imported stays: looking through it again and again takes a fifth of a long removal
        gc.set_threshold(50_000)
        operation.run()
    except EngineError as exc:
        error = exc
    except Exception as exc:  # a defect of ours: what was done must be told all the same
        error = EngineError(f"An error in the module itself: {type(exc).__name__}.", advice="Please report it.")
        traceback = format_exc()
    outcome = describe(operation.report() if operation else None, module.params)
    result = {"changed": False, "space": module.params["space"], "endpoint": endpoint, **outcome.result}
    if module._diff and outcome.diff is not None:  # noqa: SLF001 - where AnsibleModule keeps the task's --diff
        result["diff"] = outcome.diff
    for warning in outcome.warnings:
        module.warn(remove_values(warning, module.no_log_values))  # what a warning quotes is not censored otherwise
    failure = " ".join(filter(None, [str(error or ""), outcome.failure]))
    if failure:
        module.fail_json(msg=failure, **result, **({"exception": traceback} if traceback else {}))
    module.exit_json(**result)


def _watch(cancellation: Cancellation) -> None:
    """Stop the task on a signal, and when nobody reads its output any more.

    Ansible's ``timeout`` ends a task without ending its module's process, which would then race the next task.
    """
    for number in STOPPING_SIGNALS:
        signal.signal(number, lambda received, _frame: cancellation.request(_stopped_by(received)))
    threading.Thread(target=_watch_reader, args=(cancellation,), name="tidy.spaces-reader", daemon=True).start()


def _stopped_by(number: int) -> str:
    return f"The task was stopped by {signal.Signals(number).name}; what it had not done yet is left as it is."


def _watch_reader(cancellation: Cancellation) -> None:
    poll = select.poll()
    poll.register(sys.__stdout__.fileno() if sys.__stdout__ else 1, 0)  # hang-ups are reported unasked
    if poll.poll():
        cancellation.set("Nobody reads this task's output any more: it was ended from outside.")
