# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task returns the same result in the controller's process and as a module."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.clock import next_second
from tests.integration.execution import EXECUTIONS, IN_PROCESS, MODULE
from tests.integration.playbooks import Player
from tests.integration.task_runner import SPACES_FOLDER, TaskRunner, without_times
from tests.servers.store import Store
from tests.servers.witness import Witness

INFO, PRUNE, EXPIRATION, RESTORE = (f"{SPACES_FOLDER}_{name}" for name in ("info", "prune", "expiration", "restore"))
ABSENT = {"state": "absent"}
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens there
PREVIEW = {"check_mode": True, "diff": True}
Calls = Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]]
CALLS: Calls = {
    "created": (SPACES_FOLDER, {"path": "new/a", "parents": True}, {"diff": True}),
    "there already": (SPACES_FOLDER, {"path": "new/a"}, {"diff": True}),
    "creation previewed": (SPACES_FOLDER, {"paths": ["new/b", "new/c"]}, PREVIEW),
    "a marker with content": (SPACES_FOLDER, {"path": "filled"}, {}),
    "a date, which YAML gives a type of its own": (SPACES_FOLDER, {"path": date(2026, 1, 2)}, {}),
    "options as text": (SPACES_FOLDER, {"path": "new", "workers": "3", "read_timeout": "7", "exact": "no"}, {}),
    "info": (INFO, {"path": "p", "gather": ["totals", "subfolders", "objects", "uploads"]}, {}),
    "info of nothing": (INFO, {"paths": ["nothing", "p"], "gather": ["names"]}, {}),
    "prune previewed": (PRUNE, {"path": "p", "keep_newest": 1}, PREVIEW),
    "prune": (PRUNE, {"path": "p", "keep_newest": 1, "unit": "objects", "include": ["o*"]}, {"diff": True}),
    "a glob that matches nothing": (PRUNE, {"path": "p", "keep_newest": "3", "exclude": ["release-*"]}, PREVIEW),
    "removal previewed": (SPACES_FOLDER, {"path": "p", **ABSENT}, PREVIEW),
    "more than max_objects": (SPACES_FOLDER, {"path": "p", **ABSENT, "max_objects": 1}, {}),
    "removed": (SPACES_FOLDER, {"paths": ["p", "p/sub", "q"], **ABSENT, "sample_size": 2}, {"diff": True}),
    "absent already": (SPACES_FOLDER, {"path": "p", **ABSENT}, {"diff": True}),
    "expiration previewed": (EXPIRATION, {"path": "logs", "days": 30}, PREVIEW),
    "expiration": (EXPIRATION, {"path": "logs", "days": 30}, {"diff": True}),
    "expiration again": (EXPIRATION, {"path": "logs", "days": 30}, {"diff": True}),
}
REFUSED: Calls = {
    "no option of ours": (SPACES_FOLDER, {"path": "p", "recursive": True}, {}),
    "another name for the Space": (SPACES_FOLDER, {"path": "new", "bucket": "other"}, {}),
    "a boolean for a number": (SPACES_FOLDER, {"path": "old", **ABSENT, "max_objects": True}, {}),
    "a boolean for a number of seconds": (SPACES_FOLDER, {"path": "old", "read_timeout": True}, {}),
    "a limit without a value": (SPACES_FOLDER, {"path": "old", **ABSENT, "max_objects": None}, {}),
    "no glob to include": (PRUNE, {"path": "p", "keep_newest": 1, "include": []}, {}),
    "a list in a list of globs": (PRUNE, {"path": "p", "keep_newest": 1, "exclude": [["sub"]]}, {}),
    "a boolean for days": (EXPIRATION, {"path": "p", "days": True}, PREVIEW),
    "a glob that can match nothing": (PRUNE, {"path": "p", "keep_newest": 1, "exclude": ["sub/"]}, {}),
    "a number for a path": (SPACES_FOLDER, {"path": 1.10}, {}),
    "a number for paths": (SPACES_FOLDER, {"paths": 5}, {}),
    "a boolean for paths": (SPACES_FOLDER, {"paths": True, **ABSENT}, {}),
    "not a choice": (SPACES_FOLDER, {"path": "p", "state": "gone"}, {}),
    "not a number": (SPACES_FOLDER, {"path": "p", "retries": "many"}, {}),
    "two that exclude each other": (SPACES_FOLDER, {"path": "p", "paths": ["q"]}, {}),
    "a protected folder": (SPACES_FOLDER, {"path": "p", **ABSENT, "protect": ["p"]}, {}),
    "protected keys": (SPACES_FOLDER, {"path": "p", **ABSENT, "protect": ["p/*"]}, {}),
    "protect without a value": (SPACES_FOLDER, {"path": "p", **ABSENT, "protect": None}, {}),
    "a folder that is too high": (SPACES_FOLDER, {"path": "p", **ABSENT, "min_depth": 2}, {}),
    "a folder that is not there": (SPACES_FOLDER, {"path": "none", **ABSENT, "missing_folder": "error"}, {}),
    "a record without a value": (SPACES_FOLDER, {"path": "p", **ABSENT, "record": ""}, {}),
    "a record in no directory": (SPACES_FOLDER, {"path": "p", **ABSENT, "record": "/no/such/place/r.jsonl"}, {}),
    "a record to restore from that is none": (RESTORE, {"path": "p", "from_record": "/etc/passwd"}, {}),
    "nothing to restore by": (RESTORE, {"path": "p"}, {}),
    "since, without a limit": (RESTORE, {"path": "p", "since": "2h"}, {}),
    "since, which is no time": (RESTORE, {"path": "p", "since": "yesterday", "max_objects": 1}, {}),
    "a Space that keeps no versions": (RESTORE, {"path": "p", "since": "2h", "max_objects": 1}, {}),
    "nothing to keep by": (PRUNE, {"path": "p"}, {}),
    "no path": (INFO, {}, {}),
    "a path that is refused": (SPACES_FOLDER, {"path": "/etc", **ABSENT}, {}),
    "no such Space": (SPACES_FOLDER, {"path": "p", "space": "no-such-space"}, {}),
    "nobody there": (SPACES_FOLDER, {"path": "p", "endpoint_url": NOWHERE, "retries": 0}, {}),
    "a wrong secret": (INFO, {"path": "p", "access_key": "tidy-spaces", "secret_key": "not-the-secret"}, {}),
    "half a pair": (INFO, {"path": "p", "secret_key": "not-the-secret"}, {}),
    "no such profile": (INFO, {"path": "p", "profile": "nobodys"}, {}),
    "a password in the endpoint": (INFO, {"path": "p", "endpoint_url": "http://me:password@127.0.0.1:9"}, {}),
}
REFUSED_AS_GIVEN = {
    "no option of ours",
    "another name for the Space",
    "a boolean for a number",
    "a boolean for a number of seconds",
    "a boolean for days",
    "a limit without a value",
    "protect without a value",
    "a record without a value",
}


@pytest.fixture
def task_runner(store: Store, tmp_path: Path) -> TaskRunner:
    """Run tasks on the store of this test."""
    return TaskRunner(Player(store, tmp_path), tmp_path)


@pytest.fixture
def make_filled_space(make_space: Callable[..., Witness]) -> Callable[[], Witness]:
    """Create Spaces that hold the same."""

    def make() -> Witness:
        witness = make_space()
        witness.put(["p/", "p/one", "p/other", "p/sub/x", "pp/x", "q/y"], b"12345")
        witness.put(["filled/"], b"content")
        next_second()  # what was written in the second of a prune's listing stays
        return witness

    return make


def results_of(calls: Calls, task_runner: TaskRunner, witness: Witness, execution: str) -> dict[str, Any]:
    """Run the calls in one execution, one after another; return what each gives."""
    tasks = [{module: {"space": witness.space, **options}, **keywords} for module, options, keywords in calls.values()]
    given = task_runner.results(tasks, execution=execution, environment={"ANSIBLE_INJECT_INVOCATION": "true"})
    return dict(zip(calls, without_times(given, witness.space), strict=True))


@pytest.mark.stores("rgw")
def test_both_executions_give_the_same_result(
    task_runner: TaskRunner, make_filled_space: Callable[[], Witness]
) -> None:
    witnesses = {execution: make_filled_space() for execution in EXECUTIONS}
    results = {
        execution: results_of(CALLS, task_runner, witness, execution) for execution, witness in witnesses.items()
    }
    for name, as_module in results[MODULE].items():
        assert results[IN_PROCESS][name] == as_module, name
        assert as_module["failed"] == (name == "more than max_objects"), name
        assert as_module["invocation"]["module_args"], name
    assert "'release-*' matches nothing" in str(results[MODULE]["a glob that matches nothing"]["warnings"])
    left = {execution: (witness.keys(), witness.rules()) for execution, witness in witnesses.items()}
    assert left[IN_PROCESS] == left[MODULE]
    assert left[MODULE][0] == ["2026-01-02/", "filled/", "new/", "new/a/", "pp/x"]


@pytest.mark.stores("rgw")
def test_both_executions_refuse_the_same(
    store: Store, task_runner: TaskRunner, make_filled_space: Callable[[], Witness]
) -> None:
    witnesses = {execution: make_filled_space() for execution in EXECUTIONS}
    before = {execution: witness.keys() for execution, witness in witnesses.items()}
    results = {
        execution: results_of(REFUSED, task_runner, witness, execution) for execution, witness in witnesses.items()
    }
    for name, as_module in results[MODULE].items():
        assert results[IN_PROCESS][name] == as_module, name
        if name != "a wrong secret" or "credentials" in store.capabilities:
            assert as_module["failed"], name
    as_given = {name for name, as_module in results[MODULE].items() if "invocation" not in as_module}
    assert as_given == REFUSED_AS_GIVEN  # before either execution
    assert {execution: witness.keys() for execution, witness in witnesses.items()} == before


@pytest.mark.stores("moto")
@pytest.mark.parametrize("execution", EXECUTIONS)
def test_a_default_under_another_name_names_no_space(
    task_runner: TaskRunner, make_filled_space: Callable[[], Witness], execution: str
) -> None:
    meant, other = make_filled_space(), make_filled_space()
    tasks = [
        {module: {"space": meant.space, "path": "p", **options}}
        for module, options in (
            (SPACES_FOLDER, ABSENT),
            (INFO, {}),
            (PRUNE, {"keep_newest": 1}),
            (EXPIRATION, {"days": 1}),
            (RESTORE, {"since": "2h", "max_objects": 1}),
        )
    ]
    defaults = {"group/tidy.spaces.spaces": {"bucket": other.space}}
    tried = [{**each, "ignore_errors": True} for each in tasks]
    play = task_runner.play(tried, execution=execution, module_defaults=defaults)
    refusals = re.findall(f"^fatal: .*bucket: '{other.space}' is not an option. Write space", play.output, re.MULTILINE)
    assert len(refusals) == len(tasks), play.output
    assert meant.keys() == other.keys() != []
    assert meant.rules() == other.rules() == []
