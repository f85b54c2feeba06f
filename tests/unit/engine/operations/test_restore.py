# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removals with a record, and restores from it, on a store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.record_reader import RecordReader
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.recorder import Recorder
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    EngineError,
    Interrupted,
    InvalidOption,
    LimitExceeded,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.globs import Globs
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.record import RecordedEntry, RecordedException
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import FolderReport, Report
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.restoration import (
    RecordedKeys,
    keys_chosen,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.create import DryRunMarkers
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.removal_job import RemovalJob
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.remove import Remove
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.restore import Record, Restore
from tests.unit.engine.memory_store import Call, MemoryStore
from tests.unit.engine.model.test_record import HEADER
from tests.unit.engine.workbench import DENIED, SILENT, UNREACHABLE, UNSUPPORTED, Instant, StopsWhileAsleep, Workbench

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
LEFT = {"in_place": 0, "newer": 0, "newer_deleted": 0, "differs": 0, "suspended": 0, "not_restorable": 0}


def store_of(*keys: str, **options: Any) -> MemoryStore:
    return MemoryStore(keys, size=3, versioned=True, **options)


def recorder(path: Path) -> Recorder:
    return Recorder(place=str(path), name="", header=HEADER)


def lines_of(path: Path) -> list[RecordedEntry | RecordedException]:
    return list(RecordReader(path=str(path), option="from_record").lines())


def remove(store: MemoryStore, path: Path, *, workers: int | None = None, **options: Any) -> Report:
    """Empty p/ with a record."""
    workbench = Workbench(store, workers=workers)
    plan = Remove(folders=[FolderPath.parse("p/")], lister=store)
    job = workbench.job(plan, **{"dry_run": False, "record_versions": True, "recorder": recorder(path), **options})
    job.run()
    return job.report()


def restore(
    store: MemoryStore,
    path: Path | None = None,
    *,
    paths: tuple[str, ...] = ("p/",),
    workers: int | None = None,
    dry_run: bool = False,
    recorder: Recorder | None = None,
    cancellation: Instant | None = None,
    **options: Any,
) -> RemovalJob:
    workbench = Workbench(store, workers=workers, cancellation=cancellation)
    folders = [FolderPath.parse(each, allow_root=True) for each in paths]
    accept = keys_chosen(folders, options.pop("globs", Globs()))
    record = None
    if path:
        reader = RecordReader(path=str(path), option="from_record")
        keys = RecordedKeys(reader.lines(), accept=accept)
        record = Record(keys=keys, lines=reader.lines, complete=reader.complete)
    plan = Restore(
        folders=folders,
        lister=store,
        markers=DryRunMarkers(markers=store, lister=store) if dry_run else store,
        retrier=workbench.retrier,
        record=record,
        accept=accept,
        **options,
    )
    return workbench.job(plan, dry_run=dry_run, recorder=recorder)


def restored(*arguments: Any, **options: Any) -> FolderReport:
    """Restore; return the report of the first folder."""
    job = restore(*arguments, **options)
    job.run()
    return job.report().folders[0]


def data_versions(store: MemoryStore) -> list[tuple[str, str | None]]:
    return [(entry.key, entry.version_id) for entry in store.versions if not entry.delete_marker]


def amounts(report: FolderReport) -> tuple[int, int, dict[str, int]]:
    assert report.restored
    return (
        report.restored.objects,
        report.restored.bytes,
        {name: number for name, number in report.restored.left.items() if number},
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "r.jsonl"


# What a removal records.


def test_a_removal_records_the_current_versions_and_removes_keys_alone(file: Path) -> None:
    store = store_of("p/a", "p/a", "p/b", "q")
    sent: list[Entry] = []
    delete_batch = store.delete_batch

    def noted(entries: Any) -> Any:
        sent.extend(entries)
        return delete_batch(entries)

    store.delete_batch = noted  # type: ignore[method-assign]
    report = remove(store, file)
    assert [(line.key, line.version_id) for line in lines_of(file)] == [("p/a", "v000000002"), ("p/b", "v000000003")]
    assert [(entry.key, entry.version_id) for entry in sent] == [("p/a", None), ("p/b", None)]
    assert (report.folders[0].removed.objects, report.folders[0].removed.bytes) == (2, 6)
    assert report.record == str(file)
    assert store.current == ["q"]
    assert RecordReader(path=str(file), option="from_record").header() == replace(HEADER, versioning="enabled")


def test_no_request_is_sent_before_its_entries_are_recorded(file: Path) -> None:
    store = store_of(*(f"p/{number:03}" for number in range(50)), page_size=5, batch_size=5)
    unrecorded: list[str] = []

    def look(call: Call) -> None:
        if call.operation == "delete_batch":
            unrecorded.extend(set(call.keys) - {line.key for line in lines_of(file)})

    store.hook = look
    remove(store, file, workers=4)
    assert unrecorded == []
    assert not store.current


def test_a_record_that_cannot_be_written_ends_the_task_before_a_request(file: Path) -> None:
    store = store_of("p/a", "p/b")
    file.write_text("mine")
    with pytest.raises(EngineError, match="cannot be written: File exists"):
        remove(store, file)
    assert store.writes() == []
    assert file.read_text() == "mine"


def test_the_record_names_keys_that_were_not_removed(file: Path) -> None:
    store = store_of("p/a", "p/b", "p/c")
    store.reject("p/b")
    remove(store, file)
    assert lines_of(file)[-1] == RecordedException("p/b", None, "failed", "AccessDenied")
    assert len(RecordedKeys(lines_of(file))) == 2


def test_a_later_version_that_was_left_does_not_hide_the_recorded_one(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    [first, *_others] = lines_of(file)
    assert len(RecordedKeys([first, RecordedException("p/a", "v9", "failed", "NotReviewed")])) == 1


def test_progress_knows_the_total_of_a_removal_with_a_record_too(file: Path) -> None:
    store = store_of("p/a", "p/b")
    job = Workbench(store).job(
        Remove(folders=[FolderPath.parse("p/")], lister=store),
        dry_run=False,
        record_versions=True,
        recorder=recorder(file),
        max_objects=2,
    )
    job.run()
    assert (job.progress().done, job.progress().total) == (2, 2)


def test_check_mode_records_what_would_go(file: Path) -> None:
    store = store_of("p/a")
    remove(store, file, dry_run=True)
    assert [line.key for line in lines_of(file)] == ["p/a"]
    assert store.current == ["p/a"]


@pytest.mark.parametrize("operation", ["versioning", "list_versions"])
def test_a_key_that_may_not_list_versions_fails_before_anything_is_removed(file: Path, operation: str) -> None:
    store = store_of("p/a")
    store.fail(operation, DENIED)
    with pytest.raises(EngineError, match="set record_versions to false"):
        remove(store, file)
    assert store.current == ["p/a"]


def test_a_store_that_keeps_versions_and_does_not_list_them_fails_before_anything_is_removed(file: Path) -> None:
    store = store_of("p/a")
    store.fail("list_versions", UNSUPPORTED)
    with pytest.raises(EngineError, match=r"does not list them.*set record_versions to false"):
        remove(store, file)
    assert store.current == ["p/a"]


def test_a_store_without_versioning_has_a_record_of_keys(file: Path) -> None:
    store = MemoryStore(["p/a"])
    store.fail("versioning", UNSUPPORTED)
    remove(store, file)
    assert [(line.key, line.version_id) for line in lines_of(file)] == [("p/a", None)]


def test_without_versions_the_record_names_keys(file: Path) -> None:
    store = store_of("p/a")
    store.fail("list_versions", DENIED)
    remove(store, file, record_versions=False)
    assert [(line.key, line.version_id) for line in lines_of(file)] == [("p/a", None)]


def test_a_store_that_does_not_say_which_version_is_current_is_found_out(file: Path) -> None:
    store = store_of("p/a")
    listed = store.list_versions
    store.list_versions = lambda prefix, after: replace(  # type: ignore[method-assign]
        page := listed(prefix, after), items=[item._replace(latest=False) for item in page.items]
    )
    with pytest.raises(EngineError, match="still lists objects"):
        remove(store, file)


def test_old_versions_are_listed_once(file: Path) -> None:
    store = store_of(*(f"p/{number}" for number in range(8)), page_size=4)
    remove(store, file)
    assert len(store.asked("list_versions")) == 3  # one to see whether it is allowed
    assert len(store.asked("list_objects")) == 1


def test_what_is_written_after_its_versions_were_listed_is_removed_and_recorded_too(file: Path) -> None:
    store = store_of("p/a", "p/b")
    late = ["p/c"]
    store.hook = lambda call: store.put(late.pop()) if late and call.operation == "delete_batch" else None
    remove(store, file)
    assert not store.current
    assert [line.key for line in lines_of(file)] == ["p/a", "p/b", "p/c"]


def test_an_upload_that_begins_while_an_empty_folder_is_checked_is_aborted(file: Path) -> None:
    store = store_of("q")
    begun = ["p/a"]
    store.hook = lambda call: store.start_upload(begun.pop()) if begun and call.operation == "list_objects" else None
    assert remove(store, file).folders[0].removed.uploads == 1
    assert not store.uploads


def test_progress_says_when_it_is_checked_that_nothing_is_left(file: Path) -> None:
    store = store_of("p/a")
    job = Workbench(store).job(
        Remove(folders=[FolderPath.parse("p/")], lister=store),
        dry_run=False,
        record_versions=True,
        recorder=recorder(file),
    )
    phases: dict[str, str] = {}
    store.hook = lambda call: phases.update({call.operation: job.progress().phase})
    job.run()
    assert (phases["delete_batch"], phases["list_objects"]) == ("", "checking that nothing is left")


def test_objects_that_a_suspended_space_destroys_are_recorded_as_not_restorable_with_a_warning(file: Path) -> None:
    store = store_of("p/a")
    store.suspended = True
    store.put("p/b")
    report = remove(store, file)
    assert [(line.key, line.restorable) for line in lines_of(file)] == [("p/a", True), ("p/b", False)]
    assert any("suspended" in warning for warning in report.warnings)
    assert amounts(restored(store, file)) == (0, 0, {"suspended": 1, "not_restorable": 1})


# What a restore brings back.


@pytest.mark.parametrize("workers", [None, 4])
def test_a_removal_is_taken_back(file: Path, workers: int | None) -> None:
    store = store_of(*(f"p/{number // 10}/{number:03}" for number in range(80)), "p/", "q", page_size=7, batch_size=5)
    before = data_versions(store)
    remove(store, file, workers=workers)
    assert store.current == ["q"]
    report = restored(store, file, workers=workers)
    assert amounts(report) == (81, 243, {})
    assert report.changed
    assert len(store.current) == 82
    assert [(entry.key, entry.version_id) for entry in store.versions] == before


def test_a_second_run_changes_nothing(file: Path) -> None:
    store = store_of("p/a")
    remove(store, file)
    restored(store, file)
    report = restored(store, file)
    assert amounts(report) == (0, 0, {"in_place": 1})
    assert not report.changed


def test_check_mode_restores_nothing_and_counts_the_same(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    store.calls.clear()
    assert amounts(restored(store, file, dry_run=True)) == (2, 6, {})
    assert store.writes() == []


def test_only_what_the_record_names_comes_back(file: Path) -> None:
    store = store_of("p/a", "p/deleted before")
    store.delete_one(Entry("p/deleted before"))
    remove(store, file)
    assert amounts(restored(store, file)) == (1, 3, {})
    assert store.current == ["p/a"]


def test_newer_versions_stay_current(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    store.put("p/a", "p/b")
    store.delete_one(Entry("p/b"))
    assert amounts(restored(store, file)) == (0, 0, {"newer": 1, "newer_deleted": 1})
    assert store.current == ["p/a"]


def test_a_key_that_is_deleted_again_meanwhile_is_restored_and_counted_once(file: Path) -> None:
    store = store_of("p/a", "p/b", batch_size=1)
    remove(store, file)

    def delete_again(call: Call) -> None:
        if call.operation == "delete_batch" and "p/a" in store.current:
            store.hook = lambda _call: None
            store.delete_one(Entry("p/a"))

    store.hook = delete_again
    assert amounts(restored(store, file)) == (2, 6, {})
    assert store.current == ["p/a", "p/b"]


def test_another_version_called_null_is_not_the_recorded_one(file: Path) -> None:
    store = MemoryStore(versioned=True)
    store.suspended = True
    store.put("p/a", "p/b", size=3)
    store.suspended = False  # so that a removal keeps the versions that are called null
    remove(store, file)
    store.suspended = True
    store.put("p/a", size=9)
    store.suspended = False
    store.delete_one(Entry("p/a"))
    report = restored(store, file)
    assert amounts(report) == (1, 3, {})
    assert [(failure.key, failure.code) for failure in report.failed] == [("p/a", "Expired")]
    assert store.current == ["p/b"]


def test_several_delete_markers_count_as_one_key(file: Path) -> None:
    store = store_of("p/a")
    remove(store, file)
    store.delete_one(Entry("p/a"))
    store.delete_one(Entry("p/a"))
    assert amounts(restored(store, file)) == (1, 3, {})
    assert store.current == ["p/a"]


def test_a_key_whose_entries_spread_over_pages_is_decided_as_a_whole(file: Path) -> None:
    store = store_of("p/a", "p/b", page_size=1)
    remove(store, file)
    for _time in range(3):
        store.delete_one(Entry("p/a"))
    assert amounts(restored(store, file, workers=3)) == (2, 6, {})


def test_a_version_that_is_gone_is_a_failure_that_names_the_key(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    store.delete_one(Entry("p/a", version_id="v000000001"))
    report = restored(store, file)
    assert [(failure.key, failure.code) for failure in report.failed] == [("p/a", "Expired")]
    assert amounts(report) == (1, 3, {})


def test_a_key_overwritten_after_its_restore_is_not_reported_as_restored(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    store.hook = lambda call: store.put("p/a") if call.operation == "delete_batch" else None
    assert amounts(restored(store, file)) == (1, 3, {"differs": 1})


def test_a_store_that_ignores_the_removal_of_a_delete_marker_is_found_out(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    store.ignore("p/a")
    report = restored(store, file)
    assert [(failure.key, failure.code) for failure in report.failed] == [("p/a", "StillListed")]
    assert amounts(report) == (1, 3, {})


def test_a_folder_marker_that_is_gone_without_a_trace_is_created_again(file: Path) -> None:
    store = MemoryStore(["p/x/", "p/filled/"], versioned=True)
    store.put("p/filled/", size=9)
    remove(store, file)
    for entry in store.versions:  # as if the store had kept nothing of them
        store.delete_one(entry)
    dry = restored(store, file, dry_run=True)
    report = restored(store, file)
    for each in (dry, report):
        assert amounts(each) == (1, 0, {})
        assert [(failure.key, failure.code) for failure in each.failed] == [("p/filled/", "Expired")]
    assert store.current == ["p/x/"]
    assert amounts(restored(store, file)) == (0, 0, {"in_place": 1})


def test_a_folder_marker_is_not_put_over_a_hidden_version(file: Path) -> None:
    store = MemoryStore(["p/x/"], versioned=True)
    remove(store, file)
    recorded = lines_of(file)[0].version_id
    store.suspended = True
    store.put("p/x/", size=9)
    store.suspended = False
    store.delete_one(Entry("p/x/"))
    store.delete_one(Entry("p/x/", version_id=recorded))
    store.suspended = True  # so that a PUT would destroy the version that is called null
    before = store.versions
    report = restored(store, file)
    assert [(failure.key, failure.code) for failure in report.failed] == [("p/x/", "Expired")]
    assert store.versions == before


def lose_all(store: MemoryStore) -> None:
    """Have the store keep nothing of what was removed, as some do of folder markers."""
    for entry in store.versions:
        store.delete_one(entry)
    store.calls.clear()


@pytest.mark.parametrize("dry_run", [True, False])
def test_folder_markers_count_for_max_objects(file: Path, dry_run: bool) -> None:
    store = MemoryStore(["p/x/", "p/y/", "p/z/"], versioned=True)
    remove(store, file)
    lose_all(store)
    with pytest.raises(EngineError, match="max_objects"):
        restore(store, file, max_objects=2, dry_run=dry_run).run()
    assert store.current == ([] if dry_run else ["p/x/", "p/y/"])


def test_a_store_that_is_away_is_not_asked_for_every_folder_marker(file: Path) -> None:
    store = MemoryStore(["p/x/", "p/y/"], versioned=True)
    remove(store, file)
    lose_all(store)
    store.fail("create", UNREACHABLE)
    job = restore(store, file)
    with pytest.raises(EngineError, match="Could not connect"):
        job.run()
    assert {call.keys for call in store.writes()} == {("p/x/",)}
    assert job.report().failures_total == 1


def test_a_look_at_a_folder_marker_that_is_not_answered_changes_nothing(file: Path) -> None:
    store = MemoryStore(["p/x/"], versioned=True)
    remove(store, file)
    lose_all(store)
    store.fail("size", SILENT)
    job = restore(store, file)
    with pytest.raises(EngineError, match="No answer"):
        job.run()
    [report] = job.report().folders
    assert (report.failures_total, report.uncertain, report.changed) == (1, False, False)


def test_a_folder_marker_that_was_being_created_when_the_task_ended_is_reported(file: Path) -> None:
    store = MemoryStore(["p/x/"], versioned=True)
    remove(store, file)
    lose_all(store)
    store.fail("create", SILENT)
    job = restore(store, file, cancellation=StopsWhileAsleep())
    with pytest.raises(Interrupted):
        job.run()
    [report] = job.report().folders
    assert [(failure.key, failure.uncertain) for failure in report.failed] == [("p/x/", True)]
    assert report.changed


def test_a_creation_that_was_made_without_an_answer_counts(file: Path) -> None:
    store = MemoryStore(["p/x/"], versioned=True)
    remove(store, file)
    lose_all(store)
    create = store.create

    def unanswered(key: str, *, only_new: bool = False) -> None:
        missing = not store.current
        create(key, only_new=only_new)
        if missing:
            raise SILENT

    store.create = unanswered  # type: ignore[method-assign]
    report = restored(store, file)
    assert amounts(report) == (1, 0, {})
    assert report.changed


def test_a_scan_that_begins_amid_the_versions_of_a_key_is_refused(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    listed = store.list_versions
    store.list_versions = (
        lambda prefix, after: replace(  # type: ignore[method-assign]
            page := listed(prefix, after), items=page.items[1:]
        )
    )
    with pytest.raises(EngineError, match="begins amid the versions of 'p/a'"):
        restored(store, file)
    assert store.current == []


def test_a_record_that_was_cut_is_used_with_a_warning(file: Path) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2]) + b'{"key": "p/b"')
    job = restore(store, file)
    job.run()
    assert store.current == ["p/a"]
    assert any("no last line" in warning for warning in job.report().warnings)


def test_a_restore_can_be_recorded_too(file: Path, tmp_path: Path) -> None:
    store = store_of("p/a")
    remove(store, file)
    job = restore(store, file, recorder=recorder(tmp_path / "back.jsonl"))
    job.run()
    assert [(line.key, line.kind) for line in lines_of(tmp_path / "back.jsonl")] == [("p/a", "delete_marker")]


def test_filters_choose_by_the_key_below_the_folder(file: Path) -> None:
    store = store_of("p/a", "p/b", "p/c/a")
    remove(store, file)
    assert amounts(restored(store, file, globs=Globs(include=["a", "b"], exclude=["b"]))) == (1, 3, {})
    assert store.current == ["p/a"]


@pytest.mark.parametrize("recorded", [False, True])
def test_a_key_is_chosen_by_its_name_below_any_of_the_folders(file: Path, recorded: bool) -> None:
    store = store_of("p/a", "p/c/a", "p/c/b", "p/d/a")
    store.time = "2026-11-24T12:00:00.000Z"
    store.date = NOON
    remove(store, file)
    how: dict[str, Any] = {"path": file} if recorded else {"since": timedelta(hours=1)}
    restored(store, paths=("p/", "p/c/"), globs=Globs(include=["a"]), **how)
    assert store.current == ["p/a", "p/c/a"]


@pytest.mark.parametrize(("since", "back"), [(NOON, ["p/b"]), (timedelta(hours=1), ["p/a", "p/b"])])
def test_keys_deleted_since_a_time_are_restored(since: datetime | timedelta, back: list[str]) -> None:
    store = store_of("p/a", "p/b", "p/old", "p/there")
    for key, time in (("p/old", "09:00:00"), ("p/a", "11:59:59"), ("p/b", "12:00:00")):
        store.time = f"2026-11-24T{time}.000Z"
        store.delete_one(Entry(key))
    store.date = NOON + timedelta(minutes=30)
    assert amounts(restored(store, since=since)) == (len(back), 3 * len(back), {"in_place": 1})
    assert store.current == [*back, "p/there"]


def test_one_delete_marker_that_is_older_keeps_the_key_deleted() -> None:
    store = store_of("p/a")
    for time in ("09:00:00", "12:00:00"):
        store.time = f"2026-11-24T{time}.000Z"
        store.delete_one(Entry("p/a"))
    store.date = NOON + timedelta(minutes=30)
    assert amounts(restored(store, since=NOON)) == (0, 0, {})


def test_a_time_in_the_future_is_refused() -> None:
    store = store_of("p/a")
    store.date = NOON
    with pytest.raises(InvalidOption, match="is in the future"):
        restored(store, since=NOON + timedelta(seconds=1))


def test_both_the_record_and_the_time_must_hold(file: Path) -> None:
    store = store_of("p/a")
    store.time = "2026-11-24T11:00:00.000Z"
    remove(store, file)
    store.date = NOON
    report = restored(store, file, since=NOON)
    assert amounts(report) == (0, 0, {})
    assert not report.failures_total


@pytest.mark.parametrize("most", [1, 2])
def test_max_objects_counts_keys_before_anything_is_restored(file: Path, most: int) -> None:
    store = store_of("p/a", "p/b")
    remove(store, file)
    store.delete_one(Entry("p/a"))
    store.calls.clear()
    job = restore(store, file, max_objects=most)
    if most == 1:
        with pytest.raises(LimitExceeded, match="allows 1 to be restored, and 2 would be"):
            job.run()
        assert store.writes() == []
    else:
        job.run()
        assert store.current == ["p/a", "p/b"]


def test_a_space_that_never_kept_versions_is_refused() -> None:
    with pytest.raises(EngineError, match="never kept versions"):
        restored(MemoryStore(["p/a"]), since=NOON)


KEYS = st.sampled_from(["p/a", "p/b", "p/c/d", "p/", "q"])
STEPS = st.lists(st.tuples(st.sampled_from(["put", "delete", "suspend", "enable"]), KEYS), max_size=12)


def play(store: MemoryStore, steps: list[tuple[str, str]]) -> None:
    for what, key in steps:
        if what == "put":
            store.put(key, size=3)
        elif what == "delete" and key in store.current:
            store.delete_one(Entry(key))
        else:
            store.suspended = what == "suspend"


@settings(deadline=None)
@given(before=STEPS, meanwhile=STEPS, page_size=st.integers(1, 4))
def test_whatever_happened_no_data_is_removed_and_every_difference_is_named(
    before: list[tuple[str, str]],
    meanwhile: list[tuple[str, str]],
    page_size: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("record") / "r.jsonl"
    store = store_of(page_size=page_size)
    play(store, before)
    was = {(entry.key, entry.version_id) for entry in store.versions if entry.latest and not entry.delete_marker}
    was = {(key, version) for key, version in was if key.startswith("p/")}
    remove(store, file)
    if not was:
        assert not file.exists()
        return
    play(store, meanwhile)
    data, current = data_versions(store), set(store.current)
    report = restored(store, file)
    assert data_versions(store) == data
    assert current <= set(store.current)
    now = {(entry.key, entry.version_id) for entry in store.versions if entry.latest and not entry.delete_marker}
    assert report.restored
    missing = len(was - now)
    named = sum(number for name, number in report.restored.left.items() if name != "in_place") + report.failures_total
    assert missing <= named
    assert report.restored.objects + report.restored.left["in_place"] + named == len(was)
