# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How listings become batches, and how far ahead of the removal they are read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.deletion import Remover
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.listing import Scan
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.outcomes import (
    Outcome,
    Removed,
    State,
    alone,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pipeline import FolderCounter, Pipeline
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import Pool
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import LimitExceeded, ProtocolError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Item, Page, Upload
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Failure, Removal
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.serial_pool import SerialPool
from tests.unit.engine.workbench import DENIED, Workbench


class Recorder:
    """A remover that notes the items that it gets, and answers as the test specifies."""

    prefix = ""

    def __init__(
        self,
        *,
        batch_size: int = 1000,
        answer: Callable[[Sequence[Item]], Removed] = lambda _: Removed(),
        confirms: bool = True,
    ) -> None:
        self.batch_size = batch_size
        self.confirms = confirms
        self.batches: list[list[str]] = []
        self.singles: list[str] = []
        self._answer = answer

    def needs_own_request(self, item: Item) -> bool:
        return isinstance(item, Upload) or "!" in item.key

    def remove_one(self, item: Item) -> Removed:
        self.singles.append(item.key)
        return Removed() if "again" in item.key else self._answer([item])

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        self.batches.append([entry.key for entry in entries])
        return self._answer(entries)

    @property
    def handed(self) -> int:
        return sum(map(len, self.batches)) + len(self.singles)


class QueuePool:
    """Several jobs in flight; each is run when it is collected, the oldest first: the same order on every run."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.most = 0
        self._jobs: deque[Callable[[], None]] = deque()

    @property
    def in_flight(self) -> int:
        return len(self._jobs)

    def submit(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._jobs.append(lambda: done(job()))
        self.most = max(self.most, len(self._jobs))

    def collect(self) -> None:
        self._jobs.popleft()()


def tally_of(path: str = "p/", *, sample_size: int = 20) -> FolderCounter:
    return FolderCounter(folder=FolderPath(prefix=path), sample_size=sample_size)


def run(
    store: MemoryStore, remover: Remover, *prefixes: str, pool: Any = None, allowance: int | None = None
) -> list[FolderCounter]:
    """Run the objects below some prefixes through a pipeline."""
    counters = [tally_of(prefix) for prefix in prefixes]
    pool_used: Pool = pool or SerialPool()
    pipeline = Pipeline(pool=pool_used, retrier=Workbench(store).retrier, remover=remover, allowance=allowance)
    pipeline.run(
        [Scan(prefix=counter.folder.prefix, fetch=store.list_objects, consumer=counter) for counter in counters]
    )
    return counters


def keys_of(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:05}" for number in range(count)]


@pytest.mark.parametrize("page_size", [1000, 999, 300, 2500])
def test_batches_are_full_whatever_the_pages_hold(page_size: int) -> None:
    recorder = Recorder()
    [counter] = run(MemoryStore(keys_of("p/", 2500), page_size=page_size), recorder, "p/")
    assert [len(batch) for batch in recorder.batches] == [1000, 1000, 500]
    assert [key for batch in recorder.batches for key in batch] == keys_of("p/", 2500)
    assert counter.removed == Removal(objects=2500)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_only_the_last_batch_is_partial_with_many_folders_at_once(workers: int) -> None:
    prefixes = [f"{letter}/" for letter in "abcdefgh"]
    store = MemoryStore([key for prefix in prefixes for key in keys_of(prefix, 37)], page_size=10)
    recorder = Recorder(batch_size=20)
    pool = QueuePool(workers)
    counters = run(store, recorder, *prefixes, pool=pool)
    assert [len(batch) for batch in recorder.batches] == [20] * 14 + [16]
    assert sorted(key for batch in recorder.batches for key in batch) == store.current
    assert [counter.removed.objects for counter in counters] == [37] * 8
    assert pool.most == workers


def test_keys_go_in_the_order_of_their_listing() -> None:
    prefixes = ["a/", "b/", "c/", "d/"]
    recorder = Recorder(batch_size=10)
    store = MemoryStore([key for prefix in prefixes for key in keys_of(prefix, 60)], page_size=7)
    run(store, recorder, *prefixes, pool=QueuePool(4))
    gone = [key for batch in recorder.batches for key in batch]
    for prefix in prefixes:
        assert [key for key in gone if key.startswith(prefix)] == keys_of(prefix, 60)


def test_a_folder_is_walked_to_its_end_before_the_next_is_begun() -> None:
    store = MemoryStore([key for prefix in ("a/", "b/", "c/") for key in keys_of(prefix, 3)], page_size=1)
    run(store, Recorder(), "a/", "b/", "c/")
    assert [prefix for (prefix,) in store.asked("list_objects")] == ["a/"] * 3 + ["b/"] * 3 + ["c/"] * 3


def test_a_batch_of_several_folders_is_accounted_to_each() -> None:
    store = MemoryStore(["a/1", "a/2", "b/1", "b/again", "c/1", "d/!"], size=10)
    rejected = Failure(key="b/1", version_id=None, code="AccessDenied", message="no")

    def answer(items: Sequence[Item]) -> Removed:
        answers = {"b/1": Outcome(State.FAILED, "AccessDenied", "no"), "b/again": alone(sent=False)}
        return Removed({item: answers[item.key] for item in items if item.key in answers})

    recorder = Recorder(answer=answer)
    a, b, c, d = run(store, recorder, "a/", "b/", "c/", "d/")
    assert recorder.batches == [["a/1", "a/2", "b/1", "b/again", "c/1"]]
    assert sorted(recorder.singles) == ["b/again", "d/!"]
    assert [counter.removed.objects for counter in (a, b, c, d)] == [2, 1, 1, 1]
    assert [counter.removed.bytes for counter in (a, b, c, d)] == [20, 10, 10, 10]
    assert [counter.failures_total for counter in (a, b, c, d)] == [0, 1, 0, 0]
    assert b.report().failed == (rejected,)
    assert b.report().changed
    assert [entry.key for entry in b.report().sample] == ["b/again"]


def test_a_key_that_no_batch_can_contain_is_sent_alone() -> None:
    keys = ["p/!a", "p/b", "p/c!", "p/d"]
    recorder = Recorder(batch_size=1)
    [counter] = run(MemoryStore(keys, page_size=2), recorder, "p/")
    assert recorder.batches == [["p/b"], ["p/d"]]
    assert recorder.singles == ["p/!a", "p/c!"]
    assert counter.removed.objects == 4


def test_nothing_follows_a_fatal_answer_which_is_counted_first() -> None:
    def answer(items: Sequence[Item]) -> Removed:
        return Removed(dict.fromkeys(items[1:], Outcome(State.FAILED, "X", "no")), fatal=DENIED)

    recorder = Recorder(batch_size=3, answer=answer)
    counter = tally_of()
    store = MemoryStore(keys_of("p/", 9))
    pipeline = Pipeline(pool=SerialPool(), retrier=Workbench(store).retrier, remover=recorder)
    with pytest.raises(type(DENIED)) as caught:
        pipeline.run_pass([Scan(prefix="p/", fetch=store.list_objects, consumer=counter)])
    assert caught.value is DENIED
    assert len(recorder.batches) == 1
    assert counter.removed.objects == 1
    assert counter.failures_total == 2


def test_only_keys_that_were_in_a_request_may_be_gone() -> None:
    def answer(items: Sequence[Item]) -> Removed:
        return Removed({item: alone(sent=item in items[1:]) for item in items}, fatal=DENIED)

    counter = tally_of()
    store = MemoryStore(keys_of("p/", 3))
    pipeline = Pipeline(pool=SerialPool(), retrier=Workbench(store).retrier, remover=Recorder(answer=answer))
    with pytest.raises(type(DENIED)):
        pipeline.run_pass([Scan(prefix="p/", fetch=store.list_objects, consumer=counter)])
    pipeline.close()
    assert [failure.key for failure in counter.report().failed] == keys_of("p/", 3)[1:]
    assert counter.report().uncertain


def test_a_key_that_an_unanswered_batch_may_have_removed_is_never_called_failed() -> None:
    def answer(items: Sequence[Item]) -> Removed:
        if len(items) > 1:
            return Removed({item: alone(sent=item.key == "p/1") for item in items})
        return Removed({items[0]: Outcome(State.FAILED, "SlowDown", "Slow down.")})

    [counter] = run(MemoryStore(["p/1", "p/2"]), Recorder(answer=answer), "p/")
    assert [(failure.key, failure.uncertain) for failure in counter.report().failed] == [("p/1", True), ("p/2", False)]


@pytest.mark.parametrize("page_size", [1, 3, 10, 1000])
def test_an_allowance_is_kept_to_the_entry(page_size: int) -> None:
    store = MemoryStore(keys_of("p/", 10), page_size=page_size)
    assert run(store, Recorder(batch_size=3), "p/", allowance=10)[0].removed.objects == 10
    recorder = Recorder(batch_size=3)
    with pytest.raises(LimitExceeded, match="more than max_objects allows"):
        run(store, recorder, "p/", allowance=9)
    assert recorder.handed <= 9


def test_an_allowance_lasts_for_all_runs_and_is_not_for_uploads() -> None:
    store = MemoryStore(["p/1", "p/2"], uploads=["p/u"] * 5)
    recorder = Recorder()
    pipeline = Pipeline(pool=SerialPool(), retrier=Workbench(store).retrier, remover=recorder, allowance=3)
    counter = tally_of()
    pipeline.run_pass([Scan(prefix="p/", fetch=store.list_uploads, consumer=counter)])
    pipeline.run_pass([Scan(prefix="p/", fetch=store.list_objects, consumer=counter)])
    assert counter.removed == Removal(objects=2, uploads=5)
    store.put("p/3", "p/4")
    with pytest.raises(LimitExceeded):
        pipeline.run_pass([Scan(prefix="p/", fetch=store.list_objects, consumer=counter)])
    assert counter.removed.objects == 2


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("name", ["x", "x!"])
def test_a_page_is_asked_for_only_while_workers_could_run_dry(workers: int, name: str) -> None:
    store = MemoryStore([f"p/{number:03}{name}" for number in range(200)], page_size=7)
    recorder = Recorder(batch_size=10)
    ahead: list[int] = []
    listed = 0

    def fetch(prefix: str, after: Entry | None) -> Page[Entry]:
        nonlocal listed
        ahead.append(listed - recorder.handed)
        page = store.list_objects(prefix, after)
        listed += len(page.items)
        return page

    pipeline = Pipeline(pool=QueuePool(workers), retrier=Workbench(store).retrier, remover=recorder)
    pipeline.run_pass([Scan(prefix="p/", fetch=fetch, consumer=tally_of())])
    assert recorder.handed == listed == 200
    # the second term is what was cut off the backlog, and is in flight beside this page
    assert max(ahead) < workers * recorder.batch_size + (workers - 1) * recorder.batch_size
    assert len(ahead) == 29


def test_the_backlog_of_many_folders_is_bounded() -> None:
    workers, size = 4, 10
    prefixes = [f"{number:02}/" for number in range(40)]
    store = MemoryStore([key for prefix in prefixes for key in keys_of(prefix, 30)], page_size=size)
    recorder = Recorder(batch_size=size)
    listed = most = 0

    def fetch(prefix: str, after: Entry | None) -> Page[Entry]:
        nonlocal listed, most
        page = store.list_objects(prefix, after)
        listed += len(page.items)
        most = max(most, listed - recorder.handed)
        return page

    pipeline = Pipeline(pool=QueuePool(workers), retrier=Workbench(store).retrier, remover=recorder)
    pipeline.run_pass([Scan(prefix=prefix, fetch=fetch, consumer=tally_of()) for prefix in prefixes])
    assert recorder.handed == 1200
    assert most <= 2 * workers * size


def test_a_listing_that_misbehaves_ends_the_run_before_its_page_is_touched() -> None:
    pages = iter([Page([Entry("p/a")], True), Page([Entry("p/b"), Entry("q/c")], True)])
    recorder = Recorder(batch_size=1)
    pipeline = Pipeline(pool=SerialPool(), retrier=Workbench(MemoryStore()).retrier, remover=recorder)
    scan: Scan[Entry] = Scan(prefix="p/", fetch=lambda _prefix, _after: next(pages), consumer=tally_of())
    with pytest.raises(ProtocolError, match="'q/c', which is not below it"):
        pipeline.run_pass([scan])
    assert recorder.batches == [["p/a"]]


@pytest.mark.parametrize(("confirms", "failures"), [(True, 3), (False, 0)])
def test_items_whose_removal_was_under_way_are_unknown_unless_nothing_was_sent(confirms: bool, failures: int) -> None:
    def answer(_items: Sequence[Item]) -> Removed:
        raise DENIED

    recorder = Recorder(answer=answer, confirms=confirms)
    counter = tally_of()
    store = MemoryStore(keys_of("p/", 3))
    pipeline = Pipeline(pool=SerialPool(), retrier=Workbench(store).retrier, remover=recorder)
    with pytest.raises(type(DENIED)):
        pipeline.run_pass([Scan(prefix="p/", fetch=store.list_objects, consumer=counter)])
    pipeline.close()
    assert counter.failures_total == failures
    assert counter.report().uncertain == bool(failures)


def unproven_pass(remover: Recorder) -> tuple[list[FolderCounter], FolderCounter]:
    """Make a pass over a range that does not reach the next range."""
    counter = tally_of()
    pipeline = Pipeline(pool=SerialPool(), retrier=Workbench(MemoryStore()).retrier, remover=remover)
    scan: Scan[Entry, FolderCounter] = Scan(
        prefix="p/",
        fetch=lambda _prefix, _after: Page([Entry("p/a"), Entry("p/c")], False),
        consumer=counter,
        until="p/b",
        meets={("p/b", None)},
    )
    return pipeline.run_pass([scan]), counter


def test_a_range_that_is_not_proven_is_listed_again_or_refused() -> None:
    again, counter = unproven_pass(Recorder())
    assert again == [counter]
    failed = Outcome(State.FAILED, "AccessDenied", "no")
    again, counter = unproven_pass(Recorder(answer=lambda items: Removed(dict.fromkeys(items, failed))))
    assert (again, counter.failures_total) == ([], 1)
    with pytest.raises(ProtocolError, match="leaves out 'p/b'"):
        unproven_pass(Recorder(confirms=False))
