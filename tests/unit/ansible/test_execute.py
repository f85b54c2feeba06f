# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to a task, its result reports it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.context import Connections, TaskContext
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.execute import execute
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.task_result import TaskResult
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import run_job
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.retry import Retrier
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, Interrupted
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Progress
from tests.integration.harness import DEFAULTS
from tests.unit.ansible.running import PAIR, SPACE

PARAMS = {**DEFAULTS, "space": SPACE, "region": "nyc3", **PAIR}
DEFECT = "An error in the module itself: ZeroDivisionError. Please report it."


class Work:
    """An operation that does what the test says."""

    def __init__(self, do: Callable[[], None] = lambda: None) -> None:
        self.run = do
        self.done = 0

    def progress(self) -> Progress:
        return Progress(doing="done", done=self.done)

    def report(self) -> int:
        return self.done


def raising(error: BaseException) -> Work:
    def do() -> None:
        work.done = 3
        raise error

    work = Work(do)
    return work


def describe(report: int | None, _params: Mapping[str, Any]) -> TaskResult:
    return TaskResult(values={"done": report}, diff=[], warnings=("A warning.",))


def context_of(
    *, diff: bool = False, on_progress: Callable[[Callable[[], Progress | None]], None] | None = None, **given: Any
) -> TaskContext:
    return TaskContext(
        params={**PARAMS, **given},
        check_mode=False,
        diff=diff,
        environ={"PATH": os.defpath},
        add_secret=lambda _secret: None,
        cancellation=Cancellation(),
        connections=Connections(),
        on_progress=on_progress,
    )


def executed(
    work: Any,
    *,
    describe: Callable[[int | None, Mapping[str, Any]], TaskResult] = describe,
    diff: bool = False,
    before_run: Callable[[], None] | None = None,
    run: Callable[[Callable[[], None]], None] = lambda work: work(),
    **given: Any,
) -> TaskResult:
    context = context_of(diff=diff, **given)
    spec = ModuleSpec(options={}, build=lambda _context: work, describe=describe)
    return execute(spec, context, before_run=before_run, run=run)


def test_a_task_that_succeeds_has_no_failure() -> None:
    result = executed(Work(), diff=True)
    assert (result.failure, result.traceback, result.warnings) == ("", None, ("A warning.",))
    assert not result.interrupted
    assert result.as_dict() == {
        "changed": False,
        "space": SPACE,
        "endpoint": "https://nyc3.digitaloceanspaces.com",
        "done": 0,
        "diff": [],
    }
    assert "diff" not in executed(Work()).as_dict()


def test_progress_says_what_requests_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Retrier, "waiting", "waiting for request_rate")
    seen: list[Progress | None] = []
    context = context_of(on_progress=lambda progress: seen.append(progress()))

    def do() -> None:
        with context.pool as pool:
            run_job(pool, lambda: None)

    spec = ModuleSpec(options={}, build=lambda _context: Work(do), describe=describe)
    execute(spec, context)
    assert seen == [Progress(doing="done", done=0, waiting="waiting for request_rate")]


def test_a_task_that_never_ran_has_failed() -> None:
    assert executed(Work(), run=lambda _work: None).failure == "The task ended before it was done."


def test_a_task_whose_thread_is_ended_has_failed() -> None:
    def in_thread(work: Callable[[], None]) -> None:
        with contextlib.suppress(SystemExit):
            work()

    result = executed(raising(SystemExit()), run=in_thread)
    assert result.failure == "The task ended before it was done."
    assert result.values["done"] == 3


def test_a_task_that_is_interrupted_reports_what_was_done() -> None:
    def stop(_work: Callable[[], None]) -> None:
        _work()
        raise Interrupted("Its time was up.")

    def stop_at_once(_work: Callable[[], None]) -> None:
        raise Interrupted("Its time was up.")

    result = executed(Work(), run=stop_at_once)
    assert (result.interrupted, result.failure) == (True, "Its time was up.")
    finished = executed(Work(), run=stop)
    assert (finished.interrupted, finished.failure) == (False, "")
    failed = executed(raising(EngineError("The store said so.")), run=stop)
    assert (failed.interrupted, failed.failure, failed.values["done"]) == (True, "The store said so.", 3)


def test_a_defect_is_reported_with_what_was_done() -> None:
    result = executed(raising(ZeroDivisionError()))
    assert result.failure == DEFECT
    assert "ZeroDivisionError" in result.as_dict()["exception"]
    assert result.values["done"] == 3


def test_a_defect_in_the_description_is_reported_too() -> None:
    def describe(_report: int | None, _params: Mapping[str, Any]) -> TaskResult:
        raise ZeroDivisionError

    result = executed(Work(), describe=describe)
    assert result.failure == f"What the task did cannot be reported. {DEFECT}"
    assert "in describe" in (result.traceback or "")
    assert result.values["space"] == SPACE
    both = executed(raising(EngineError("The store said so.")), describe=describe)
    assert both.failure == f"The store said so. What the task did cannot be reported. {DEFECT}"


def test_an_error_that_is_also_why_the_first_key_failed_is_said_once() -> None:
    def failing(_report: int | None, _params: Mapping[str, Any]) -> TaskResult:
        return TaskResult(values={}, failure="2 keys were not removed. The first is 'p/a': Gave up.")

    once = executed(raising(EngineError("Gave up.")), describe=failing)
    assert once.failure == "Gave up. 2 keys were not removed. The first is 'p/a'."
    both = executed(raising(EngineError("Another reason.")), describe=failing)
    assert both.failure == "Another reason. 2 keys were not removed. The first is 'p/a': Gave up."


def test_messages_and_warnings_command_no_terminal() -> None:
    def describe(_report: int | None, _params: Mapping[str, Any]) -> TaskResult:
        return TaskResult(values={"key": "a\nb"}, warnings=("Beware of \x9b31m.",), failure="The first is a\rb.")

    result = executed(raising(EngineError("The store said: \x1b[2J\n\u202eno.")), describe=describe)
    assert result.failure == r"The store said: \x1b[2J\n\u202eno. The first is a\rb."
    assert result.warnings == (r"Beware of \x9b31m.",)
    assert result.values["key"] == "a\nb"


def test_a_traceback_keeps_its_lines_and_commands_no_terminal() -> None:
    *lines, last = (executed(raising(ValueError("\x1b[2J"))).traceback or "").splitlines()
    assert lines[0].startswith("Traceback")
    assert last == r"ValueError: \x1b[2J"


def test_nothing_is_done_after_a_refusal() -> None:
    work = raising(ZeroDivisionError())
    result = executed(work, retries=-1)
    assert result.failure.startswith("retries")
    assert (work.done, result.values["done"], result.values["endpoint"]) == (0, None, None)


def test_the_caller_is_asked_before_the_operation_runs() -> None:
    order: list[str] = []
    executed(Work(lambda: order.append("run")), before_run=lambda: order.append("before"))
    assert order == ["before", "run"]
