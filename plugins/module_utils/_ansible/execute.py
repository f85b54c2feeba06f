# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a task, on the controller or as a module: prepare it, run it, return its result."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from traceback import format_exc
from typing import Any

from .._engine.errors import EngineError
from .context import Task, Workshop
from .printable import printable
from .requirements import require_botocore
from .spec import ModuleSpec, Operation


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a task ends with: it failed if there is a ``failure``, by a defect of ours if there is a ``traceback``.

    What is there for people to read is printable, whatever keys and the store's words hold; ``result`` is data.
    """

    result: dict[str, Any]
    warnings: tuple[str, ...] = ()
    failure: str = ""
    traceback: str | None = None


class Errand:
    """Carry out a call; nothing but its ending tells what went wrong."""

    def __init__(self, spec: ModuleSpec, task: Task) -> None:
        self._spec = spec
        self._task = task
        self._operation: Operation | None = None
        self._endpoint: str | None = None
        self._error: EngineError | None = None
        self.finished = False
        self._traceback: str | None = None

    def prepare(self) -> None:
        """Check the options and find the Space, before anything is asked of it."""
        with self._noting_errors():
            require_botocore()
            workshop = Workshop(self._task, on_tick=self._beat)
            self._operation = self._spec.build(workshop)
            self._endpoint = workshop.connection.endpoint_url

    def run(self) -> None:
        """Do what is to be done, if it could be prepared."""
        if self._operation and not self._error:
            with self._noting_errors():
                self._operation.run()
                self.finished = True

    def fail(self, error: EngineError) -> None:
        """Note why the task failed, unless that is known already."""
        self._error = self._error or error

    def ending(self) -> Ending:
        """Tell what was done so far, and whether it was all."""
        if not self.finished:
            self.fail(EngineError("The task ended before it was done."))
        params = self._task.params
        outcome = self._spec.describe(self._operation.report() if self._operation else None, params)
        result = {"changed": False, "space": params["space"], "endpoint": self._endpoint, **outcome.result}
        if self._task.diff and outcome.diff is not None:
            result["diff"] = outcome.diff
        return Ending(
            result=result,
            warnings=tuple(map(printable, outcome.warnings)),
            failure=printable(" ".join(filter(None, [str(self._error or ""), outcome.failure]))),
            traceback=self._traceback,
        )

    def _beat(self) -> None:
        if self._operation and self._task.beat:
            self._task.beat(self._operation.progress)

    @contextlib.contextmanager
    def _noting_errors(self) -> Iterator[None]:
        try:
            yield
        except EngineError as exc:
            self.fail(exc)
        except Exception as exc:  # a defect of ours: what was done must be told all the same
            self._traceback = "\n".join(map(printable, format_exc().split("\n")))
            self.fail(EngineError(f"An error in the module itself: {type(exc).__name__}.", advice="Please report it."))
