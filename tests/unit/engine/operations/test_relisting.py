# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store that confirms a removal, but still lists the key."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.relisting import Relisted, Relisting
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import FolderKeepsFilling, LimitExceeded
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Upload
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Removal
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import Workbench

KEYS = ["p/", "p/a", "p/b", "p/c/", "p/c/d"]


@pytest.fixture(params=[None, 1, 4], ids=["serial", "one_thread", "threads"])
def workers(request: pytest.FixtureRequest) -> Any:
    """Do the work in the test's thread, or in others."""
    return request.param


@pytest.mark.parametrize("key", ["p/b", "p/c/", "p/"])
@pytest.mark.parametrize("versions", [False, True])
def test_a_key_that_the_store_keeps_is_a_failure_and_is_not_counted(
    workers: int | None, key: str, versions: bool
) -> None:
    store = MemoryStore(KEYS, size=5, page_size=2)
    store.ignore(key)
    report = Workbench(store, workers=workers).removed("p", versions=versions, uploads=False, sample_size=9)
    [folder] = report.folders
    assert store.current == [key]
    assert folder.removed == (Removal(versions=4, bytes=20) if versions else Removal(objects=4, bytes=20))
    assert [(failure.key, failure.code, failure.uncertain) for failure in folder.failed] == [
        (key, "StillListed", False)
    ]
    assert folder.failed[0].message == "The store confirmed the removal twice, and still lists it unchanged."
    assert report.failures_total == 1
    assert [entry.key for entry in folder.sample] == [each for each in KEYS if each != key]
    assert {part.path: part.entries for part in folder.subfolders.listed} == {
        "p/b": {"p/": 2, "p/c/": 2},
        "p/c/": {"p/": 3, "p/c/": 1},
        "p/": {"p/": 2, "p/c/": 2},
    }[key]


def test_a_folder_of_which_the_store_keeps_everything_is_unchanged(workers: int | None) -> None:
    store = MemoryStore(["p/a"])
    store.ignore("p/a")
    [folder] = Workbench(store, workers=workers).removed("p").folders
    assert (folder.changed, folder.removed, folder.failures_total) == (False, Removal(), 1)


@pytest.mark.parametrize("key", ["p/b", "p/c/"])
def test_a_key_that_goes_when_it_is_asked_for_by_itself_is_counted_once(workers: int | None, key: str) -> None:
    store = MemoryStore(KEYS, size=5)
    store.ignore(key, times=1)
    report = Workbench(store, workers=workers).removed("p", uploads=False, sample_size=9)
    assert store.current == []
    assert report.folders[0].removed == Removal(objects=5, bytes=25)
    assert [entry.key for entry in report.folders[0].sample] == KEYS
    assert (report.failures_total, report.complete) == (0, True)
    assert store.asked("delete_one") == [(key,)]
    assert len(store.asked("delete_batch")) == 1


def test_a_key_that_is_listed_again_does_not_count_against_the_limit(workers: int | None) -> None:
    store = MemoryStore(KEYS)
    store.ignore("p/b", times=1)
    report = Workbench(store, workers=workers).removed("p", max_objects=5)
    assert report.folders[0].removed == Removal(objects=5)


def test_a_new_key_counts_against_the_limit_beside_one_that_is_listed_again() -> None:
    store = MemoryStore(KEYS)
    store.ignore("p/b", times=1)
    store.hook = lambda call: store.put("p/new") if call.operation == "delete_batch" else None
    with pytest.raises(LimitExceeded, match="grew while it was being emptied"):
        Workbench(store).removed("p", max_objects=5)


@pytest.mark.parametrize("times", [1, 2])
def test_an_upload_that_is_listed_after_it_was_aborted_is_aborted_once_more(workers: int | None, times: int) -> None:
    store = MemoryStore(uploads=["p/a", "p/b"])
    store.ignore("p/b", times=times)
    [folder] = Workbench(store, workers=workers).removed("p", uploads=True).folders
    assert store.uploads == ["p/b"][: times - 1]
    assert folder.removed == Removal(uploads=3 - times)
    assert [failure.code for failure in folder.failed] == ["StillListed"][: times - 1]


def test_a_key_that_is_denied_when_it_is_asked_for_by_itself_fails_with_that(workers: int | None) -> None:
    store = MemoryStore(KEYS)
    store.ignore("p/b", times=1)
    store.hook = lambda call: store.reject("p/b") if call.operation == "delete_batch" else None
    [folder] = Workbench(store, workers=workers).removed("p").folders
    assert folder.removed == Removal(objects=4)
    assert [(failure.key, failure.code) for failure in folder.failed] == [("p/b", "AccessDenied")]


def test_a_writer_is_blamed_if_the_key_is_another_object(workers: int | None) -> None:
    store = MemoryStore(["p/a"])
    store.hook = lambda call: store.put("p/a") if call.operation in ("delete_batch", "delete_one") else None
    with pytest.raises(FolderKeepsFilling, match="Keys keep appearing"):
        Workbench(store, workers=workers).removed("p")


def test_a_marker_whose_time_alone_has_changed_was_not_written_anew() -> None:
    marker = Entry("p/", 0, "2026-01-01T00:00:00Z")
    relisting = Relisting()
    relisting.begin_pass()
    relisting.sort([marker])
    relisting.begin_pass()
    later = [marker._replace(modified="2026-01-01T00:00:01Z")]
    assert relisting.sort(later) == Relisted([], later, [])


def test_prune_does_not_count_what_the_store_keeps(workers: int | None) -> None:
    store = MemoryStore()
    store.date = datetime(2026, 1, 5, tzinfo=timezone.utc)
    for number in (1, 2):
        store.time = f"2026-01-0{number}T00:00:00Z"
        store.put(f"b/{number}/x", f"b/{number}/y")
    store.ignore("b/1/y")
    [folder] = Workbench(store, workers=workers).pruned("b", keep_newest=1).folders
    assert (folder.removed, folder.failed[0].code) == (Removal(objects=1), "StillListed")


def test_entries_beyond_the_memory_limit_count_as_fresh() -> None:
    relisting = Relisting(most=2)
    entries = [Entry(f"p/{number}") for number in range(4)]
    relisting.begin_pass()
    assert relisting.sort(entries[:2]) == Relisted(entries[:2], [], [])
    assert relisting.sort(entries[2:]) == Relisted(entries[2:], [], [])
    relisting.begin_pass()
    assert relisting.sort(entries) == Relisted(entries[2:], entries[:2], [])


@pytest.mark.parametrize("change", [{"size": 1}, {"etag": "x"}, {"version_id": "x"}, {"modified": "x"}])
def test_an_entry_that_was_written_anew_is_fresh(change: dict[str, Any]) -> None:
    entry = Entry("p/a", 0, "2026", None)
    relisting = Relisting()
    for each in (entry, entry._replace(**change)):
        relisting.begin_pass()
        assert relisting.sort([each]) == Relisted([each], [], [])


def test_a_version_that_has_become_the_latest_is_the_same() -> None:
    relisting = Relisting()
    relisting.begin_pass()
    relisting.sort([Entry("p/a", version_id="1"), Upload("p/", "1", "2026")])
    relisting.begin_pass()
    again = [Entry("p/a", version_id="1", latest=True), Upload("p/", "1", "2026")]
    assert relisting.sort(again) == Relisted([], again, [])
