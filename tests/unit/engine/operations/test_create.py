# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which markers are created, and what is reported about the others."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Interrupted,
    RequestFailed,
    RetriesExhausted,
    SpaceNotFound,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Removal, Report
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import BROKEN, DENIED, SILENT, SLOW_DOWN, StopsWhileAsleep, Workbench


@pytest.fixture(params=[None, 1, 4], ids=["serial", "one_thread", "threads"])
def workers(request: pytest.FixtureRequest) -> Any:
    """Do the work in the test's thread, or in others."""
    return request.param


def created(report: Report) -> list[list[str]]:
    """Return what was created for each folder."""
    assert all(folder.changed is bool(folder.sample) for folder in report.folders)
    return [[entry.key for entry in folder.sample] for folder in report.folders]


def test_missing_markers_are_created_and_others_left(workers: int | None) -> None:
    store = MemoryStore(["b/", "c/x", "d"])
    bench = Workbench(store, workers=workers)
    report = bench.created("a", "b/", "c", "d", "e/f")
    assert created(report) == [["a/"], [], ["c/"], ["d/"], ["e/f/"]]
    assert [folder.path for folder in report.folders] == ["a/", "b/", "c/", "d/", "e/f/"]
    assert {folder.removed for folder in report.folders} == {Removal()}
    assert (report.failures_total, report.warnings) == (0, ())
    assert store.current == ["a/", "b/", "c/", "c/x", "d", "d/", "e/f/"]
    assert sorted(store.asked("create")) == [("a/",), ("c/",), ("d/",), ("e/f/",)]
    assert created(bench.created("a", "b/", "c", "d", "e/f")) == [[]] * 5


def test_parents_are_created_once_and_belong_to_the_first_folder(workers: int | None) -> None:
    store = MemoryStore(["x/"])
    report = Workbench(store, workers=workers).created("a/b/c", "a/b/d", "a/b/c", "x/y", "a", parents=True)
    assert created(report) == [["a/", "a/b/", "a/b/c/"], ["a/b/d/"], [], ["x/y/"], []]
    assert store.current == ["a/", "a/b/", "a/b/c/", "a/b/d/", "x/", "x/y/"]
    assert len(store.asked("create")) == 5
    assert len(store.asked("size")) == 6


def test_an_outer_folder_is_created_first() -> None:
    store = MemoryStore()
    Workbench(store).created("a/b", "a")
    assert store.asked("create") == [("a/",), ("a/b/",)]


def test_no_folder_at_all_is_no_work(workers: int | None) -> None:
    store = MemoryStore()
    assert Workbench(store, workers=workers).created().folders == ()
    assert store.calls == []


def test_a_marker_with_content_is_left_with_a_warning(workers: int | None) -> None:
    store = MemoryStore(["a/"])
    store.put("b/", "a/c/", size=7)
    report = Workbench(store, workers=workers).created("b", "a/c", "a", parents=True)
    assert created(report) == [[], [], []]
    assert report.failures_total == 0
    assert [text.split(" is not empty")[0] for text in report.warnings] == ["The marker 'a/c/'", "The marker 'b/'"]
    assert all("holds 7 bytes" in text and "left as it is" in text for text in report.warnings)
    assert store.writes() == []


@pytest.mark.parametrize("operation", ["size", "create"])
@pytest.mark.parametrize("error", [DENIED, BROKEN])
def test_a_marker_that_fails_is_listed_and_the_others_are_created(
    workers: int | None, operation: str, error: Any
) -> None:
    store = MemoryStore()
    genuine = getattr(store, operation)

    def failing(key: str, **options: Any) -> Any:
        if key in ("b/", "c/"):
            raise error.with_traceback(None)
        return genuine(key, **options)

    setattr(store, operation, failing)
    report = Workbench(store, workers=workers).created("a", "b", "c/d", parents=True)
    assert created(report) == [["a/"], [], ["c/d/"]]
    assert report.failures_total == 2
    assert [[failure.key for failure in folder.failed] for folder in report.folders] == [[], ["b/"], ["c/"]]
    [failure] = report.folders[1].failed
    assert failure.code == error.code
    assert failure.version_id is None
    assert str(error) in failure.message
    assert store.current == ["a/", "c/d/"]


@pytest.mark.parametrize("operation", ["size", "create"])
def test_a_store_that_is_down_ends_the_task(workers: int | None, operation: str) -> None:
    store = MemoryStore()
    store.fail(operation, SLOW_DOWN, on=range(2, 999))
    names = [f"{number:02}" for number in range(30)]
    create = Workbench(store, workers=workers).create(*names)
    with pytest.raises(RetriesExhausted):
        create.run()
    report = create.report()
    assert [keys for keys in created(report) if keys] == [[key] for key in store.current]
    assert len(store.current) <= 1
    assert 1 <= report.failures_total <= 4


def test_a_marker_that_fails_for_a_moment_is_created(workers: int | None) -> None:
    store = MemoryStore()
    store.fail("size", SLOW_DOWN, on=[1, 2])
    store.fail("create", BROKEN, on=[1])
    assert created(Workbench(store, workers=workers).created("a", "b")) == [["a/"], ["b/"]]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_missing_space_is_an_error(workers: int | None, dry_run: bool) -> None:
    store = MemoryStore()
    store.exists = False
    create = Workbench(store, workers=workers).create("a", "b", dry_run=dry_run)
    with pytest.raises(SpaceNotFound):
        create.run()
    assert created(create.report()) == [[], []]


def test_a_dry_run_reports_what_the_run_does_and_checks_the_space_once(workers: int | None) -> None:
    store = MemoryStore(["a/"])
    store.put("d/", size=3)
    bench = Workbench(store, workers=workers)
    previewed = bench.created("a/b/c", "a/b/e", "d", parents=True, dry_run=True)
    assert store.writes() == []
    assert len(store.asked("list_objects")) == 1
    assert bench.created("a/b/c", "a/b/e", "d", parents=True) == previewed
    assert created(previewed) == [["a/b/", "a/b/c/"], ["a/b/e/"], []]
    assert len(store.asked("list_objects")) == 1


def test_a_dry_run_that_creates_nothing_does_not_check_the_space() -> None:
    store = MemoryStore(["a/"])
    assert created(Workbench(store).created("a", dry_run=True)) == [[]]
    assert store.asked("list_objects") == []


def test_a_proof_that_failed_is_tried_again() -> None:
    store = MemoryStore()
    store.fail("list_objects", SLOW_DOWN, on=[1])
    assert created(Workbench(store).created("a", "b", dry_run=True)) == [["a/"], ["b/"]]
    assert len(store.asked("list_objects")) == 2


def test_a_stopped_task_reports_what_was_created(workers: int | None) -> None:
    store = MemoryStore()
    bench = Workbench(store, workers=workers)
    store.hook = lambda call: bench.cancellation.set("SIGINT") if call.operation == "create" else None
    create = bench.create(*[f"{number:02}" for number in range(30)])
    with pytest.raises(Interrupted, match="SIGINT"):
        create.run()
    assert [keys for keys in created(create.report()) if keys] == [[key] for key in store.current]
    assert 1 <= len(store.current) <= 4


@pytest.mark.parametrize(("error", "uncertain"), [(SILENT, True), (SLOW_DOWN, False)])
def test_a_marker_that_may_have_been_created_is_reported(
    workers: int | None, error: RequestFailed, uncertain: bool
) -> None:
    store = MemoryStore()
    store.fail("create", error)
    create = Workbench(store, workers=workers).create("a")
    with pytest.raises(RetriesExhausted):
        create.run()
    (folder,) = create.report().folders
    assert [failure.uncertain for failure in folder.failed] == [uncertain]
    assert folder.changed == uncertain


def test_a_marker_that_was_not_even_asked_for_is_not_created(workers: int | None) -> None:
    store = MemoryStore()
    store.fail("size", SILENT)
    create = Workbench(store, workers=workers).create("a")
    with pytest.raises(RetriesExhausted):
        create.run()
    (folder,) = create.report().folders
    assert [failure.uncertain for failure in folder.failed] == [False]
    assert not folder.changed


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_marker_that_was_being_created_when_the_task_ended_is_reported(dry_run: bool) -> None:
    store = MemoryStore()
    store.fail("list_objects" if dry_run else "create", SILENT)
    create = Workbench(store, cancellation=StopsWhileAsleep()).create("a", dry_run=dry_run)
    with pytest.raises(Interrupted):
        create.run()
    (folder,) = create.report().folders
    assert [failure.key for failure in folder.failed] == ([] if dry_run else ["a/"])
    assert folder.changed != dry_run
