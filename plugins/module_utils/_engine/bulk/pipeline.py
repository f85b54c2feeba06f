# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From listed pages to removed batches, while the listing is still being read."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from ..model.entries import Entry, Item, without_versions
from ..model.etag import EntrySet, EtagBuilder
from ..model.parts import BOUND, PartCounter, by_subfolder
from ..model.path import FolderPath
from ..model.protection import Protection
from ..model.report import Failure, FolderReport, Removal
from .deletion import Remover
from .listing import Scan, Walk
from .outcomes import (
    NOT_REVIEWED,
    PROTECTED,
    STILL_LISTED,
    UNANSWERED,
    UNTRIED,
    Outcome,
    Removed,
    State,
    failure_of,
)
from .pool import Pool
from .recorder import Recorder
from .relisting import Relisting
from .retry import Retrier


class FolderCounter:
    """What was done in one folder so far; ``confirmed`` counts the removals that the store confirmed.

    ``bound``: how many subfolders are counted before the smallest are summed. ``etag``, if it is set, gets everything
    that is listed.
    """

    satisfied = False
    etag: EtagBuilder | None = None

    def __init__(
        self, *, folder: FolderPath, sample_size: int, covered_by: str | None = None, bound: int = BOUND
    ) -> None:
        self.folder = folder
        self.covered_by = covered_by
        self.removed = Removal()
        self.confirmed = 0
        self.failures_total = 0
        self._uncertain = False
        self._sample_size = sample_size
        self._sample: list[Entry] = []
        self._failed: list[Failure] = []
        self._subfolders = PartCounter(bound=bound)

    def count(self, items: Sequence[Item], *, confirmed: bool = True) -> None:
        """Count items of one kind, in the order of a listing, as removed; ``confirmed``: the store confirmed it."""
        if confirmed:
            self.confirmed += len(items)
        entries = [item for item in items if isinstance(item, Entry)]
        self.removed += _amount(items, entries)
        if entries:
            self._sample = sorted([*self._sample, *entries])[: self._sample_size]
            self._subfolders.add(by_subfolder(entries, folder=self.folder))

    def uncount(self, items: Sequence[Item]) -> None:
        """Subtract items of one kind from the removed ones, because the store still lists them."""
        entries = sorted(item for item in items if isinstance(item, Entry))
        self.removed -= _amount(items, entries)
        if entries:
            self._subfolders.subtract(by_subfolder(entries, folder=self.folder))
        keys = {(entry.key, entry.version_id) for entry in entries}
        self._sample = [entry for entry in self._sample if (entry.key, entry.version_id) not in keys]

    def fail(self, item: Item, outcome: Outcome) -> None:
        """Note one item that was not, or not certainly, removed."""
        failure = failure_of(item, outcome)
        self.failures_total += 1
        self._uncertain = self._uncertain or failure.uncertain
        if len(self._failed) < self._sample_size:
            self._failed.append(failure)

    def report(self) -> FolderReport:
        """Return a frozen report of what is known."""
        return FolderReport(
            path=self.folder.path,
            changed=self.removed != Removal() or self._uncertain,
            removed=self.removed,
            # Which version is the latest changes while versions are removed, so it is left out.
            sample=tuple(entry._replace(latest=False) for entry in self._sample),
            failed=tuple(self._failed),
            failures_total=self.failures_total,
            uncertain=self._uncertain,
            covered_by=self.covered_by,
            subfolders=self._subfolders.parts(),
        )


def _amount(items: Sequence[Item], entries: Sequence[Entry]) -> Removal:
    """Sum up items of one kind; ``entries`` are those that are not uploads."""
    uploads = len(items) - len(entries)
    size = sum(entry.size for entry in entries)
    if not entries or entries[0].version_id is None:
        return Removal(objects=len(entries), uploads=uploads, bytes=size)
    markers = sum(entry.delete_marker for entry in entries)
    return Removal(versions=len(entries) - markers, delete_markers=markers, uploads=uploads, bytes=size)


class Pipeline(Walk[FolderCounter]):
    """Pass the items that scans list to a remover, in batches as full as possible, with bounded memory.

    ``allowance``: the maximum number of entries to remove; one more raises :class:`LimitExceeded`. ``recorder`` gets
    each entry before the remover gets it. A key that ``protection`` names is left, and counts as a failure; so is an
    item that is not in ``reviewed``, if that is set.
    """

    def __init__(
        self,
        *,
        pool: Pool,
        retrier: Retrier,
        remover: Remover,
        allowance: int | None = None,
        recorder: Recorder | None = None,
        protection: Protection | None = None,
        reviewed: EntrySet | None = None,
    ) -> None:
        super().__init__(pool=pool, retrier=retrier, allowance=allowance)
        self._protection = protection
        self._reviewed = reviewed
        self._recorder = recorder
        self._remover = remover
        self._relisting = Relisting()
        self._batched: deque[tuple[FolderCounter, list[Entry]]] = deque()
        self._batched_size = 0
        self._single: deque[tuple[FolderCounter, Item, bool]] = deque()  # the flag says whether it may be gone already
        self._unproven: list[Scan[Any, FolderCounter]] = []
        self._underway: dict[int, Sequence[tuple[FolderCounter, Sequence[Item]]]] = {}
        self._numbers = itertools.count()

    def run_pass(self, scans: Sequence[Scan[Any, FolderCounter]]) -> list[FolderCounter]:
        """Walk every scan to its end, and remove what it lists; return the counters of folders to be listed again.

        These are the folders where the store confirmed a removal. If a listing was shared, and is not proven to be
        complete, it is refused, unless its folder is one of these: then the next pass finds what this one has missed.
        If an earlier pass removed an item and this one lists it unchanged, it was not removed. It is removed once more,
        by a request of its own, because some stores ignore a key only within a batch. If that does not help either, it
        is a failure.
        """
        before = {scan.consumer: scan.consumer.confirmed for scan in scans}
        self._unproven.clear()
        self._relisting.begin_pass()
        self.run(scans)
        busy = [counter for counter, confirmed in before.items() if counter.confirmed > confirmed]
        for scan in self._unproven:
            if scan.consumer not in busy and not scan.consumer.failures_total:
                raise scan.unproven_error()
        return busy

    def close(self) -> None:
        """Note the items that were being removed, without an answer, when the run ended."""
        for counter, items in itertools.chain(*self._underway.values()):
            for item in items:
                self._note(counter, item, UNTRIED, sent=self._remover.confirms)
        for counter, item, sent in self._single:
            self._note(counter, item, UNTRIED, sent=sent)
        for counter, entries in self._batched:
            for entry in entries:
                self._note(counter, entry, UNTRIED, sent=False)
        self._underway.clear()
        self._single.clear()
        self._batched.clear()

    def _start(self) -> bool:
        """Start the most urgent job; return whether there was one.

        A page is the most urgent, because only a page shows whether there is another one; unless so much is listed
        already that all workers have something to remove.
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
        """Accept an unproven scan for now: keys may have gone while they were listed, so :meth:`run_pass` decides."""
        self._unproven.append(scan)

    def _consume(self, consumer: FolderCounter, items: Sequence[Any]) -> None:
        if consumer.etag:
            consumer.etag.add(items)
        if self._protection:
            protected = set(self._protection.protected([item.key for item in items]))
            items = self._leave(consumer, items, [item for item in items if item.key in protected], PROTECTED)
        if self._reviewed:
            items = self._leave(consumer, items, self._reviewed.missing(items), NOT_REVIEWED)
        fresh, again, stuck = self._relisting.sort(items)
        self._count_against_allowance(fresh)
        if self._recorder:
            self._recorder.write(fresh)
        fresh, again, stuck = map(without_versions, (fresh, again, stuck))
        if again or stuck:
            consumer.uncount([*again, *stuck])
        for item in stuck:
            self._fail(consumer, item, STILL_LISTED)
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

    def _leave(
        self, consumer: FolderCounter, items: Sequence[Any], left: Sequence[Any], outcome: Outcome
    ) -> Sequence[Any]:
        """Note the items that are left as failures; return the others."""
        if not left:
            return items
        for item in left:
            self._fail(consumer, item, outcome)
        staying = set(left)
        return [item for item in items if item not in staying]

    def _cut(self) -> list[tuple[FolderCounter, list[Entry]]]:
        """Take one batch from the listed entries."""
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

    def _start_one(self, counter: FolderCounter, item: Item, sent: bool) -> None:
        self._submit([(counter, [item])], lambda: self._remover.remove_one(item), sent=sent)

    def _start_batch(self, batch: list[tuple[FolderCounter, list[Entry]]]) -> None:
        entries = [entry for _counter, part in batch for entry in part]
        self._submit(batch, lambda: self._remover.remove_batch(entries))

    def _submit(
        self, batch: Sequence[tuple[FolderCounter, Sequence[Item]]], job: Callable[[], Removed], *, sent: bool = False
    ) -> None:
        number = next(self._numbers)
        self._underway[number] = batch

        def done(removed: Removed) -> None:
            del self._underway[number]
            self._batch_done(batch, removed, sent=sent)

        self._pool.submit(job, done)

    def _batch_done(
        self, batch: Sequence[tuple[FolderCounter, Sequence[Item]]], removed: Removed, *, sent: bool
    ) -> None:
        outcomes = removed.outcomes
        for counter, items in batch:
            gone = [item for item in items if item not in outcomes] if outcomes else items
            counter.count(gone, confirmed=self._remover.confirms)
            for item in items if outcomes else ():
                if item in outcomes:
                    self._note(counter, item, outcomes[item], sent=sent)
        if removed.fatal:
            raise removed.fatal

    def _note(self, counter: FolderCounter, item: Item, outcome: Outcome, *, sent: bool) -> None:
        """Note the outcome of an item that was not removed; ``sent``: an earlier request may have removed it."""
        if outcome.state is State.RETRY_ALONE:
            self._single.append((counter, item, outcome.sent))
        elif outcome.state is not State.UNTRIED:
            self._fail(counter, item, outcome._replace(state=State.UNKNOWN) if sent else outcome)
        elif sent:
            self._fail(counter, item, UNANSWERED)
        elif self._recorder:
            self._recorder.write_exception(item, outcome="untried")

    def _fail(self, counter: FolderCounter, item: Item, outcome: Outcome) -> None:
        counter.fail(item, outcome)
        if self._recorder:
            self._recorder.write_exception(
                item, outcome="unknown" if outcome.state is State.UNKNOWN else "failed", code=outcome.code
            )
