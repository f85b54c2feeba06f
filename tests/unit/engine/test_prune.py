# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``prune`` on a store in memory."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, LimitExceeded, Misbehaved
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model import Entry, Page

from .memory_store import Call, MemoryStore
from .workbench import Workbench

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
    rehearsed = bench.pruned("b", rehearse=True, **rule)
    assert store.current == before
    report = bench.pruned("b", **rule)
    assert report.folders == rehearsed.folders
    expected = sorted([*STAY, *left]) if left is not None else [key for key in before if "release" not in key]
    assert store.current == expected
    assert report.folders[0].removed.objects == len(before) - len(expected)
    assert report.folders[0].kept == kept
    assert not bench.pruned("b", **rule).folders[0].changed


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
    rehearsed = bench.pruned("b", kind="objects", rehearse=True, sample_size=99, **rule)
    assert {entry.key for entry in rehearsed.folders[0].sample} == gone
    report = bench.pruned("b", kind="objects", sample_size=99, **rule)
    assert before - set(store.current) == gone
    assert report.folders == rehearsed.folders


def test_the_marker_of_the_folder_stays_however_old(store: MemoryStore) -> None:
    Workbench(store).pruned("b", kind="objects", older_than=timedelta(seconds=1))
    assert store.current == ["b/", "bb/1/x"]


@pytest.mark.parametrize("kind", ["subfolders", "objects"])
def test_what_arrives_meanwhile_is_not_lost(store: MemoryStore, kind: Any) -> None:
    def rebuild(call: Call) -> None:
        if call.operation == "list_objects":
            put(store, timedelta(0), "b/1/x", "b/1/again")

    store.hook = rebuild
    Workbench(store).pruned("b", kind=kind, older_than=3 * DAY)
    assert {"b/1/x", "b/1/again"} <= set(store.current)


@pytest.mark.parametrize("rehearse", [True, False])
def test_the_limit_is_kept_before_the_first_removal(store: MemoryStore, rehearse: bool) -> None:
    before = store.current
    bench = Workbench(store)
    with pytest.raises(LimitExceeded, match="max_objects allows 3 to be removed, and 4 would be"):
        bench.pruned("b", older_than=3 * DAY, max_objects=3, rehearse=rehearse)
    assert store.current == before
    assert bench.pruned("b", older_than=3 * DAY, max_objects=4, rehearse=rehearse).folders[0].removed.objects == 4


def test_a_store_without_a_clock_is_an_error(store: MemoryStore) -> None:
    store.date = None
    with pytest.raises(EngineError, match="carry no date"):
        Workbench(store).pruned("b", older_than=DAY)
    assert store.writes() == []


def test_a_time_that_is_none_is_an_error(store: MemoryStore) -> None:
    store.time = "yesterday"
    store.put("b/1/y")
    with pytest.raises(Misbehaved, match="'yesterday' as the time of 'b/1/y'"):
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


def test_keys_that_are_refused_are_told(store: MemoryStore) -> None:
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
@pytest.mark.parametrize("rehearse", [True, False])
def test_nothing_goes_on_the_word_of_a_page_that_cannot_be(
    monkeypatch: pytest.MonkeyPatch, keys: list[str], rehearse: bool
) -> None:
    store = MemoryStore(["b/aa/1", "b/bb/1", "b/cc/1", "b/aa/2"])
    store.date = NOW
    times = [(NOW - (9 - number) * DAY).isoformat() for number in range(len(keys))]
    entries = [Entry(key, 1, time) for key, time in zip(keys, times, strict=True)]

    def list_objects(prefix: str, _after: Entry | None) -> Page[Entry]:
        return Page([entry for entry in entries if entry.key.startswith(prefix)], False)

    monkeypatch.setattr(store, "list_objects", list_objects)
    with pytest.raises(Misbehaved):
        Workbench(store).pruned("b", keep_newest=2, rehearse=rehearse)
    assert store.writes() == []
