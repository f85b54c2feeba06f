# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A preview, its review, and a removal of exactly what was reviewed."""

from __future__ import annotations

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

INFO = f"{SPACES_FOLDER}_info"
PRUNE = f"{SPACES_FOLDER}_prune"
KEYS = ["p/a", "p/b c/ü", "p/x/1", "p/x/2"]


@pytest.fixture
def task_runner(store: Store, tmp_path: Path) -> TaskRunner:
    """Run tasks on the store of this test."""
    return TaskRunner(Player(store, tmp_path), tmp_path)


@pytest.fixture(params=["never", pytest.param("enabled", marks=pytest.mark.needs("versions"))])
def witness(request: pytest.FixtureRequest, make_space: Callable[..., Witness]) -> Witness:
    """Return a Space with some objects, with and without versioning."""
    made = make_space(versioned=request.param == "enabled")
    made.put(KEYS, b"12345")
    made.put(["q/1", "pp"])
    return made


@pytest.mark.stores("rgw", "minio", "seaweedfs")
def test_only_reviewed_keys_are_removed(
    store: Store, task_runner: TaskRunner, witness: Witness, tmp_path: Path
) -> None:
    record = tmp_path / "preview.jsonl"
    asked: dict[str, Any] = {"space": witness.space, "paths": ["p", "p/x", "q"], "state": "absent"}
    preview, again = task_runner.results(
        [
            {SPACES_FOLDER: {**asked, "record": str(record)}, "check_mode": True},
            {SPACES_FOLDER: asked, "check_mode": True},
        ]
    )
    etags = [folder["etag"] for folder in preview["folders"]]
    assert preview["etag"] == again["etag"]
    assert preview["etag"] not in etags
    assert etags[1] is None
    reviewed = {"if_match": preview["etag"], "if_match_record": str(record)}

    witness.put(["p/x/new"])
    witness.put(["p/a"], b"54321")
    before = witness.keys()
    calls = [
        {SPACES_FOLDER: {**asked, **more}} for more in ({"if_match": preview["etag"]}, {"if_match": etags}, reviewed)
    ]
    refused = {execution: task_runner.results(calls, execution=execution) for execution in EXECUTIONS}
    assert without_times(refused[IN_PROCESS], witness.space) == without_times(refused[MODULE], witness.space)
    messages = [result["msg"] for result in refused[IN_PROCESS]]
    assert "'p/', 'q/' is not as it was reviewed. It has 6 entries (20 bytes) now. Nothing" in messages[0]
    assert "'p/' is not as it was reviewed. It has 5 entries (20 bytes) now. Nothing was" in messages[1]
    assert "does not name all that would be removed: 'p/a', 'p/x/new'. It names 5 entries (20 bytes)" in messages[2]
    assert witness.keys() == before

    (new,) = task_runner.results([{SPACES_FOLDER: asked, "check_mode": True}])
    removed, empty = task_runner.results(
        [{SPACES_FOLDER: {**asked, "if_match": new["etag"]}}, {SPACES_FOLDER: {**asked, "if_match": preview["etag"]}}]
    )
    assert removed["changed"], removed
    assert removed["totals"]["objects"] == 6
    assert witness.keys() == ["pp"]
    assert not empty["changed"]
    assert not empty.get("failed"), empty


@pytest.mark.stores("rgw")
def test_a_part_of_what_was_reviewed_is_accepted_with_the_record(
    task_runner: TaskRunner, witness: Witness, tmp_path: Path
) -> None:
    record = tmp_path / "preview.jsonl.gz"
    asked: dict[str, Any] = {"space": witness.space, "path": "p", "state": "absent"}
    (preview,) = task_runner.results([{SPACES_FOLDER: {**asked, "record": str(record)}, "check_mode": True}])
    witness.client.delete_object(Bucket=witness.space, Key="p/a")
    whole, part = task_runner.results(
        [
            {SPACES_FOLDER: {**asked, "if_match": preview["etag"]}},
            {SPACES_FOLDER: {**asked, "if_match": preview["etag"], "if_match_record": str(record)}},
        ]
    )
    assert whole["failed"]
    assert part["totals"]["objects"] == 3, part
    assert witness.keys("p/") == []


@pytest.mark.stores("rgw")
def test_a_prune_removes_what_its_preview_has_ranked(
    task_runner: TaskRunner, make_space: Callable[..., Witness]
) -> None:
    witness = make_space()
    for unit in ("1", "2", "3"):
        witness.put([f"p/{unit}/x"])
        next_second()
    asked: dict[str, Any] = {"space": witness.space, "path": "p", "keep_newest": 1}
    (preview,) = task_runner.results([{PRUNE: asked, "check_mode": True}])
    reviewed = {"if_match": preview["etag"], "as_of": preview["as_of"]}
    next_second()
    witness.put(["p/4/x"])
    ranked_anew, removed = task_runner.results(
        [{PRUNE: {**asked, "if_match": preview["etag"]}}, {PRUNE: {**asked, **reviewed}}]
    )
    assert "is not as it was reviewed" in ranked_anew["msg"]
    assert removed["totals"]["objects"] == 2, removed
    assert witness.keys() == ["p/3/x", "p/4/x"]


@pytest.mark.stores("moto")
def test_the_etag_of_an_info_is_accepted(task_runner: TaskRunner, witness: Witness) -> None:
    witness.start_uploads(["p/u"])
    asked: dict[str, Any] = {"space": witness.space, "paths": ["p", "q"]}
    (found,) = task_runner.results([{INFO: {**asked, "gather": ["etag"]}}])
    etags = [folder["etag"] for folder in found["folders"]]
    (removed,) = task_runner.results([{SPACES_FOLDER: {**asked, "state": "absent", "if_match": etags}}])
    assert removed["totals"]["objects"] == 5, removed
    assert witness.keys() == ["pp"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"if_match": "v1-12"}, "if_match: 'v1-12' is not an etag of a folder."),
    ({"if_match": []}, "if_match: [] is a list of 0, and the task has 1 folders."),
    ({"if_match": [None]}, "if_match[0]: None is not an etag of a folder."),
    ({"if_match_record": "/etc/passwd"}, "if_match_record: '/etc/passwd' has no effect without if_match."),
    (
        {"if_match": f"v1-{8 * '0'}-{64 * '0'}", "if_match_record": "/etc/passwd"},
        "if_match_record: '/etc/passwd' has a line that is not JSON.",
    ),
]


@pytest.mark.stores("moto")
def test_an_invalid_review_is_refused(task_runner: TaskRunner, make_space: Callable[..., Witness]) -> None:
    asked = {"space": make_space().space, "path": "p", "state": "absent"}
    refused = task_runner.results([{SPACES_FOLDER: {**asked, **options}} for options, _message in REFUSED])
    for result, (_options, message) in zip(refused, REFUSED, strict=True):
        assert result["msg"].startswith(message)


@pytest.mark.stores("moto")
def test_the_record_of_something_else_is_refused(
    task_runner: TaskRunner, make_space: Callable[..., Witness], tmp_path: Path
) -> None:
    witness, other = make_space(), make_space()
    for each in (witness, other):
        each.put(["p/1", "q/1"])
    asked: dict[str, Any] = {"space": witness.space, "path": "p", "state": "absent"}
    records = {name: str(tmp_path / f"{name}.jsonl") for name in ("preview", "prune", "space", "folder", "run", "cut")}
    preview, *_others = task_runner.results(
        [
            {SPACES_FOLDER: {**asked, "record": records["preview"]}, "check_mode": True},
            {
                PRUNE: {
                    "space": witness.space,
                    "path": "p",
                    "unit": "objects",
                    "keep_newest": 1,
                    "record": records["prune"],
                }
            },
            {SPACES_FOLDER: {**asked, "space": other.space, "record": records["space"]}, "check_mode": True},
            {SPACES_FOLDER: {**asked, "path": "q", "record": records["folder"]}, "check_mode": True},
            {SPACES_FOLDER: {**asked, "path": "q", "record": records["run"]}},
        ]
    )
    Path(records["cut"]).write_text("".join(Path(records["preview"]).read_text().splitlines(keepends=True)[:-1]))
    other_etag = preview["etag"][:-1] + ("0" if preview["etag"][-1] != "0" else "1")
    calls = {
        "run": (preview["etag"], "is not the record of a preview of absent in check mode"),
        "space": (preview["etag"], f"is of the Space '{other.space}'"),
        "folder": (preview["etag"], "is of 'q/', not of 'p/'"),
        "cut": (preview["etag"], "has no last line, so it may not be whole"),
        "preview": (other_etag, "does not belong to if_match"),
    }
    refused = task_runner.results(
        [
            {SPACES_FOLDER: {**asked, "if_match": etag, "if_match_record": records[name]}}
            for name, (etag, _m) in calls.items()
        ]
    )
    for result, (_etag, message) in zip(refused, calls.values(), strict=True):
        assert message in result["msg"]
    assert witness.keys() == ["p/1"]
