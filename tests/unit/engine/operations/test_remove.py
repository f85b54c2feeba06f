# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a removal removes, what it leaves, and what it reports."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Denied,
    Interrupted,
    ProtocolError,
    RequestFailed,
    RetriesExhausted,
    SpaceNotFound,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Page
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Removal, Report
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import BROKEN, DENIED, SLOW_DOWN, UNREACHABLE, UNSUPPORTED, Workbench

INSIDE = ["p/", "p/a", "p/a/", "p/a/b/c", "p/é", "p/\x01", "p/😀", "p//"]
SIBLINGS = ["/p/x", "P/x", "o/p/x", "p", "p-/x", "p.txt", "p0/", "pp/x"]


@pytest.fixture(params=[None, 1, 4], ids=["serial", "one_thread", "threads"])
def workers(request: pytest.FixtureRequest) -> Any:
    """Do the work in the test's thread, or in others."""
    return request.param


def removed(report: Report) -> list[Removal]:
    return [folder.removed for folder in report.folders]


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_a_folder_is_emptied_and_its_siblings_stay(workers: int | None, page_size: int) -> None:
    store = MemoryStore([*INSIDE, *SIBLINGS], size=5, page_size=page_size, batch_size=3)
    report = Workbench(store, workers=workers).removed("p", sample_size=99)
    assert store.current == SIBLINGS
    [folder] = report.folders
    assert (folder.path, folder.changed, folder.covered_by) == ("p/", True, None)
    assert folder.removed == Removal(objects=8, bytes=40)
    assert [entry.key for entry in folder.sample] == sorted(INSIDE)
    assert (folder.failed, report.failures_total, report.warnings) == ((), 0, ())
    assert all(key.startswith("p/") for call in store.calls for key in call.keys)


def test_a_second_run_changes_nothing_and_asks_once(workers: int | None) -> None:
    store = MemoryStore(SIBLINGS)
    report = Workbench(store, workers=workers).removed("p")
    assert removed(report) == [Removal()]
    assert not report.folders[0].changed
    assert sorted(call.operation for call in store.calls) == ["list_objects", "list_uploads"]


def test_an_emptied_folder_is_looked_at_again(workers: int | None) -> None:
    store = MemoryStore(["p/a", "q/a"])
    Workbench(store, workers=workers).removed("p", "none", uploads=False)
    assert sorted(store.asked("list_objects")) == [("none/",), ("p/",), ("p/",)]
    operations = [call.operation for call in store.calls if call.operation != "versioning"]
    assert operations[-2:] == ["delete_batch", "list_objects"]


def test_the_whole_space_is_emptied(workers: int | None) -> None:
    store = MemoryStore([*INSIDE, *SIBLINGS], uploads=["x", "p/x"])
    report = Workbench(store, workers=workers).removed("/")
    assert store.current == store.uploads == []
    assert report.folders[0].path == "/"
    assert removed(report) == [Removal(objects=16, uploads=2)]


@pytest.mark.parametrize("prefix", ["/", "//p/", "p//", "./"])
def test_an_exact_folder_is_emptied_to_the_letter(workers: int | None, prefix: str) -> None:
    outside = ["a", "b/./c", "p", "q//p/x"]
    store = MemoryStore([prefix, prefix + "a", prefix + "/b", *outside])
    Workbench(store, workers=workers).removed(prefix, exact=True)
    assert store.current == outside


@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_all_versions_and_delete_markers_go(workers: int | None, page_size: int) -> None:
    store = MemoryStore(versioned=True, page_size=page_size, batch_size=2)
    for _round in range(3):
        store.put("p/a", "p/b", "p/\x01", "pp/x", size=2)
    store.delete_one(Entry("p/a"))
    store.put("p/a", size=1)
    store.delete_one(Entry("p/b"))
    report = Workbench(store, workers=workers).removed("p", versions=True)
    assert {entry.key for entry in store.versions} == {"pp/x"}
    assert removed(report) == [Removal(versions=10, delete_markers=2, bytes=19)]
    assert report.warnings == ()
    assert "versioning" not in [call.operation for call in store.calls]


@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_old_versions_that_stay_leave_a_warning(workers: int | None, versioned: bool, dry_run: bool) -> None:
    store = MemoryStore(["p/a"], versioned=versioned)
    report = Workbench(store, workers=workers).removed("p", dry_run=dry_run)
    assert removed(report) == [Removal(objects=1)]
    assert len(report.warnings) == versioned
    assert all("live on as old versions" in text and "Set versions to all" in text for text in report.warnings)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_space_with_suspended_versioning_is_not_said_to_keep_everything(dry_run: bool) -> None:
    store = MemoryStore(["p/a"], versioned=True)
    store.suspended = True
    store.put("p/a")
    [warning] = Workbench(store).removed("p", dry_run=dry_run).warnings
    assert "an object whose current version is called null is destroyed" in warning


@pytest.mark.parametrize("error", [DENIED, UNSUPPORTED, BROKEN])
def test_a_key_that_may_not_ask_for_versioning_gets_no_warning(workers: int | None, error: RequestFailed) -> None:
    store = MemoryStore(["p/a"], versioned=True)
    store.fail("versioning", error)
    assert Workbench(store, workers=workers).removed("p").warnings == ()
    assert store.current == []


def test_versioning_is_of_no_interest_where_nothing_was_removed() -> None:
    store = MemoryStore(uploads=["p/u"], versioned=True)
    assert Workbench(store).removed("p").warnings == ()
    assert store.asked("versioning") == []


@pytest.mark.parametrize("uploads", [None, True])
@pytest.mark.parametrize("page_size", [1, 1000])
def test_incomplete_uploads_are_aborted(workers: int | None, uploads: bool | None, page_size: int) -> None:
    store = MemoryStore(uploads=["p/a", "p/a", "p/\x01", "p", "pp/x"], page_size=page_size)
    report = Workbench(store, workers=workers).removed("p", uploads=uploads)
    assert store.uploads == ["p", "pp/x"]
    assert removed(report) == [Removal(uploads=3)]
    assert report.folders[0].changed


def test_incomplete_uploads_are_left_on_demand(workers: int | None) -> None:
    store = MemoryStore(["p/a"], uploads=["p/a"])
    report = Workbench(store, workers=workers).removed("p", uploads=False)
    assert store.uploads == ["p/a"]
    assert store.asked("list_uploads") == []
    assert removed(report) == [Removal(objects=1)]


@pytest.mark.parametrize("error", [DENIED, UNSUPPORTED])
def test_uploads_that_cannot_be_looked_for_leave_a_warning(workers: int | None, error: RequestFailed) -> None:
    store = MemoryStore(["p/a"])
    store.fail("list_uploads", error)
    report = Workbench(store, workers=workers).removed("p")
    assert store.current == []
    assert len(report.warnings) == 1
    assert str(error) in report.warnings[0]
    assert "Set uploads to false" in report.warnings[0]
    assert len(store.asked("list_uploads")) == 1


@pytest.mark.parametrize("error", [DENIED, UNSUPPORTED])
def test_uploads_that_must_be_looked_for_are_an_error(workers: int | None, error: RequestFailed) -> None:
    store = MemoryStore()
    store.fail("list_uploads", error)
    with pytest.raises(type(error)):
        Workbench(store, workers=workers).removed("p", uploads=True)


def test_uploads_behind_a_store_that_is_down_are_an_error(workers: int | None) -> None:
    store = MemoryStore()
    store.fail("list_uploads", SLOW_DOWN)
    with pytest.raises(RetriesExhausted):
        Workbench(store, workers=workers).removed("p")


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("max_objects", [None, 5])
def test_a_missing_space_is_an_error_unless_it_is_fine(
    workers: int | None, dry_run: bool, max_objects: int | None
) -> None:
    store = MemoryStore()
    store.exists = False
    bench = Workbench(store, workers=workers)
    with pytest.raises(SpaceNotFound):
        bench.removed("p", dry_run=dry_run, max_objects=max_objects)
    bench = Workbench(store, workers=workers)
    report = bench.removed("p", dry_run=dry_run, max_objects=max_objects, missing_ok=True)
    assert removed(report) == [Removal()]


@pytest.mark.parametrize(
    ("paths", "covers"),
    [
        (["p", "p/"], [None, "p/"]),
        (["p/a", "p"], ["p/", None]),
        (["p", "p/a/b", "p/a"], [None, "p/", "p/"]),
        (["p/a/b", "p/a", "p", "p/a"], ["p/", "p/", None, "p/"]),
        (["p/a", "p/a", "p"], ["p/", "p/", None]),
        (["p/a", "/", "q"], ["/", None, "/"]),
        (["/", "/"], [None, "/"]),
        (["p", "pp", "p-"], [None, None, None]),
        (["p", "q", "p", "q"], [None, None, "p/", "q/"]),
    ],
)
def test_a_folder_inside_another_is_done_once(workers: int | None, paths: list[str], covers: list[str | None]) -> None:
    keys = ["p-/x", "p/a/b/c", "p/a/d", "p/e", "pp/x", "q/x"]
    store = MemoryStore(keys)
    report = Workbench(store, workers=workers).removed(*paths)
    assert [folder.path for folder in report.folders] == [path if path.endswith("/") else path + "/" for path in paths]
    assert [folder.covered_by for folder in report.folders] == covers
    for folder, cover in zip(report.folders, covers, strict=True):
        if cover is None:
            under = [key for key in keys if key.startswith(folder.path.removeprefix("/"))]
            assert folder.removed == Removal(objects=len(under))
        else:
            assert (folder.removed, folder.changed, folder.sample) == (Removal(), False, ())
    asked = [key for keys_asked in store.asked("delete_batch") for key in keys_asked]
    assert sorted(asked) == sorted(set(asked))


@pytest.mark.parametrize("size", [0, 3, 99])
def test_a_sample_names_the_first_keys_and_no_more(workers: int | None, size: int) -> None:
    keys = [f"p/{number:02}" for number in range(30)]
    report = Workbench(MemoryStore(keys, batch_size=4), workers=workers).removed("p", sample_size=size)
    assert [entry.key for entry in report.folders[0].sample] == keys[:size]


@pytest.mark.parametrize("versions", [False, True])
def test_a_dry_run_reports_what_the_run_does_and_changes_nothing(workers: int | None, versions: bool) -> None:
    store = MemoryStore(versioned=True, page_size=2, uploads=["p/u", "p/a", "q/u"])
    for _round in range(2):
        store.put(*INSIDE, *SIBLINGS, size=3)
    store.delete_one(Entry("p/a"))
    store.calls.clear()
    bench = Workbench(store, workers=workers)
    previewed = bench.removed("p", "p/a", "none", versions=versions, dry_run=True, sample_size=99)
    assert store.writes() == []
    assert bench.removed("p", "p/a", "none", versions=versions, sample_size=99) == previewed
    assert previewed.folders[0].removed.uploads == 2
    assert previewed.folders[0].changed


def test_an_error_midway_leaves_a_report_of_what_was_removed(workers: int | None) -> None:
    store = MemoryStore([f"p/{number}" for number in range(9)], page_size=3, batch_size=3, size=2)
    store.fail("list_objects", DENIED, on=[3])
    remove = Workbench(store, workers=workers).remove("p", uploads=False)
    with pytest.raises(Denied):
        remove.run()
    left = len(store.current)
    assert left >= 3
    assert remove.report().folders[0].removed == Removal(objects=9 - left, bytes=2 * (9 - left))


def test_a_stopped_task_reports_what_was_removed(workers: int | None) -> None:
    store = MemoryStore([f"p/{number}" for number in range(9)], page_size=3, batch_size=3)
    bench = Workbench(store, workers=workers)
    store.hook = lambda call: bench.cancellation.set("SIGTERM") if call.operation == "delete_batch" else None
    remove = bench.remove("p", uploads=False)
    with pytest.raises(Interrupted, match="SIGTERM"):
        remove.run()
    left = len(store.current)
    assert 0 < left < 9
    assert remove.report().folders[0].removed == Removal(objects=9 - left)


def test_a_store_that_was_never_reached_is_given_up_soon(workers: int | None) -> None:
    store = MemoryStore(["p/a"])
    store.fail("list_objects", UNREACHABLE)
    with pytest.raises(RetriesExhausted, match="after 3 attempts"):
        Workbench(store, workers=workers, retries=8).removed("p", uploads=False)


def test_a_listing_that_repeats_itself_does_not_loop(workers: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore(["p/a"])
    monkeypatch.setattr(store, "list_objects", lambda _prefix, _after: Page([Entry("p/a")], True))
    with pytest.raises(ProtocolError, match="the key 'p/a' a second time"):
        Workbench(store, workers=workers).removed("p")
