# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress that operations report during their work."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import groupby
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Progress
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.expire import Expire
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.removal_job import CHECKING
from tests.unit.engine.memory_store import Call, MemoryStore
from tests.unit.engine.workbench import DENIED, Workbench

KEYS = [f"p/{number}" for number in range(6)]


def steps_of(store: MemoryStore, operation: Any) -> list[tuple[str, int, int | None]]:
    """Run an operation in this thread; return its progress during each request and at its end, without repetitions."""
    return [step for step, _same in groupby((each.doing, each.done, each.total) for each in seen_of(store, operation))]


def seen_of(store: MemoryStore, operation: Any) -> list[Progress]:
    """Run an operation in this thread; return its progress during each request and at its end."""
    seen: list[Progress] = []
    write = store.hook

    def watch(call: Call) -> None:
        seen.append(operation.progress())
        write(call)

    store.hook = watch
    operation.run()
    seen.append(operation.progress())
    return seen


@pytest.mark.parametrize(("dry_run", "doing"), [(False, "removed"), (True, "would be removed")])
def test_a_removal_counts_what_is_gone(dry_run: bool, doing: str) -> None:
    store = MemoryStore(KEYS, page_size=2, batch_size=2)
    steps = steps_of(store, Workbench(store).remove("p", dry_run=dry_run))
    assert (steps[0], steps[-1]) == ((doing, 0, None), (doing, 6, None))
    assert dry_run or steps == [(doing, done, None) for done in (0, 2, 4, 6)]


@pytest.mark.parametrize(("dry_run", "doing"), [(False, "removed"), (True, "would be removed")])
def test_a_removal_with_a_limit_counts_first_and_then_knows_how_much_there_is(dry_run: bool, doing: str) -> None:
    store = MemoryStore(KEYS, page_size=2, batch_size=2)
    steps = steps_of(store, Workbench(store).remove("p", max_objects=9, dry_run=dry_run))
    assert steps[:3] == [("counted", 0, None), ("counted", 2, None), ("counted", 4, None)]
    assert (steps[3], steps[-1]) == ((doing, 0, 6), (doing, 6, 6))
    assert dry_run or steps[3:] == [(doing, done, 6) for done in (0, 2, 4, 6)]


def test_a_removal_says_when_it_checks_that_nothing_is_left() -> None:
    store = MemoryStore(KEYS, page_size=2, batch_size=2)
    seen = seen_of(store, Workbench(store).remove("p", max_objects=9))
    assert [(doing, phase) for (doing, phase), _same in groupby((each.doing, each.phase) for each in seen)] == [
        ("counted", ""),
        ("removed", ""),
        ("removed", CHECKING),
    ]
    assert {each.done for each in seen if each.phase} == {6}
    assert not any(each.phase for each in seen_of(store, Workbench(store).remove("p", dry_run=True)))


def test_uploads_count_as_removed_and_leave_what_is_left_as_it_is() -> None:
    store = MemoryStore(KEYS[:2], uploads=["p/u", "p/v"])
    steps = steps_of(store, Workbench(store).remove("p", max_objects=2))
    assert {left for _doing, done, total in steps[1:] if total is not None for left in [total - done]} == {2, 0}
    assert steps[-1] == ("removed", 4, 4)
    store = MemoryStore(KEYS[:2], uploads=["p/u", "p/v"])
    assert steps_of(store, Workbench(store).remove("p"))[-1] == ("removed", 4, None)


def test_versions_and_delete_markers_count_like_objects() -> None:
    store = MemoryStore([*KEYS, *KEYS], versioned=True)
    Workbench(store).removed("p")
    assert steps_of(store, Workbench(store).remove("p", versions=True, max_objects=18))[-1] == ("removed", 18, 18)


def test_a_total_that_turns_out_too_small_is_dropped() -> None:
    store = MemoryStore(KEYS, page_size=2, batch_size=2)
    late = ["p/8", "p/9"]

    def grow(call: Call) -> None:
        if call.operation == "delete_batch" and late:
            store.put(late.pop())

    store.hook = grow
    steps = steps_of(store, Workbench(store).remove("p", max_objects=9))
    assert steps[-3:] == [("removed", 4, 6), ("removed", 6, 6), ("removed", 8, None)]


def test_folders_count_together_and_each_once() -> None:
    store = MemoryStore([*KEYS, "q/1"])
    steps = steps_of(store, Workbench(store).remove("p", "q", "p/", max_objects=9))
    assert steps[-1] == ("removed", 7, 7)


@pytest.mark.parametrize("workers", [1, 4])
def test_threads_report_the_same_in_the_end_and_never_more_than_there_is(workers: int) -> None:
    store = MemoryStore([f"p/{number:03}" for number in range(200)], uploads=["p/u"], page_size=10, batch_size=5)
    bench = Workbench(store, workers=workers)
    remove = bench.remove("p", max_objects=200)
    seen: list[Progress] = []
    bench.on_tick = lambda: seen.append(remove.progress())
    remove.run()
    assert (seen[-1].doing, seen[-1].done, seen[-1].total) == ("removed", 201, 201)
    assert {each.doing for each in seen} == {"counted", "removed"}
    removed = [each for each in seen if each.doing == "removed"]
    assert all(each.total is not None and each.done <= each.total for each in removed)
    assert [each.done for each in removed] == sorted(each.done for each in removed)
    assert len({each.done for each in removed}) > 10


@pytest.mark.parametrize(("dry_run", "doing"), [(False, "removed"), (True, "would be removed")])
@pytest.mark.parametrize("kind", ["subfolders", "objects"])
def test_a_prune_looks_at_everything_and_then_knows_how_much_leaves(kind: Any, dry_run: bool, doing: str) -> None:
    store = MemoryStore(page_size=2, batch_size=1)
    store.date = datetime(2026, 11, 22, tzinfo=timezone.utc)
    store.time = "2026-01-01T00:00:00Z"
    store.put("b/1/x", "b/1/y", "b/2/x", "b/2/y")
    store.time = "2026-11-21T00:00:00Z"
    store.put("b/3/x", "b/3/y")
    steps = steps_of(store, Workbench(store).prune("b", older_than=timedelta(days=9), kind=kind, dry_run=dry_run))
    assert steps[:3] == [("looked at", 0, None), ("looked at", 2, None), ("looked at", 4, None)]
    assert (steps[3], steps[-1]) == ((doing, 0, 4), (doing, 4, 4))
    assert dry_run or steps[3:] == [(doing, done, 4) for done in range(5)]


def test_a_survey_reports_how_much_it_has_listed() -> None:
    store = MemoryStore(KEYS, uploads=["p/u"], page_size=2)
    steps = steps_of(store, Workbench(store).survey("p", gather=["totals", "uploads"]))
    assert steps == [("looked at", done, None) for done in (0, 2, 4, 6, 7)]


def test_a_survey_knows_how_many_uploads_are_still_to_be_sized() -> None:
    store = MemoryStore(uploads=["p/a", "p/b"])
    steps = steps_of(store, Workbench(store).survey("p", gather=["upload_sizes"]))
    assert steps == [("looked at", 0, None), *(("uploads sized", done, 2) for done in (0, 1, 2))]


def test_a_creation_knows_how_many_markers_are_wanted() -> None:
    store = MemoryStore(["a/"])
    store.put("b/", size=3)
    store.fail("create", DENIED, on=[1])
    steps = steps_of(store, Workbench(store).create("a", "b", "c/d", "c/e", parents=True))
    assert steps == [("looked at", done, 5) for done in range(6)]


def test_an_expiration_is_too_short_to_report_progress() -> None:
    bench = Workbench(MemoryStore())
    parts: dict[str, Any] = {"lister": bench.store, "retrier": bench.retrier, "pool": bench.pool()}
    expiration = Expire(changes=[], lifecycle=bench.store, cancellation=bench.cancellation, **parts)
    assert expiration.progress() is None
