# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``prune`` on a store in memory."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    EngineError,
    InvalidOption,
    LimitExceeded,
    ProtocolError,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Page
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.parts import NO_PARTS
from tests.unit.engine.memory_store import Call, MemoryStore
from tests.unit.engine.workbench import DENIED, Workbench

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def put(store: MemoryStore, age: timedelta, *keys: str) -> None:
    """Write objects of an age."""
    store.time = (NOW - age).isoformat()
    store.put(*keys)
    store.time = NOW.isoformat()


@pytest.fixture(params=[1, 3, 1000])
def store(request: pytest.FixtureRequest) -> MemoryStore:
    """Fill a store with builds of several ages; the pages are small."""
    store = MemoryStore(page_size=request.param, size=1)
    store.date = NOW
    put(store, 9 * DAY, "b/", "b/1/", "b/1/x", "b/2/x", "b/2/y/z", "b/old.txt", "b/release-1/x", "bb/1/x")
    put(store, 5 * DAY, "b/3/x")
    put(store, DAY, "b/2/new", "b/4/x", "b/5/")
    return store


STAY = ["b/", "b/old.txt", "bb/1/x"]


@pytest.mark.parametrize("workers", [None, 4])
@pytest.mark.parametrize(
    ("rule", "left", "kept"),
    [
        ({"older_than": 3 * DAY}, ["b/2/new", "b/2/x", "b/2/y/z", "b/4/x", "b/5/"], 3),
        ({"older_than": 7 * DAY}, ["b/2/new", "b/2/x", "b/2/y/z", "b/3/x", "b/4/x", "b/5/"], 4),
        ({"keep_newest": 1}, ["b/5/"], 1),
        (
            {"keep_newest": 2, "exclude": ["release-*", "5"]},
            ["b/2/new", "b/2/x", "b/2/y/z", "b/4/x", "b/5/", "b/release-1/x"],
            2,
        ),
        ({"older_than": DAY / 2, "include": ["release-*"]}, None, 0),
    ],
)
def test_subfolders_go(
    store: MemoryStore, workers: int | None, rule: dict[str, Any], left: list[str] | None, kept: int
) -> None:
    before = store.current
    bench = Workbench(store, workers=workers)
    previewed = bench.pruned("b", dry_run=True, **rule)
    assert store.current == before
    report = bench.pruned("b", **rule)
    assert report.folders == previewed.folders
    expected = sorted([*STAY, *left]) if left is not None else [key for key in before if "release" not in key]
    assert store.current == expected
    assert report.folders[0].removed.objects == len(before) - len(expected)
    assert report.folders[0].kept == kept
    assert not bench.pruned("b", **rule).folders[0].changed


@pytest.mark.parametrize(
    ("kind", "rule", "removed", "kept"),
    [
        (
            "subfolders",
            {"older_than": 3 * DAY, "keep_newest": 2, "exclude": ["release-*"]},
            {"b/1/": 2, "b/3/": 1},
            {"b/2/": "younger", "b/4/": "newest", "b/5/": "newest", "b/release-1/": "excluded"},
        ),
        (
            "objects",
            {"older_than": 3 * DAY, "include": ["?/x"], "exclude": ["1/*"]},
            {"b/2/x": 1, "b/3/x": 1},
            {
                "b/1/": "not_included",
                "b/1/x": "excluded",
                "b/2/new": "not_included",
                "b/2/y/z": "not_included",
                "b/4/x": "younger",
                "b/5/": "not_included",
                "b/old.txt": "not_included",
                "b/release-1/x": "not_included",
            },
        ),
    ],
)
def test_each_unit_is_reported_with_the_reason_why_it_stays_or_goes(
    store: MemoryStore, kind: Any, rule: dict[str, Any], removed: dict[str, int], kept: dict[str, str]
) -> None:
    [folder] = Workbench(store).pruned("b", kind=kind, **rule).folders
    assert {part.path: (part.objects, part.reason) for part in folder.removed_units.listed} == {
        path: (objects, "selected") for path, objects in removed.items()
    }
    assert {part.path: part.reason for part in folder.kept_units.listed} == kept
    newest = {part.path: part.newest for part in (*folder.removed_units.listed, *folder.kept_units.listed)}
    assert newest["b/2/" if kind == "subfolders" else "b/2/new"] == (NOW - DAY).isoformat()


def test_units_are_not_reported_before_all_are_known() -> None:
    store = MemoryStore(page_size=1)
    store.date = NOW
    put(store, 9 * DAY, "b/1/x", "b/2/x", "b/3/x")
    store.fail("list_objects", DENIED, on=[3])
    prune = Workbench(store).prune("b", older_than=3 * DAY)
    with pytest.raises(EngineError):
        prune.run()
    assert prune.report().folders[0].removed_units == NO_PARTS


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ({"older_than": 3 * DAY}, {"b/1/", "b/1/x", "b/2/x", "b/2/y/z", "b/3/x", "b/old.txt", "b/release-1/x"}),
        ({"older_than": 3 * DAY, "include": ["*.txt"]}, {"b/old.txt"}),
        ({"older_than": 3 * DAY, "include": ["**/x"], "exclude": ["release-*/**"]}, {"b/1/x", "b/2/x", "b/3/x"}),
        ({"keep_newest": 3, "include": ["**/x"]}, {"b/1/x", "b/2/x"}),
        ({"keep_newest": 9, "include": ["**/x"]}, set()),
        ({"older_than": 7 * DAY, "keep_newest": 4, "include": ["**/x"]}, {"b/1/x"}),
    ],
)
def test_objects_go(store: MemoryStore, rule: dict[str, Any], gone: set[str]) -> None:
    before = set(store.current)
    bench = Workbench(store)
    previewed = bench.pruned("b", kind="objects", dry_run=True, sample_size=99, **rule)
    assert {entry.key for entry in previewed.folders[0].sample} == gone
    report = bench.pruned("b", kind="objects", sample_size=99, **rule)
    assert before - set(store.current) == gone
    assert report.folders == previewed.folders


def test_the_marker_of_the_folder_stays_however_old(store: MemoryStore) -> None:
    Workbench(store).pruned("b", kind="objects", older_than=timedelta(seconds=1))
    assert store.current == ["b/", "bb/1/x"]


@pytest.mark.parametrize("kind", ["subfolders", "objects"])
def test_objects_that_arrive_during_the_prune_stay(store: MemoryStore, kind: Any) -> None:
    def rebuild(call: Call) -> None:
        if call.operation == "list_objects":
            put(store, timedelta(0), "b/1/x", "b/1/again")

    store.hook = rebuild
    Workbench(store).pruned("b", kind=kind, older_than=3 * DAY)
    assert {"b/1/x", "b/1/again"} <= set(store.current)


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_limit_is_kept_before_the_first_removal(store: MemoryStore, dry_run: bool) -> None:
    before = store.current
    bench = Workbench(store)
    with pytest.raises(LimitExceeded, match="max_objects allows 3 to be removed, and 4 would be"):
        bench.pruned("b", older_than=3 * DAY, max_objects=3, dry_run=dry_run)
    assert store.current == before
    assert bench.pruned("b", older_than=3 * DAY, max_objects=4, dry_run=dry_run).folders[0].removed.objects == 4


def test_a_store_without_a_clock_is_an_error(store: MemoryStore) -> None:
    store.date = None
    with pytest.raises(EngineError, match="carry no readable date"):
        Workbench(store).pruned("b", older_than=DAY)
    assert store.writes() == []


def test_a_time_that_is_none_is_an_error(store: MemoryStore) -> None:
    store.time = "yesterday"
    store.put("b/1/y")
    with pytest.raises(ProtocolError, match="'yesterday' as the time of 'b/1/y'"):
        Workbench(store).pruned("b", older_than=DAY)
    assert store.writes() == []


@pytest.mark.parametrize("kind", ["subfolders", "objects"])
def test_with_versions_the_current_objects_decide(kind: Any) -> None:
    store = MemoryStore(versioned=True)
    store.date = NOW
    put(store, 9 * DAY, "b/fresh/x", "b/old/x", "b/gone/x", "b/lately/x")
    put(store, DAY, "b/fresh/x")
    store.time = (NOW - 8 * DAY).isoformat()
    store.delete_one(Entry("b/gone/x"))
    store.time = (NOW - DAY).isoformat()
    store.delete_one(Entry("b/lately/x"))
    report = Workbench(store).pruned("b", kind=kind, older_than=3 * DAY, versions=True)
    assert {entry.key for entry in store.versions} == {"b/fresh/x", "b/lately/x"}
    assert (report.folders[0].removed.versions, report.folders[0].removed.delete_markers) == (2, 1)
    assert report.folders[0].kept == 2


def test_hidden_versions_leave_a_warning() -> None:
    store = MemoryStore(versioned=True)
    store.date = NOW
    put(store, 9 * DAY, "b/1/x")
    assert "live on as old versions" in Workbench(store).pruned("b", older_than=DAY).warnings[0]


def test_keys_that_are_refused_are_reported(store: MemoryStore) -> None:
    store.reject("b/1/x")
    report = Workbench(store).pruned("b", older_than=3 * DAY)
    assert report.failures_total == 1
    assert report.folders[0].failed[0].key == "b/1/x"
    assert report.folders[0].removed.objects == 3


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(["b/aa/1", "b/bb/1", "b/cc/1", "b/aa/2"], id="disorder"),
        pytest.param(["b/aa/1", "b/bb/1", "b/bb/1", "b/cc/1"], id="a duplicate"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_is_removed_because_of_an_invalid_page(
    monkeypatch: pytest.MonkeyPatch, keys: list[str], dry_run: bool
) -> None:
    store = MemoryStore(["b/aa/1", "b/bb/1", "b/cc/1", "b/aa/2"])
    store.date = NOW
    times = [(NOW - (9 - number) * DAY).isoformat() for number in range(len(keys))]
    entries = [Entry(key, 1, time) for key, time in zip(keys, times, strict=True)]

    def list_objects(prefix: str, _after: Entry | None) -> Page[Entry]:
        return Page([entry for entry in entries if entry.key.startswith(prefix)], False)

    monkeypatch.setattr(store, "list_objects", list_objects)
    with pytest.raises(ProtocolError):
        Workbench(store).pruned("b", keep_newest=2, dry_run=dry_run)
    assert store.writes() == []


def versioned(*writes: tuple[timedelta, str, bool]) -> MemoryStore:
    """Fill a store with versions and delete markers of several ages, each key's oldest first."""
    store = MemoryStore(versioned=True, page_size=2)
    store.date = NOW
    for age, key, is_marker in writes:
        store.time = (NOW - age).isoformat()
        if is_marker:
            store.delete_one(Entry(key))
        else:
            store.put(key)
    store.time = NOW.isoformat()
    return store


@pytest.mark.parametrize("kind", ["subfolders", "objects"])
def test_every_unit_counted_as_kept_stays_whatever_the_order_of_times(kind: Any) -> None:
    """A store with several clocks may date a delete marker before the version below it."""
    store = versioned((DAY, "b/deleted/x", False), (9 * DAY, "b/deleted/x", True), (5 * DAY, "b/there/x", False))
    bench = Workbench(store)
    previewed = bench.pruned("b", kind=kind, keep_newest=1, versions=True, dry_run=True)
    report = bench.pruned("b", kind=kind, keep_newest=1, versions=True, max_objects=1)
    assert {entry.key for entry in store.versions} == {"b/deleted/x"}
    assert report.folders == previewed.folders
    assert (report.folders[0].kept, report.folders[0].removed.entries) == (1, 1)


@pytest.mark.parametrize("kind", ["subfolders", "objects"])
def test_the_limit_counts_what_goes_and_not_what_is_too_young(kind: Any) -> None:
    store = versioned((DAY, "b/1/x", False), (9 * DAY, "b/1/x", False), (8 * DAY, "b/2/x", False))
    report = Workbench(store).pruned("b", kind=kind, older_than=3 * DAY, versions=True, max_objects=2)
    assert report.folders[0].removed.versions == 2
    assert [entry.modified for entry in store.versions] == [(NOW - DAY).isoformat()]


def test_an_object_that_was_counted_as_kept_stays_when_somebody_removes_its_newest_version() -> None:
    store = versioned((9 * DAY, "b/1", False), (DAY, "b/1", False), (5 * DAY, "b/2", False))
    newest = next(entry for entry in store.versions if entry.latest)
    listed = 0

    def remove_it(call: Call) -> None:
        nonlocal listed
        listed += call.operation == "list_versions"
        if listed == 2 and newest in store.versions:
            store.delete_one(newest)

    store.hook = remove_it
    report = Workbench(store).pruned("b", kind="objects", keep_newest=1, versions=True)
    assert [entry.key for entry in store.versions] == ["b/1"]
    assert report.folders[0].kept == 1


@pytest.mark.parametrize("kind", ["subfolders", "objects"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_folder_that_is_listed_twice_is_done_once(kind: Any, dry_run: bool) -> None:
    store = MemoryStore(size=1)
    store.date = NOW
    put(store, 9 * DAY, *(f"b/{number}/x" for number in range(8)))
    report = Workbench(store).pruned("b", "b/", kind=kind, older_than=DAY, max_objects=8, dry_run=dry_run)
    assert [(each.removed.objects, each.kept, each.covered_by) for each in report.folders] == [
        (8, 0, None),
        (0, 0, "b/"),
    ]


@pytest.mark.parametrize("paths", [("b", "b/sub", "b/5/deep"), ("b/5/deep", "b/sub", "b", "b/sub")])
@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("subfolders", {"b/1/x", "b/5/x", "b/sub/1/x", "b/5/deep/1/x"}),
        ("objects", {"b/1/x", "b/5/x", "b/sub/1/x", "b/sub/x", "b/5/deep/1/x", "b/5/deep/x"}),
    ],
)
def test_keys_of_a_folder_inside_another_belong_to_the_inner_one(
    paths: tuple[str, ...], dry_run: bool, kind: Any, gone: set[str]
) -> None:
    store = MemoryStore(size=1, page_size=2)
    store.date = NOW
    put(store, 9 * DAY, *gone, "b/", "b/sub/", "b/sub/x", "b/5/deep/", "b/5/deep/x")
    put(store, timedelta(hours=1), "b/sub/2/x", "b/5/deep/2/x")
    before = set(store.current)
    report = Workbench(store).pruned(
        *paths, kind=kind, older_than=DAY, max_objects=len(gone), sample_size=99, dry_run=dry_run
    )
    assert sorted(entry.key for folder in report.folders for entry in folder.sample) == sorted(gone)
    assert sum(folder.removed.objects for folder in report.folders) == len(gone)
    assert {folder.path: folder.kept for folder in report.folders if not folder.covered_by} == {
        "b/": 0,
        "b/sub/": 1,
        "b/5/deep/": 1,
    }
    assert before - set(store.current) == (set() if dry_run else gone)


def test_the_outer_folder_removes_nothing_that_the_inner_one_keeps() -> None:
    store = MemoryStore()
    store.date = NOW
    put(store, 9 * DAY, "b/sub/1/x")
    put(store, 8 * DAY, "b/sub/2/x")
    put(store, DAY, "b/new/x")
    report = Workbench(store).pruned("b", "b/sub", keep_newest=1)
    assert store.current == ["b/new/x", "b/sub/2/x"]
    assert [folder.kept for folder in report.folders] == [1, 1]


def test_units_are_ranked_as_at_a_given_time(store: MemoryStore) -> None:
    report = Workbench(store).pruned("b", keep_newest=2, as_of=NOW - 4 * DAY)
    left = ["b/2/new", "b/2/x", "b/2/y/z", "b/3/x", "b/4/x", "b/5/", "b/release-1/x"]
    assert store.current == sorted([*STAY, *left])
    assert report.as_of == NOW - 4 * DAY


def test_a_time_in_the_future_is_refused(store: MemoryStore) -> None:
    with pytest.raises(InvalidOption, match="as_of: '2026-11-23T12:00:00Z' is in the future"):
        Workbench(store).pruned("b", keep_newest=2, as_of=NOW + DAY)
    assert store.writes() == []
