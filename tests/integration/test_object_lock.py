# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Object lock: what is retained is named, and the rest goes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.execution import EXECUTIONS
from tests.integration.harness import Harness, totals
from tests.integration.playbooks import Player
from tests.integration.task_runner import SPACES_FOLDER, TaskRunner
from tests.servers.store import Store
from tests.servers.witness import Witness

pytestmark = pytest.mark.needs("object_lock")


@pytest.fixture
def locked(make_space: Callable[..., Witness]) -> Iterator[Witness]:
    """Fill a Space with two objects that are retained for a while, and one that is not."""
    witness = make_space(locked=True)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10)
    for mode in ("GOVERNANCE", "COMPLIANCE"):
        witness.client.put_object(
            Bucket=witness.space,
            Key=f"p/{mode}",
            Body=b"",
            ObjectLockMode=mode,
            ObjectLockRetainUntilDate=until,
            ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==",
        )
    witness.put(["p/free"])
    return witness


@pytest.mark.parametrize(("bypass", "kept"), [(False, ["p/COMPLIANCE", "p/GOVERNANCE"]), (True, ["p/COMPLIANCE"])])
def test_locked_versions_are_reported(store: Store, locked: Witness, bypass: bool, kept: list[str]) -> None:
    report = Harness(store, locked.space).remove("p", versions=True, bypass=bypass)
    assert [version[0] for version in locked.versions()] == kept
    assert totals(report)["versions"] == 3 - len(kept)
    assert report.failures_total == len(kept)
    assert sorted(failure.key for failure in report.folders[0].failed) == kept
    assert {failure.code for failure in report.folders[0].failed} == {"AccessDenied"}


def test_both_executions_name_what_is_retained(store: Store, locked: Witness, tmp_path: Path) -> None:
    task_runner = TaskRunner(Player(store, tmp_path), tmp_path)
    options = {"space": locked.space, "path": "p", "state": "absent", "versions": "all"}
    tasks = [{SPACES_FOLDER: {**options, "ca_bundle": str(store.ca_bundle or "")}, "diff": True}]
    task_runner.results(tasks)  # takes what is free, so that the two that are compared meet the same
    in_process, module = (task_runner.results(tasks, execution=execution)[0] for execution in EXECUTIONS)
    assert in_process == module
    assert module["failed"]
    assert module["failures_total"] == 2
    assert {failure["code"] for failure in module["failures"]} == {"AccessDenied"}
