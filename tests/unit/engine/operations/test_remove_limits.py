# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a removal stops: at a limit, at failures, and when somebody else keeps writing."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk import pool as workers_module
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    BatchRefused,
    Denied,
    FolderKeepsFilling,
    Interrupted,
    LimitExceeded,
    RequestFailed,
    RetriesExhausted,
    Unsupported,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import CurrentVersion, Entry, Rejection
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Removal
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.inspection import (
    Inspection,
    where_most_are,
)
from tests.unit.engine.memory_store import Call, MemoryStore
from tests.unit.engine.workbench import DENIED, SLOW_DOWN, UNSUPPORTED, Workbench

LONG = 60  # seconds: a guard, never waited for

KEYS = [f"p/{number:02}" for number in range(10)]


@pytest.fixture(params=[None, 1, 4], ids=["serial", "one_thread", "threads"])
def workers(request: pytest.FixtureRequest) -> Any:
    """Do the work in the test's thread, or in others."""
    return request.param


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("page_size", [1, 4, 1000])
def test_more_than_the_limit_is_refused_before_anything_is_touched(
    workers: int | None, dry_run: bool, page_size: int
) -> None:
    store = MemoryStore(KEYS, page_size=page_size, batch_size=2)
    remove = Workbench(store, workers=workers).remove("p", max_objects=9, dry_run=dry_run)
    with pytest.raises(LimitExceeded) as caught:
        remove.run()
    assert "max_objects allows 9" in str(caught.value)
    assert "nothing was removed" in str(caught.value)
    assert "raise max_objects" in str(caught.value)
    assert store.writes() == []
    assert remove.report().folders[0].removed == Removal()


def test_the_refusal_says_how_many_there_are_at_least_and_where_most_of_them_are(workers: int | None) -> None:
    store = MemoryStore(["p/a/1", "p/a/2", *(f"p/b/{number}" for number in range(2000))], page_size=1000)
    with pytest.raises(LimitExceeded) as caught:
        Workbench(store, workers=workers).removed("p", max_objects=1)
    assert "at least 1,000: nothing was removed. 998 of them are in 'p/b/'." in str(caught.value)


def test_current_versions_that_a_record_names_are_counted_by_subfolder() -> None:
    inspection = Inspection(folder=FolderPath.parse("p"))
    inspection.count([CurrentVersion("p/a/1", 5, "", "v1", "")])
    assert where_most_are([inspection]) == " 1 of them is in 'p/a/'."


@pytest.mark.parametrize("page_size", [1, 4, 1000])
def test_exactly_the_limit_is_removed(workers: int | None, page_size: int) -> None:
    store = MemoryStore(KEYS, page_size=page_size, batch_size=2)
    bench = Workbench(store, workers=workers)
    previewed = bench.removed("p", max_objects=10, dry_run=True)
    assert bench.removed("p", max_objects=10) == previewed
    assert previewed.folders[0].removed == Removal(objects=10)
    assert store.current == []


def test_the_limit_is_for_all_folders_together(workers: int | None) -> None:
    store = MemoryStore(["a/1", "a/2", "b/1", "b/2"])
    with pytest.raises(LimitExceeded, match="nothing was removed"):
        Workbench(store, workers=workers).removed("a", "b", max_objects=3)
    assert store.writes() == []
    Workbench(store, workers=workers).removed("a", "b", "a/", max_objects=4)
    assert store.current == []


def test_the_limit_counts_versions_and_delete_markers_but_no_uploads(workers: int | None) -> None:
    store = MemoryStore(["p/a", "p/a", "p/b"], uploads=["p/u", "p/u"], versioned=True)
    Workbench(store, workers=workers).removed("p", uploads=False)
    with pytest.raises(LimitExceeded):
        Workbench(store, workers=workers).removed("p", versions=True, max_objects=4)
    assert len(store.versions) == 5
    report = Workbench(store, workers=workers).removed("p", versions=True, max_objects=5)
    assert report.folders[0].removed == Removal(versions=3, delete_markers=2, uploads=2)


def test_a_limit_of_none_at_all_lets_only_an_empty_folder_pass(workers: int | None) -> None:
    with pytest.raises(LimitExceeded, match="nothing was removed"):
        Workbench(MemoryStore(["p/a"]), workers=workers).removed("p", max_objects=0)
    assert not Workbench(MemoryStore(["q"]), workers=workers).removed("p", max_objects=0).folders[0].changed


def test_a_folder_that_grows_after_the_count_is_not_emptied_beyond_the_limit(workers: int | None) -> None:
    store = MemoryStore(KEYS, page_size=3, batch_size=3)
    late = iter([f"p/x{number}" for number in range(50)])

    def grow(call: Call) -> None:
        if call.operation == "delete_batch":
            store.put(*[next(late) for _each in range(3)])

    store.hook = grow
    remove = Workbench(store, workers=workers).remove("p", max_objects=10)
    with pytest.raises(LimitExceeded, match="grew while it was being emptied"):
        remove.run()
    removed = remove.report().folders[0].removed.objects
    assert removed == sum(len(keys) for keys in store.asked("delete_batch"))
    assert 3 <= removed <= 10


@pytest.mark.parametrize("times", [1, 2, 3])
def test_keys_written_during_the_removal_are_removed(workers: int | None, times: int) -> None:
    store = MemoryStore(["p/a", "q/a"])
    left = [f"p/{number}" for number in range(times)]
    bench = Workbench(store, workers=workers)

    def write(call: Call) -> None:
        if call.operation == "delete_batch" and left:
            store.put(left.pop())

    store.hook = write
    if times == 3:  # the fourth pass removes the last of them, and there is no fifth to see that
        with pytest.raises(FolderKeepsFilling):
            bench.removed("p")
    else:
        report = bench.removed("p", "q")
        assert [folder.removed.objects for folder in report.folders] == [1 + times, 1]
    assert [key for key in store.current if key.startswith("p/")] == []


def test_a_writer_who_never_stops_is_named_after_four_passes(workers: int | None) -> None:
    store = MemoryStore(["p/a", "q/a"])

    def write(call: Call) -> None:
        if call.operation == "delete_batch" and any(key.startswith("p/") for key in call.keys):
            store.put("p/again")

    store.hook = write
    remove = Workbench(store, workers=workers).remove("p", "q")
    with pytest.raises(FolderKeepsFilling) as caught:
        remove.run()
    assert "Keys keep appearing in 'p/': each of 4 passes" in str(caught.value)
    assert "Stop what writes there" in str(caught.value)
    assert [folder.removed.objects for folder in remove.report().folders] == [4, 1]
    assert len([1 for [prefix] in store.asked("list_objects") if prefix == "p/"]) == 4
    assert len([1 for [prefix] in store.asked("list_objects") if prefix == "q/"]) == 2


def test_uploads_that_keep_starting_are_noticed_too(workers: int | None) -> None:
    store = MemoryStore(uploads=["p/u"])
    store.hook = lambda call: store.start_upload("p/u") if call.operation == "abort_upload" else None
    with pytest.raises(FolderKeepsFilling):
        Workbench(store, workers=workers).removed("p")


def test_failures_are_listed_and_end_the_passes(workers: int | None) -> None:
    store = MemoryStore([*KEYS, "q/a"], batch_size=4, versioned=True)
    for key in KEYS[2:7]:
        store.reject(key, "AccessDenied")
    report = Workbench(store, workers=workers).removed("p", "q", sample_size=3, uploads=False)
    assert store.current == KEYS[2:7]
    p, q = report.folders
    assert (p.removed.objects, q.removed.objects) == (5, 1)
    assert report.failures_total == 5
    assert len(p.failed) == 3
    assert {failure.key for failure in p.failed} < set(KEYS[2:7])
    assert {failure.code for failure in p.failed} == {"AccessDenied"}
    assert q.failed == ()
    assert len(store.asked("list_objects")) == 2
    assert len(report.warnings) == 1


def test_a_batch_that_is_denied_ends_the_task_with_each_key_accounted_for(workers: int | None) -> None:
    store = MemoryStore(KEYS, batch_size=5)
    store.fail("delete_batch", DENIED)
    store.fail("delete_one", DENIED)
    remove = Workbench(store, workers=workers).remove("p")
    with pytest.raises(Denied):
        remove.run()
    report = remove.report()
    assert report.folders[0].removed == Removal()
    assert report.failures_total in (5, 10)
    assert store.current == KEYS


def test_a_store_that_goes_down_ends_the_task(workers: int | None) -> None:
    store = MemoryStore(KEYS, page_size=2, batch_size=2)
    store.fail("delete_batch", SLOW_DOWN, on=range(2, 999))
    remove = Workbench(store, workers=workers).remove("p", uploads=False)
    with pytest.raises(RetriesExhausted):
        remove.run()
    assert remove.report().folders[0].removed.objects == 2
    assert len(store.current) == 8


def test_a_store_without_batches_is_served_key_by_key(workers: int | None) -> None:
    store = MemoryStore([*KEYS, "pp"], batch_size=3)
    store.fail("delete_batch", UNSUPPORTED)
    report = Workbench(store, workers=workers).removed("p", uploads=False)
    assert report.folders[0].removed == Removal(objects=10)
    assert sorted(store.asked("delete_one")) == [(key,) for key in KEYS]
    assert store.current == ["pp"]
    assert len(store.asked("delete_batch")) <= (workers or 1)


def test_transient_failures_everywhere_do_not_show(workers: int | None) -> None:
    store = MemoryStore([*KEYS, "p/\x01"], uploads=["p/u"], page_size=3, batch_size=4)
    for operation in ("list_objects", "list_uploads", "delete_batch", "delete_one", "abort_upload", "versioning"):
        store.fail(operation, SLOW_DOWN, on=range(1, 999, 4))
    for key in KEYS[::3]:
        store.reject(key, "InternalError", times=2)
    report = Workbench(store, workers=workers, retries=9).removed("p")
    assert report.folders[0].removed == Removal(objects=11, uploads=1)
    assert (report.failures_total, report.warnings) == (0, ())
    assert store.current == store.uploads == []


def test_keys_of_requests_unanswered_at_the_end_are_reported_as_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "GRACE", 0.05)
    store = MemoryStore(KEYS, batch_size=5)
    bench = Workbench(store, workers=2)
    answer = threading.Event()

    def stay_silent(_entries: object) -> dict[Entry, Rejection]:
        bench.cancellation.request("stopped")
        answer.wait(LONG)
        return {}

    monkeypatch.setattr(store, "delete_batch", stay_silent)
    remove = bench.remove("p")
    with pytest.raises(Interrupted, match="stopped"):
        remove.run()
    report = remove.report()
    answer.set()
    assert report.folders[0].changed
    assert report.folders[0].removed == Removal()
    assert report.failures_total >= 5
    assert {failure.code for failure in report.folders[0].failed} == {"Unanswered"}
    assert not report.complete


def test_keys_of_a_mangled_reply_are_unknown_if_the_task_is_stopped() -> None:
    store = MemoryStore([f"p/{number}" for number in range(5)])
    bench = Workbench(store)

    def hook(call: Call) -> None:
        if call.operation == "delete_batch":
            raise BatchRefused("An error names 'p/?', which was not in the batch.", code="AccessDenied", uncertain=True)
        if call.operation == "delete_one":
            bench.cancellation.request("stopped")

    store.hook = hook
    remove = bench.remove("p")
    with pytest.raises(Interrupted):
        remove.run()
    [folder] = remove.report().folders
    assert store.current == []
    assert folder.changed
    assert folder.removed.objects + folder.failures_total == 5
    assert all(failure.uncertain for failure in folder.failed)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_removal_that_reached_its_end_is_complete(dry_run: bool) -> None:
    assert Workbench(MemoryStore(KEYS)).removed("p", dry_run=dry_run).complete


@pytest.mark.parametrize("dry_run", [True, False])
def test_required_uploads_that_may_be_missed_keep_everything(workers: int | None, dry_run: bool) -> None:
    store = MemoryStore(KEYS, uploads=["p/u"])
    store.forgets_uploads = True
    with pytest.raises(Unsupported, match=r"does not list every incomplete multipart upload.*Leave uploads unset"):
        Workbench(store, workers=workers).removed("p", uploads=True, dry_run=dry_run)
    assert store.writes() == []


def test_uploads_that_may_be_missed_leave_a_warning(workers: int | None) -> None:
    store = MemoryStore(KEYS, uploads=["p/u"])
    store.forgets_uploads = True
    report = Workbench(store, workers=workers).removed("p")
    assert (store.current, store.uploads) == ([], [])
    [warning] = report.warnings
    assert "does not list every incomplete multipart upload" in warning
    assert "Set uploads to false" in warning
    assert Workbench(store, workers=workers).removed("p", uploads=False).warnings == ()


@pytest.mark.parametrize("problem", [DENIED, UNSUPPORTED])
def test_required_uploads_that_cannot_be_listed_keep_everything(workers: int | None, problem: RequestFailed) -> None:
    store = MemoryStore(KEYS)
    store.fail("list_uploads", problem)
    with pytest.raises(type(problem)):
        Workbench(store, workers=workers).removed("p", uploads=True)
    assert store.writes() == []
