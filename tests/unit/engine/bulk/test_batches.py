# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large batches are, and what happens to a batch that is too large for the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.batches import LEAST, BatchSize
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.deletion import StoreRemover
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.outcomes import Removed, State
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Denied,
    EngineError,
    Interrupted,
    RetriesExhausted,
    SpaceNotFound,
    Unsupported,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Rejection
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import BROKEN, SILENT, SLOW_DOWN, UNREACHABLE, StopsWhileAsleep, Workbench

ENTRIES = [Entry(f"p/{number:04}") for number in range(1000)]
KEYS = [entry.key for entry in ENTRIES]


class Slow(MemoryStore):
    """A store that does not answer in time for more than so many keys; it may do the work of such a batch."""

    def __init__(self, keys: Sequence[str], *, manages: int, works: bool = False) -> None:
        super().__init__(keys)
        self._manages = manages
        self._works = works

    def delete_batch(self, entries: Sequence[Entry]) -> Mapping[Entry, Rejection]:
        if len(entries) <= self._manages:
            return super().delete_batch(entries)
        if self._works:
            super().delete_batch(entries)
        else:
            with self._serving("delete_batch", *(entry.key for entry in entries)):
                pass
        raise SILENT.with_traceback(None)


def learned(store: MemoryStore, bench: Workbench) -> StoreRemover:
    """Return a remover that has had to halve its batches, in front of a full store."""
    store.fail("delete_batch", SILENT, on=[1])
    remover = bench.remover()
    assert remover.remove_batch(ENTRIES) == Removed()
    assert sizes(store) == [1000, 500, 500]
    store.put(*KEYS)
    store.calls.clear()
    assert 500 < remover.batch_size < 1000  # it has begun to grow again
    return remover


def sizes(store: MemoryStore) -> list[int]:
    """Return how many keys each batch held."""
    return [len(keys) for keys in store.asked("delete_batch")]


def by_state(removed: Removed) -> dict[State, list[str]]:
    """Return the keys that were not removed, by their state."""
    states = {outcome.state for outcome in removed.outcomes.values()}
    return {
        state: sorted(item.key for item, outcome in removed.outcomes.items() if outcome.state is state)
        for state in states
    }


def test_a_size_is_halved_once_for_all_batches_that_were_under_way() -> None:
    size = BatchSize(most=1000)
    assert [size.too_many(1000) for _thread in range(3)] == [500, 500, 500]
    assert size.now == 500
    assert size.too_many(500) == 250
    assert size.too_many(1000) == 500
    assert size.now == 250


def test_a_size_is_not_halved_for_ever() -> None:
    size = BatchSize(most=1000)
    while size.now > LEAST:
        size.too_many(size.now)
    assert size.too_many(size.now) == size.now == LEAST
    small = BatchSize(most=3)
    assert small.too_many(3) == small.now == 3


def test_a_small_batch_does_not_change_the_size_of_full_ones() -> None:
    size = BatchSize(most=1000)
    assert size.too_many(400) == 200
    assert size.now == 1000
    size.too_many(1000)
    size.went_well(499)
    assert size.now == 500


def test_a_size_grows_back_to_the_most_and_no_further() -> None:
    size = BatchSize(most=1000)
    size.too_many(1000)
    seen = [size.now]
    while seen[-1] < 1000:
        size.went_well(seen[-1])
        seen.append(size.now)
        assert seen[-1] > seen[-2]
    assert len(seen) > 10
    size.went_well(1000)
    assert size.now == 1000


@pytest.mark.parametrize("works", [False, True])
@pytest.mark.parametrize("count", [700, 1000])
def test_a_store_that_answers_few_keys_in_time_is_asked_for_few(works: bool, count: int) -> None:
    store = Slow(KEYS[:count], manages=130, works=works)
    bench = Workbench(store, retries=3)
    bench.retrier(lambda: None)  # it has answered before: one that never has is given up earlier
    assert bench.remover().remove_batch(ENTRIES[:count]) == Removed()
    assert sizes(store)[:4] == [count, count // 2, count // 4, count // 8]
    assert max(sizes(store)[4:]) <= count // 8
    assert store.current == []


@pytest.mark.parametrize("workers", [None, 4])
@pytest.mark.parametrize("works", [False, True])
def test_batches_are_cut_as_small_as_the_store_needs_them(workers: int | None, works: bool) -> None:
    count = 5000
    store = Slow([f"p/{number:05}" for number in range(count)], manages=300, works=works)
    report = Workbench(store, workers=workers, retries=4).removed("p")
    assert report.folders[0].removed.objects == count
    assert report.folders[0].failures_total == 0
    assert store.current == []
    too_large = [size for size in sizes(store) if size > 300]
    assert len(too_large) <= 3 * (workers or 1)  # what was under way first, its halves, and what had grown again
    assert sizes(store)[-1] < 300


def test_a_single_key_that_is_late_cuts_no_other() -> None:
    store = MemoryStore(KEYS)
    store.reject("p/0007", "InternalError", times=1)
    store.fail("delete_batch", SILENT, on=[1, 3])
    assert Workbench(store, retries=3).remover().remove_batch(ENTRIES) == Removed()
    assert [len(keys) for keys in store.asked("delete_batch")] == [1000, 500, 1, 1, 500]


def test_a_key_that_was_rejected_after_silence_may_be_gone() -> None:
    store = MemoryStore(KEYS[:2])
    store.fail("delete_batch", SILENT, on=[1])
    store.reject("p/0000", "SlowDown", times=99)
    removed = Workbench(store).remover().remove_batch(ENTRIES[:2])
    assert by_state(removed) == {State.UNKNOWN: ["p/0000"]}


@pytest.mark.parametrize("error", [BROKEN, UNREACHABLE, SLOW_DOWN])
def test_a_failure_that_size_has_no_part_in_changes_none(error: EngineError) -> None:
    store = MemoryStore(KEYS)
    store.fail("delete_batch", error, on=[1, 2])
    remover = Workbench(store).remover()
    assert remover.remove_batch(ENTRIES) == Removed()
    assert sizes(store) == [1000, 1000, 1000]
    assert remover.batch_size == 1000


def test_every_part_has_its_own_retries() -> None:
    store = MemoryStore(KEYS)
    store.fail("delete_batch", SILENT, on=[1, 3])
    assert Workbench(store, retries=1).remover().remove_batch(ENTRIES) == Removed()
    assert sizes(store) == [1000, 500, 500, 250, 250]


def test_a_part_that_is_given_up_ends_the_batch_with_it() -> None:
    store = MemoryStore(KEYS)
    store.fail("delete_batch", SILENT, on=[1, 3, 4])
    removed = Workbench(store, retries=1).remover().remove_batch(ENTRIES)
    assert isinstance(removed.fatal, RetriesExhausted)
    assert by_state(removed) == {State.UNKNOWN: KEYS[500:]}
    assert store.current == KEYS[500:]


def test_keys_that_are_rejected_in_one_part_do_not_hold_up_the_others() -> None:
    store = MemoryStore(KEYS)
    store.fail("delete_batch", SILENT, on=[1])
    store.reject("p/0007", "InternalError", times=99)
    removed = Workbench(store, retries=2).remover().remove_batch(ENTRIES)
    assert [(item.key, each.code) for item, each in removed.outcomes.items()] == [("p/0007", "InternalError")]
    assert removed.fatal is None
    assert sizes(store) == [1000, 500, 1, 500]
    assert store.current == ["p/0007"]


@pytest.mark.parametrize("error", [Denied("No.", code="AccessDenied"), SpaceNotFound("No.")])
def test_keys_of_an_unanswered_request_stay_unknown_when_a_later_part_fails(error: EngineError) -> None:
    store = MemoryStore(KEYS)
    store.fail("delete_batch", SILENT, on=[1])
    store.fail("delete_batch", error, on=[3])
    store.fail("delete_one", error)
    removed = Workbench(store).remover().remove_batch(ENTRIES)
    assert sizes(store) == [1000, 500, 500]
    assert by_state(removed) == {State.UNKNOWN: KEYS[500:]}


def test_keys_that_were_in_no_request_are_untried() -> None:
    store = MemoryStore(KEYS)
    remover = learned(store, Workbench(store))
    store.fail("delete_batch", SILENT, on=[4])
    store.fail("delete_batch", SpaceNotFound("There is no Space."), on=[5])
    removed = remover.remove_batch(ENTRIES)  # cut when batches were larger
    asked = sizes(store)[0]
    assert by_state(removed) == {State.UNKNOWN: KEYS[:asked], State.UNTRIED: KEYS[asked:]}


@pytest.mark.parametrize(
    ("error", "again"),
    [(Unsupported("No.", code="NotImplemented"), ENTRIES), (Denied("No.", code="AccessDenied"), ENTRIES[1:])],
    ids=["refused", "denied"],
)
def test_a_batch_returned_after_silence_reports_which_keys_may_be_gone(error: EngineError, again: list[Entry]) -> None:
    store = MemoryStore(KEYS)
    remover = learned(store, Workbench(store))
    store.fail("delete_batch", SILENT, on=[4])
    store.fail("delete_batch", error, on=[5])
    removed = remover.remove_batch(ENTRIES)
    assert by_state(removed) == {State.RETRY_ALONE: [entry.key for entry in again]}
    sent = sorted(item.key for item, outcome in removed.outcomes.items() if outcome.sent)
    assert sent == [entry.key for entry in again if entry.key in KEYS[: sizes(store)[0]]]


def test_a_task_stopped_between_two_parts_counts_the_first() -> None:
    store = MemoryStore(KEYS)
    bench = Workbench(store)
    remover = learned(store, bench)
    store.hook = lambda call: bench.cancellation.set("stop")
    removed = remover.remove_batch(ENTRIES)
    assert isinstance(removed.fatal, Interrupted)
    assert by_state(removed) == {State.UNTRIED: KEYS[sizes(store)[0] :]}
    assert store.current == KEYS[sizes(store)[0] :]


def test_a_task_stopped_before_the_smaller_attempt_knows_what_was_asked() -> None:
    store = Slow(KEYS, manages=500, works=True)
    removed = Workbench(store, cancellation=StopsWhileAsleep()).remover().remove_batch(ENTRIES)
    assert isinstance(removed.fatal, Interrupted)
    assert by_state(removed) == {State.UNKNOWN: KEYS}
