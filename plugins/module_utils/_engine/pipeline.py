# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk listings and remove what they hold, while they are still being read.

One coordinator, the thread that calls :meth:`Pipeline.run`, owns all state. Jobs in the pool do nothing but send one
request (and its retries) and parse its reply.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic

from .errors import LimitExceeded, Misbehaved
from .model import Entry, Failure, FolderReport, Item, ItemT, Page, Removal, Upload
from .ports import Removed, Remover
from .requests import Caller
from .workers import Pool


class Tally:
    """What was done in one folder so far."""

    def __init__(self, *, path: str, sample_size: int, covered_by: str | None = None) -> None:
        self.path = path
        self.removed = Removal()
        self.failures_total = 0
        self._sample_size = sample_size
        self._sample: list[Entry] = []
        self._failed: list[Failure] = []
        self._covered_by = covered_by

    def count(self, items: Sequence[Item]) -> None:
        """Count items of one kind as removed."""
        entries = [item for item in items if isinstance(item, Entry)]
        if len(entries) < len(items):
            self.removed += Removal(uploads=len(items) - len(entries))
        if not entries:
            return
        size = sum(entry.size for entry in entries)
        if entries[0].version_id is None:
            self.removed += Removal(objects=len(entries), bytes=size)
        else:
            markers = sum(entry.delete_marker for entry in entries)
            self.removed += Removal(versions=len(entries) - markers, delete_markers=markers, bytes=size)
        self._sample = sorted([*self._sample, *entries])[: self._sample_size]

    def fail(self, failure: Failure) -> None:
        """Note one item that was not removed."""
        self.failures_total += 1
        if len(self._failed) < self._sample_size:
            self._failed.append(failure)

    def report(self) -> FolderReport:
        """Freeze what is known."""
        return FolderReport(
            path=self.path,
            changed=self.removed != Removal(),
            removed=self.removed,
            sample=tuple(self._sample),
            failed=tuple(self._failed),
            covered_by=self._covered_by,
        )


class Scan(Generic[ItemT]):
    """One listing, walked page by page from the last item of the page before.

    The position is never read from a reply: stores mangle the markers that they echo.
    """

    def __init__(self, *, prefix: str, fetch: Callable[[str, ItemT | None], Page[ItemT]], tally: Tally) -> None:
        self.tally = tally
        self._prefix = prefix
        self._fetch: Callable[[str, ItemT | None], Page[ItemT]] = fetch
        self._after: ItemT | None = None
        self._ends: set[tuple[str, str | None]] = set()  # of the pages that ended within the current key

    def fetch(self) -> Page[ItemT]:
        """Ask for the next page: one request."""
        return self._fetch(self._prefix, self._after)

    def advance(self, page: Page[ItemT]) -> None:
        """Move behind ``page``; raise :class:`Misbehaved` if it cannot be what follows the page before."""
        if not page.items:
            if page.truncated:
                raise self._misbehaved("an empty page that promises more")
            return
        for item in page.items:
            if not item.key or not item.key.startswith(self._prefix):
                raise self._misbehaved(f"the key {item.key!r}, which is not below it")
        first, last = page.items[0], page.items[-1]
        if self._after is not None:
            if min(first.key, last.key) < self._after.key or _identity(first) == _identity(self._after):
                raise self._misbehaved(f"a page that goes back behind {self._after.key!r}")
            if last.key > self._after.key:
                self._ends.clear()
        if _identity(last) in self._ends:
            raise self._misbehaved(f"a page that ends in {last.key!r} a second time")
        self._ends.add(_identity(last))
        self._after = last

    def _misbehaved(self, what: str) -> Misbehaved:
        return Misbehaved(
            f"The store's listing of {self._prefix!r} has {what}.",
            advice="Nothing more was removed, because such a listing cannot be trusted; "
            "look whether a proxy or cache stands before the store.",
        )


class Pipeline:
    """Feed what scans list to a remover, in batches as full as they come, with bounded memory.

    ``allowance``: how many entries may be removed; one more raises :class:`LimitExceeded`.
    """

    def __init__(self, *, pool: Pool, caller: Caller, remover: Remover, allowance: int | None = None) -> None:
        self._pool = pool
        self._call = caller
        self._remover = remover
        self._allowance = allowance
        self._scans: deque[Scan[Any]] = deque()
        self._listing = 0  # pages asked for and not yet seen
        self._batched: deque[tuple[Tally, list[Entry]]] = deque()
        self._batched_size = 0
        self._single: deque[tuple[Tally, Item]] = deque()

    def run(self, scans: Sequence[Scan[Any]]) -> None:
        """Walk every scan to its end and remove all that is found."""
        self._scans.extend(scans)
        while True:
            while self._pool.in_flight < self._pool.workers and self._start():
                continue
            if not self._pool.in_flight:
                return
            self._pool.settle()

    def _start(self) -> bool:
        """Start the job that the rest waits for most; tell whether there was one.

        A page comes first, because only a page shows that there is another one; unless so much is listed already
        that all workers have something to remove.
        """
        enough = self._pool.workers * self._remover.batch_size
        if self._scans and self._batched_size + len(self._single) < enough:
            self._start_page(self._scans.popleft())
        elif self._single:
            self._start_one(*self._single.popleft())
        elif self._batched_size >= self._remover.batch_size or (self._batched_size and not self._listing):
            self._start_batch(self._cut())
        else:
            return False
        return True

    def _start_page(self, scan: Scan[Any]) -> None:
        self._listing += 1
        self._pool.submit(lambda: self._call(scan.fetch), lambda page: self._listed(scan, page))

    def _listed(self, scan: Scan[Any], page: Page[Any]) -> None:
        self._listing -= 1
        scan.advance(page)
        self._claim(page.items)
        batched = []
        for item in page.items:
            if self._remover.solitary(item):
                self._single.append((scan.tally, item))
            else:
                batched.append(item)
        if batched:
            self._batched.append((scan.tally, batched))
            self._batched_size += len(batched)
        if page.truncated:
            self._scans.appendleft(scan)

    def _claim(self, items: Sequence[Item]) -> None:
        if self._allowance is None or not items or isinstance(items[0], Upload):
            return
        self._allowance -= len(items)
        if self._allowance < 0:
            raise LimitExceeded(
                "The folder grew while it was being emptied: the removal stopped at max_objects.",
                advice="Stop what writes there, then run the task again.",
            )

    def _cut(self) -> list[tuple[Tally, list[Entry]]]:
        """Take one batch off the listed entries."""
        room = self._remover.batch_size
        batch = []
        while room and self._batched:
            tally, items = self._batched.popleft()
            if len(items) > room:
                self._batched.appendleft((tally, items[room:]))
                items = items[:room]
            batch.append((tally, items))
            room -= len(items)
            self._batched_size -= len(items)
        return batch

    def _start_one(self, tally: Tally, item: Item) -> None:
        self._pool.submit(
            lambda: self._remover.remove_one(item), lambda removed: self._settle([(tally, [item])], removed)
        )

    def _start_batch(self, batch: list[tuple[Tally, list[Entry]]]) -> None:
        entries = [entry for _tally, part in batch for entry in part]
        self._pool.submit(lambda: self._remover.remove_batch(entries), lambda removed: self._settle(batch, removed))

    def _settle(self, batch: Sequence[tuple[Tally, Sequence[Item]]], removed: Removed) -> None:
        again = set(removed.again)
        kept = again.union(removed.failures, removed.untried)
        for tally, items in batch:
            tally.count([item for item in items if item not in kept] if kept else items)
            for item in items if kept else ():
                if item in again:
                    self._single.append((tally, item))
                elif item in removed.failures:
                    tally.fail(removed.failures[item])
        if removed.fatal:
            raise removed.fatal


def _identity(item: Item) -> tuple[str, str | None]:
    return item.key, item.upload_id if isinstance(item, Upload) else item.version_id
