# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execute a task, on the controller or as a module; both use this function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from traceback import format_exc

from .._engine.errors import EngineError, Interrupted
from .context import TaskContext
from .printable import printable
from .results.task_result import TaskResult
from .spec import ModuleSpec, Operation, require_botocore, require_numbers

Run = Callable[[Callable[[], None]], None]


def execute(
    spec: ModuleSpec,
    context: TaskContext,
    *,
    before_run: Callable[[], None] | None = None,
    run: Run = lambda work: work(),
) -> TaskResult:
    """Check the options, run the operation, and return the result, which reports what was done even after an error.

    ``before_run`` is called when everything is prepared, before the first request. ``run`` calls the function that it
    is given, in any thread, and waits for it. It may raise :class:`Interrupted` while that function is still running;
    the result then reports what was done so far.
    """
    execution = _Execution(spec, context, before_run=before_run)
    interrupted = False
    try:
        run(execution.run)
    except Interrupted as exc:
        interrupted = not execution.finished
        if interrupted:
            execution.fail(exc)
    return execution.result(interrupted=interrupted)


class _Execution:
    """The state of a task; one thread may run it while another one reads its result."""

    def __init__(self, spec: ModuleSpec, context: TaskContext, *, before_run: Callable[[], None] | None) -> None:
        self.finished = False
        self._spec = spec
        self._context = context
        self._before_run = before_run
        self._operation: Operation | None = None
        self._endpoint: str | None = None
        self._error: EngineError | None = None
        self._traceback: str | None = None

    def run(self) -> None:
        """Run the task to its end, or record why it could not be."""
        try:
            self._prepare().run()
            self.finished = True
        except EngineError as exc:
            self.fail(exc)
        except Exception as exc:  # a bug in the collection: what was done must still be reported
            self._traceback = _printable_traceback()
            self.fail(_defect(exc))

    def fail(self, error: EngineError) -> None:
        """Record why the task failed, unless that is known already."""
        self._error = self._error or error

    def result(self, *, interrupted: bool) -> TaskResult:
        """Return what was done so far.

        Texts for people are printable, whatever the keys and the store's messages contain. The values are data, and
        stay unchanged.
        """
        if not self.finished:
            self.fail(EngineError("The task ended before it was done."))
        context = self._context
        described = self._described()
        return replace(
            described,
            values={
                "changed": False,
                "space": context.params["space"],
                "endpoint": self._endpoint,
                **described.values,
            },
            diff=described.diff if context.diff else None,
            warnings=tuple(map(printable, described.warnings)),
            failure=printable(_once(str(self._error or ""), described.failure)),
            traceback=self._traceback or described.traceback,
            interrupted=interrupted,
        )

    def _prepare(self) -> Operation:
        """Check the options and find the Space, before any request is sent to it."""
        context = self._context
        require_botocore()
        require_numbers(context.params, self._spec.argument_spec)
        self._spec.require_effect(context.params)
        context.check_connection_options()
        self._operation = operation = self._spec.build(context)
        context.progress = operation.progress
        self._endpoint = context.connection.endpoint_url
        if self._before_run:
            self._before_run()
        return operation

    def _described(self) -> TaskResult:
        try:
            report = self._operation.report() if self._operation else None
            return self._spec.describe(report, self._context.params)
        except Exception as exc:
            failure = f"What the task did cannot be reported. {_defect(exc)}"
            return TaskResult(values={}, failure=failure, traceback=_printable_traceback())


def _once(error: str, failure: str) -> str:
    """Join the error that ended a task and what it says about keys.

    The error comes first, because it also means that other keys were not tried. If the first key failed for the same
    reason, the reason is not repeated.
    """
    return f"{error} {failure.replace(f': {error}', '.')}".strip() if error else failure


def _defect(error: Exception) -> EngineError:
    return EngineError(f"An error in the module itself: {type(error).__name__}.", advice="Please report it.")


def _printable_traceback() -> str:
    return "\n".join(map(printable, format_exc().split("\n")))
