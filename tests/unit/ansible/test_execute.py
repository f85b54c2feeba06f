# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to a task on its way, its ending says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.connections import Connections
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.context import Task, Workshop
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.execute import Errand
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import Outcome
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Progress
from tests.integration.harness import DEFAULTS
from tests.unit.ansible.running import PAIR, SPACE

PARAMS = {**DEFAULTS, "space": SPACE, "region": "nyc3", **PAIR}


class Work:
    """An operation that does as it is told."""

    def __init__(self, do: Callable[[], None]) -> None:
        self.run = do
        self.done = 0

    def progress(self) -> Progress:
        return Progress(doing="done", done=self.done)

    def report(self) -> int:
        return self.done


def describe(report: int | None, _params: Mapping[str, Any]) -> Outcome:
    return Outcome(result={"done": report}, diff=[], warnings=("A warning.",))


def nothing() -> None:
    """Do nothing."""


def errand_of(
    build: Callable[[Workshop], Any],
    *,
    describe: Callable[[int | None, Mapping[str, Any]], Outcome] = describe,
    diff: bool = False,
    **given: Any,
) -> Errand:
    task = Task(
        params={**PARAMS, **given},
        check_mode=False,
        diff=diff,
        environ={"PATH": os.defpath},
        add_secret=lambda _secret: None,
        cancellation=Cancellation(),
        connections=Connections(),
    )
    return Errand(ModuleSpec(options={}, build=build, describe=describe), task)


def test_what_went_well_has_no_failure() -> None:
    errand = errand_of(lambda _workshop: Work(nothing), diff=True)
    errand.prepare()
    errand.run()
    ending = errand.ending()
    assert (ending.failure, ending.traceback, ending.warnings) == ("", None, ("A warning.",))
    assert ending.result == {
        "changed": False,
        "space": SPACE,
        "endpoint": "https://nyc3.digitaloceanspaces.com",
        "done": 0,
        "diff": [],
    }


def test_what_never_ran_to_its_end_has_failed() -> None:
    errand = errand_of(lambda _workshop: Work(nothing))
    errand.prepare()
    assert errand.ending().failure == "The task ended before it was done."
    assert "diff" not in errand.ending().result


def test_what_ends_a_thread_is_no_success() -> None:
    def leave() -> None:
        raise SystemExit

    errand = errand_of(lambda _workshop: Work(leave))
    errand.prepare()
    with pytest.raises(SystemExit):
        errand.run()
    assert errand.ending().failure == "The task ended before it was done."


def test_the_first_reason_counts() -> None:
    def fail() -> None:
        raise EngineError("The store said so.")

    errand = errand_of(lambda _workshop: Work(fail))
    errand.prepare()
    errand.run()
    errand.fail(EngineError("Its time was up."))
    assert errand.ending().failure == "The store said so."


def test_a_defect_is_told_with_what_was_done() -> None:
    def break_down() -> None:
        work.done = 3
        raise ZeroDivisionError

    work = Work(break_down)
    errand = errand_of(lambda _workshop: work)
    errand.prepare()
    errand.run()
    ending = errand.ending()
    assert ending.failure == "An error in the module itself: ZeroDivisionError. Please report it."
    assert "break_down" in (ending.traceback or "")
    assert ending.result["done"] == 3


def test_messages_and_warnings_command_no_terminal() -> None:
    def fail() -> None:
        raise EngineError("The store said: \x1b[2J\n\u202eno.")

    def describe_hostile(report: int | None, _params: Mapping[str, Any]) -> Outcome:
        return Outcome(result={"key": "a\nb"}, warnings=("Beware of \x9b31m.",), failure="The first is a\rb.")

    errand = errand_of(lambda _workshop: Work(fail), describe=describe_hostile)
    errand.prepare()
    errand.run()
    ending = errand.ending()
    assert ending.failure == r"The store said: \x1b[2J\n\u202eno. The first is a\rb."
    assert ending.warnings == (r"Beware of \x9b31m.",)
    assert ending.result["key"] == "a\nb"


def test_a_traceback_keeps_its_lines_and_commands_no_terminal() -> None:
    def break_down() -> None:
        raise ValueError("\x1b[2J")

    errand = errand_of(lambda _workshop: Work(break_down))
    errand.prepare()
    errand.run()
    *lines, last = (errand.ending().traceback or "").splitlines()
    assert lines[0].startswith("Traceback")
    assert last == r"ValueError: \x1b[2J"


def test_nothing_is_done_after_a_refusal() -> None:
    errand = errand_of(lambda _workshop: Work(nothing), retries=-1)
    errand.prepare()
    errand.run()
    ending = errand.ending()
    assert ending.failure.startswith("retries")
    assert (ending.result["done"], ending.result["endpoint"]) == (None, None)
