# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From listed pages to removed batches, while the listing is still being read."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from ..model.entries import CurrentVersion, Entry, Item
from ..model.path import FolderPath
from ..model.record import Outcome
from ..model.report import Failure, FolderReport, Removal
from .deletion import Removed, Remover, still_listed, unanswered
from .listing import Scan, Walk
from .pool import Pool
from .recorder import Recorder
from .relisting import Relisting
from .retry import Retrier


class FolderCounter:
    """What was done in one folder so far; ``confirmed`` counts how often the store said that it removed something."""

    satisfied = False

    def __init__(self, *, folder: FolderPath, sample_size: int, covered_by: str | None = None) -> None:
        self.folder = folder
        self.covered_by = covered_by
        self.removed = Removal()
        self.confirmed = 0
        self.failures_total = 0
        self._uncertain = False
        self._sample_size = sample_size
        self._sample: list[Entry] = []
        self._failed: list[Failure] = []

    def count(self, items: Sequence[Item]) -> None:
        """Count items of one kind as removed."""
        self.confirmed += len(items)
        entries = [item for item in items if isinstance(item, Entry)]
        self.removed += _amount(items, entries)
        if entries:
            self._sample = sorted([*self._sample, *entries])[: self._sample_size]

    def take_back(self, items: Sequence[Item]) -> None:
        """Count items of one kind no longer as removed: the store lists them still."""
        entries = [item for item in items if isinstance(item, Entry)]
        self.removed -= _amount(items, entries)
        keys = {(entry.key, entry.version_id) for entry in entries}
        self._sample = [entry for entry in self._sample if (entry.key, entry.version_id) not in keys]

    def fail(self, failure: Failure) -> None:
        """Note one item that was not removed."""
        self.failures_total += 1
        self._uncertain = self._uncertain or failure.uncertain
        if len(self._failed) < self._sample_size:
            self._failed.append(failure)

    def report(self) -> FolderReport:
        """Freeze what is known."""
        return FolderReport(
            path=self.folder.path,
            changed=self.removed != Removal() or self._uncertain,
            removed=self.removed,
            # Which version is the latest changes while versions are removed, so it is not told.
            sample=tuple(entry._replace(latest=False) for entry in self._sample),
            failed=tuple(self._failed),
            failures_total=self.failures_total,
            uncertain=self._uncertain,
            covered_by=self.covered_by,
        )


def _amount(items: Sequence[Item], entries: Sequence[Entry]) -> Removal:
    """Sum up items of one kind, of which ``entries`` are no uploads."""
    uploads = len(items) - len(entries)
    size = sum(entry.size for entry in entries)
    if not entries or entries[0].version_id is None:
        return Removal(objects=len(entries), uploads=uploads, bytes=size)
    markers = sum(entry.delete_marker for entry in entries)
    return Removal(versions=len(entries) - markers, delete_markers=markers, uploads=uploads, bytes=size)


class Pipeline(Walk[FolderCounter]):
    """Feed what scans list to a remover, in batches as full as they come, with bounded memory.

    ``allowance``: how many entries may be removed; one more raises :class:`LimitExceeded`. ``recorder`` gets each entry
    before it is handed to the remover.
    """

    def __init__(
        self,
        *,
        pool: Pool,
        retrier: Retrier,
        remover: Remover,
        allowance: int | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__(pool=pool, retrier=retrier, allowance=allowance)
        self._recorder = recorder
        self._remover = remover
        self._relisting = Relisting()
        self._batched: deque[tuple[FolderCounter, list[Entry]]] = deque()
        self._batched_size = 0
        self._single: deque[tuple[FolderCounter, Item, bool]] = deque()  # and whether it may be gone already
        self._underway: dict[int, Sequence[tuple[FolderCounter, Sequence[Item]]]] = {}
        self._numbers = itertools.count()

    def run(self, scans: Sequence[Scan[Any, FolderCounter]]) -> None:
        """Make one pass: walk every scan to its end, and remove what it lists.

        What an earlier pass removed and this one lists unchanged was not removed. It is asked for once more, by itself,
        because some stores ignore a key only within a batch; if that does not help either, it is a failure.
        """
        self._relisting.begin_pass()
        super().run(scans)

    def close(self) -> None:
        """Note what was being removed when the run ended, and was not answered: nobody knows what became of it."""
        if self._remover.lasting:
            asked = [(counter, [item]) for counter, item, asked in self._single if asked]
            for counter, items in itertools.chain(*self._underway.values(), asked):
                for item in items:
                    self._fail(counter, item, unanswered(item))
            self._leave([item for _counter, item, asked in self._single if not asked])
            for _counter, entries in self._batched:
                self._leave(entries)
        self._underway.clear()
        self._single.clear()

    def _start(self) -> bool:
        """Start the job that the rest waits for most; tell whether there was one.

        A page comes first, because only a page shows that there is another one; unless so much is listed already
        that all workers have something to remove.
        """
        enough = self._pool.workers * self._remover.batch_size
        if self._scans and self._batched_size + len(self._single) < enough:
            self._start_page()
        elif self._single:
            self._start_one(*self._single.popleft())
        elif self._batched_size >= self._remover.batch_size or (self._batched_size and not self._listing):
            self._start_batch(self._cut())
        else:
            return self._start_probe()
        return True

    def _check(self, scan: Scan[Any, FolderCounter]) -> None:
        """Let it pass where keys go while they are listed: then the next pass sees what this one has not."""
        if not self._remover.lasting:
            super()._check(scan)

    def _take(self, consumer: FolderCounter, items: Sequence[Any]) -> None:
        fresh, again, stuck = self._relisting.sort(items)
        self._claim(fresh)
        if self._recorder:
            self._recorder.write(fresh)
            fresh, again, stuck = map(_without_versions, (fresh, again, stuck))
        if again or stuck:
            consumer.take_back([*again, *stuck])
        for item in stuck:
            self._fail(consumer, item, still_listed(item))
        self._single.extend((consumer, item, False) for item in again)
        batched: list[Any] = []
        for item in fresh:
            if self._remover.needs_own_request(item):
                self._single.append((consumer, item, False))
            else:
                batched.append(item)
        if batched:
            self._batched.append((consumer, batched))
            self._batched_size += len(batched)

    def _cut(self) -> list[tuple[FolderCounter, list[Entry]]]:
        """Take one batch off the listed entries."""
        room = self._remover.batch_size
        batch = []
        while room and self._batched:
            counter, items = self._batched.popleft()
            if len(items) > room:
                self._batched.appendleft((counter, items[room:]))
                items = items[:room]
            batch.append((counter, items))
            room -= len(items)
            self._batched_size -= len(items)
        return batch

    def _start_one(self, counter: FolderCounter, item: Item, asked: bool) -> None:
        self._submit([(counter, [item])], lambda: self._remover.remove_one(item), asked=asked)

    def _start_batch(self, batch: list[tuple[FolderCounter, list[Entry]]]) -> None:
        entries = [entry for _counter, part in batch for entry in part]
        self._submit(batch, lambda: self._remover.remove_batch(entries))

    def _submit(
        self, batch: Sequence[tuple[FolderCounter, Sequence[Item]]], job: Callable[[], Removed], *, asked: bool = False
    ) -> None:
        number = next(self._numbers)
        self._underway[number] = batch

        def done(removed: Removed) -> None:
            del self._underway[number]
            self._batch_done(batch, removed, asked)

        self._pool.submit(job, done)

    def _batch_done(self, batch: Sequence[tuple[FolderCounter, Sequence[Item]]], removed: Removed, asked: bool) -> None:
        again = set(removed.again)
        kept = again.union(removed.failures, removed.untried)
        for counter, items in batch:
            counter.count([item for item in items if item not in kept] if kept else items)
            for item in items if kept else ():
                if item in again:
                    self._single.append((counter, item, item in removed.asked))
                elif item in removed.failures:
                    self._fail(counter, item, removed.failures[item])
                elif asked:
                    self._fail(counter, item, unanswered(item))
                else:
                    self._leave([item])
        if removed.fatal:
            raise removed.fatal

    def _fail(self, counter: FolderCounter, item: Item, failure: Failure) -> None:
        counter.fail(failure)
        if self._recorder:
            outcome: Outcome = "unknown" if failure.uncertain else "failed"
            self._recorder.write_exception(item, outcome=outcome, code=failure.code)

    def _leave(self, items: Sequence[Item]) -> None:
        """Note items that were never asked for."""
        if self._recorder:
            for item in items:
                self._recorder.write_exception(item, outcome="untried")


def _without_versions(items: Sequence[Any]) -> Sequence[Any]:
    """Return what is to be removed: of a current version, its object, so that the version stays."""
    if not items or not isinstance(items[0], CurrentVersion):
        return items
    return [Entry(item.key, item.size, item.modified, etag=item.etag) for item in items]
