# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removal with a record, and a restore from it, on every store that keeps versions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clock import next_second
from tests.integration.execution import EXECUTIONS, IN_PROCESS, MODULE
from tests.integration.playbooks import Player
from tests.integration.task_runner import SPACES_FOLDER, TaskRunner, without_times
from tests.servers.store import Store
from tests.servers.witness import Witness

PRUNE, RESTORE = f"{SPACES_FOLDER}_prune", f"{SPACES_FOLDER}_restore"
KEYS = ["p/", "p/a", "p/b c/ü", "p/x/", "p/x/1", "p/x/2"]

pytestmark = pytest.mark.needs("versions")


@pytest.fixture
def task_runner(store: Store, tmp_path: Path) -> TaskRunner:
    """Run tasks on the store of this test."""
    return TaskRunner(Player(store, tmp_path), tmp_path)


@pytest.fixture
def make_filled(make_space: Callable[..., Witness]) -> Callable[[], Witness]:
    """Create Spaces that keep versions and hold the same: one key has two versions, and one was deleted before."""

    def make() -> Witness:
        witness = make_space(versioned=True)
        witness.put(["p/a"], b"old")
        witness.put(["p/deleted before"], b"gone")
        witness.client.delete_object(Bucket=witness.space, Key="p/deleted before")
        witness.put([key for key in KEYS if key.endswith("/")])
        witness.put([key for key in KEYS if not key.endswith("/")], b"12345")
        witness.put(["pp"])
        return witness

    return make


def data_of(witness: Witness) -> set[tuple[str, str]]:
    """Name the versions that hold data; those of folder markers not, which not every store keeps."""
    pages = witness.client.get_paginator("list_object_versions").paginate(Bucket=witness.space)
    versions = [version for page in pages for version in page.get("Versions", ())]
    return {(version["Key"], version["VersionId"]) for version in versions if not version["Key"].endswith("/")}


@pytest.mark.stores("rgw", "seaweedfs")  # the first keeps markers, the second does not
def test_a_removal_is_taken_back_in_the_same_way_on_the_controller_and_as_a_module(
    store: Store, task_runner: TaskRunner, make_filled: Callable[[], Witness], tmp_path: Path
) -> None:
    # SeaweedFS has a directory for each folder that holds something, and finds it by HEAD although it lists no marker.
    back_again = [key for key in KEYS if store.name != "seaweedfs" or not key.endswith("/")]
    results = {}
    for execution in EXECUTIONS:
        witness = make_filled()
        record, before = tmp_path / f"{execution}.jsonl.gz", data_of(witness)
        asked: dict[str, Any] = {"space": witness.space, "path": "p"}
        removal = {**asked, "state": "absent", "record": str(record)}
        back = {**asked, "from_record": str(record)}
        removed, *previewed = task_runner.results(
            [
                {SPACES_FOLDER: removal},
                {RESTORE: back, "check_mode": True, "diff": True},
            ],
            execution=execution,
        )
        assert removed["totals"]["objects"] == len(KEYS), removed
        assert removed["record"] == str(record)
        assert witness.keys("p/") == []
        with gzip.open(record, "rt") as file:
            lines = [json.loads(line) for line in file]
        assert sorted(line["key"] for line in lines[1:-1]) == KEYS
        restored = task_runner.results([{RESTORE: back, "diff": True}, {RESTORE: back}], execution=execution)
        assert witness.keys() == [*back_again, "pp"]
        assert data_of(witness) == before
        shown = [{**result, "record": None} for result in (*previewed, *restored)]
        results[execution] = without_times(shown, witness.space)
        assert [result["totals"] for result in shown] == [
            {"objects": len(back_again), "bytes": 20},
            {"objects": len(back_again), "bytes": 20},
            {"objects": 0, "bytes": 0},
        ]
        assert [result["changed"] for result in shown] == [True, True, False]
        assert shown[-1]["folders"][0]["left"]["in_place"] == len(KEYS)
    assert results[IN_PROCESS] == results[MODULE]


@pytest.mark.stores("rgw", "minio")
def test_changes_by_others_stay_and_are_reported(
    task_runner: TaskRunner, make_filled: Callable[[], Witness], tmp_path: Path
) -> None:
    witness, record = make_filled(), tmp_path / "r.jsonl"
    asked: dict[str, Any] = {"space": witness.space, "path": "p"}
    task_runner.results([{SPACES_FOLDER: {**asked, "state": "absent", "record": str(record)}}])
    witness.put(["p/a"], b"newer")
    versions = {line["key"]: line["version_id"] for line in map(json.loads, record.read_text().splitlines()[1:-1])}
    witness.client.delete_object(Bucket=witness.space, Key="p/x/1", VersionId=versions["p/x/1"])
    witness.client.delete_object(Bucket=witness.space, Key="p/x/2")  # once more: somebody else's removal
    before = data_of(witness)
    (result,) = task_runner.results([{RESTORE: {**asked, "from_record": str(record)}}])
    assert result["failed"]
    assert [(failure["key"], failure["code"]) for failure in result["failures"]] == [("p/x/1", "Expired")]
    assert result["folders"][0]["left"]["newer"] == 1
    assert result["warnings"] == ["Not restored: 1 object written again since."]
    assert witness.keys("p/") == [key for key in KEYS if key != "p/x/1"]
    assert data_of(witness) == before


@pytest.mark.stores("rgw")
def test_pruned_units_come_back(task_runner: TaskRunner, make_filled: Callable[[], Witness], tmp_path: Path) -> None:
    witness, record = make_filled(), tmp_path / "r.jsonl"
    next_second()  # what was written in the second of the listing stays
    asked: dict[str, Any] = {"space": witness.space, "path": "p"}
    pruned, restored = task_runner.results(
        [
            {PRUNE: {**asked, "keep_newest": 1, "record": str(record)}},
            {RESTORE: {**asked, "from_record": str(record), "include": ["b c/**", "x/1", "x/2", "x"]}},
        ]
    )
    assert pruned["totals"]["objects"] == restored["totals"]["objects"] > 0, restored
    assert witness.keys("p/") == KEYS


@pytest.mark.stores("rgw")
def test_keys_deleted_since_a_time_are_restored(task_runner: TaskRunner, make_filled: Callable[[], Witness]) -> None:
    witness = make_filled()
    asked: dict[str, Any] = {"space": witness.space, "path": "p"}
    removed, too_many, restored = task_runner.results(
        [
            {SPACES_FOLDER: {**asked, "state": "absent"}},
            {RESTORE: {**asked, "since": "1h", "max_objects": 1}},
            {RESTORE: {**asked, "since": "1h", "max_objects": 100}},
        ]
    )
    assert removed["totals"]["objects"] == len(KEYS)
    assert "max_objects allows 1" in too_many["msg"]
    assert restored["totals"]["objects"] == len(KEYS) + 1, "the key that was deleted before, too"
    assert witness.keys("p/") == sorted([*KEYS, "p/deleted before"])


REFUSED: dict[str, dict[str, Any]] = {
    "is of the Space": {"space": "another"},
    "is of the endpoint": {"endpoint": "http://127.0.0.1:9"},
    "is of 'q/', not of 'p/'": {"folders": ["q/"]},
    "preview in check mode": {"check_mode": True},
    "the record of a restore": {"operation": "restore"},
    "versions set to all": {"options": {"versions": "all"}},
    "names no versions": {"versioning": None},
    "kept no versions": {"versioning": "never"},
    "of version 2": {"version": 2},
}


@pytest.mark.stores("rgw")
def test_a_record_that_does_not_fit_is_refused(
    task_runner: TaskRunner, make_filled: Callable[[], Witness], tmp_path: Path
) -> None:
    witness, record = make_filled(), tmp_path / "r.jsonl"
    asked: dict[str, Any] = {"space": witness.space, "path": "p"}
    task_runner.results([{SPACES_FOLDER: {**asked, "state": "absent", "record": str(record)}}])
    first, *lines = record.read_text().splitlines()
    tasks = []
    for number, changed in enumerate(REFUSED.values()):
        written = tmp_path / f"{number}.jsonl"
        written.write_text("\n".join([json.dumps({**json.loads(first), **changed}), *lines, ""]))
        tasks.append({RESTORE: {**asked, "from_record": str(written)}})
    for message, result in zip(REFUSED, task_runner.results(tasks), strict=True):
        assert result["failed"], message
        assert message in result["msg"]
    assert witness.keys("p/") == []
