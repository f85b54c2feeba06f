# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``restore``: remove the delete markers that hide objects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ..bulk.listing import ConsumerT, Scan
from ..bulk.marker_jobs import Ensured, MarkerCreator, MarkerJob
from ..bulk.outcomes import Outcome, State
from ..bulk.pipeline import FolderCounter
from ..bulk.pool import Pool
from ..bulk.retry import Retrier
from ..errors import EngineError, LimitExceeded
from ..model.covering import covers
from ..model.entries import Entry, Item, Upload
from ..model.path import FolderPath
from ..model.record import RecordedEntry, RecordedException
from ..model.report import FolderReport, Restored
from ..model.restoration import LEFT, KeyState, RecordedKeys, RestoreSelection, Wanted
from ..ports import FolderMarkers, Lister
from .listings import Listing
from .store_time import require_past, store_time

NEVER_KEPT = (
    "The Space has never kept versions, so nothing can be restored in it: what was removed is gone. "
    "Turn on versioning of the Space, then what is removed from then on can be restored."
)
NOT_CLOSED = (
    "The record has no last line: the task that wrote it was ended from outside, or the file was cut. "
    "What it names was restored."
)
EXPIRED = Outcome(State.FAILED, "Expired", "The version that the record names is not in the Space any more.")


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record to restore from: its keys, and its lines, to be read again; ``complete``: its last line was there."""

    keys: RecordedKeys
    complete: bool
    lines: Callable[[], Iterable[RecordedEntry | RecordedException]]


class RestoreCounter(FolderCounter):
    """What was restored in one folder so far; a key counts when the last of its delete markers is removed."""

    def __init__(self, *, recorded: RecordedKeys | None, allow: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self.left = [0] * len(KeyState)  # by the number of a state; only those of LEFT are reported
        self._recorded = recorded
        self._allow = allow
        self._passes = 0
        self._objects = 0
        self._bytes = 0
        self._several: dict[str, int] = {}  # delete markers still to remove, of keys that have more than one

    def begin_pass(self) -> None:
        """Note that a new pass lists the folder from its beginning."""
        self._passes += 1

    def restoring(self, version: Entry, markers: Sequence[Entry]) -> None:
        if self._passes == 1:
            self._allow()
        elif self._recorded and self._recorded.state(version.key) is KeyState.RESTORING:
            self._objects -= 1  # an earlier pass has counted it, and this one counts it again
            self._bytes -= version.size
        if len(markers) > 1:
            self._several[version.key] = len(markers)
        self._change(version.key, KeyState.RESTORING)

    def leave(self, version: Entry, state: KeyState) -> None:
        """Note a key that stays as it is; without a record, only the first pass counts it."""
        if self._recorded is None:
            self.left[state] += self._passes == 1
        elif self._recorded.state(version.key) is not KeyState.RESTORING:
            self._change(version.key, state)
        elif state is not KeyState.IN_PLACE:  # a restored key is in place by now
            self._objects -= 1
            self._bytes -= version.size
            self._change(version.key, KeyState.DIFFERS)

    def _change(self, key: str, state: KeyState) -> None:
        if self._recorded is None:
            return
        self.left[self._recorded.change(key, state)] -= 1
        self.left[state] += 1

    def count(self, items: Sequence[Item], *, confirmed: bool = True) -> None:
        super().count(items, confirmed=confirmed)
        for item in items:
            markers = self._several.pop(item.key, 1)
            if markers > 1:
                self._several[item.key] = markers - 1
            elif isinstance(item, Entry):
                self.count_restored(item.size)

    def count_restored(self, size: int) -> None:
        """Count an object that was restored."""
        self._objects += 1
        self._bytes += size

    def uncount(self, items: Sequence[Item]) -> None:
        super().uncount(items)
        if self._recorded is None:
            sizes = {item.key: item.size for item in items if isinstance(item, Entry)}
            self._objects -= len(sizes)
            self._bytes -= sum(sizes.values())

    def report(self) -> FolderReport:
        report = super().report()
        restored = Restored(
            objects=self._objects, bytes=self._bytes, left={state.name.lower(): self.left[state] for state in LEFT}
        )
        changed = report.changed or bool(self._objects)
        return replace(report, changed=changed, restored=restored)


class KeyCount:
    """Count the keys that would be restored."""

    satisfied = False

    def __init__(self) -> None:
        self.keys = 0

    def count(self, items: Sequence[Entry]) -> None:
        """Do nothing, because keys are counted, not delete markers."""

    def restoring(self, version: Entry, markers: Sequence[Entry]) -> None:
        self.keys += 1

    def leave(self, version: Entry, state: KeyState) -> None:
        """Do nothing, because a key that stays does not count."""


class Restore:
    """Remove the delete markers above objects that were deleted: a :class:`RemovalPlan` that removes no data.

    ``record``: restore the versions that it names. ``since``: restore what was deleted since this time, or within this
    age, by the store's clock. At least one of them is set; with both, both conditions apply. ``accept``: which keys are
    restored; those of a record were chosen when it was read. ``max_objects``: fail before the first removal if more
    keys would be restored. ``markers`` creates missing folder markers; ``retrier`` sends its requests.
    """

    done = "restored"
    as_of: datetime | None = None

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        lister: Lister,
        markers: FolderMarkers,
        retrier: Retrier,
        record: Record | None = None,
        since: datetime | timedelta | None = None,
        accept: Callable[[str], bool] = lambda _key: True,
        max_objects: int | None = None,
        sample_size: int = 20,
    ) -> None:
        self.listing = Listing(name="versions", fetch=lister.list_versions, level=lister.list_version_level)
        self.counters = [
            RestoreCounter(
                folder=folder,
                sample_size=sample_size,
                covered_by=cover,
                recorded=record.keys if record else None,
                allow=self._allow,
            )
            for folder, cover in zip(folders, covers(folders, nested=True), strict=True)
        ]
        self._lister = lister
        self._creator = MarkerCreator(markers=markers, retrier=retrier, only_new=True, allow=self._allow)
        self._record = record
        self._since = since
        self._since_time: datetime | None = None
        self._accept = accept
        self._max_objects = max_objects
        self._suspended = False
        self._begun = 0
        self._lock = threading.Lock()
        self._counts: list[KeyCount] = []

    def check(self, send: Callable[[Callable[[], Any]], Any]) -> None:
        """Request the versioning of the Space, and the store's time."""
        versioning = send(self._lister.versioning)
        if versioning == "never":
            raise EngineError(NEVER_KEPT)
        self._suspended = versioning == "suspended"
        if self._since is None:
            return
        send(partial(self._lister.list_versions, self.counters[0].folder.prefix, None))
        now = store_time(self._lister, use="since cannot be applied")
        self._since_time = now - self._since if isinstance(self._since, timedelta) else self._since
        require_past(
            "since",
            self._since_time,
            now=now,
            advice="Give the time from which on deletions are to be taken back.",
        )

    def survey(self) -> Sequence[Scan[Entry, KeyCount]]:
        """Return scans that count keys, if there is a limit."""
        if self._max_objects is None:
            return ()
        own = [counter for counter in self.counters if counter.covered_by is None]
        self._counts = [KeyCount() for _counter in own]
        return [self._scan(counter.folder, count, count) for counter, count in zip(own, self._counts, strict=True)]

    def total(self) -> None:
        """Raise an error if there are too many keys; the number of delete markers is not known."""
        keys = sum(count.keys for count in self._counts)
        if self._max_objects is not None and keys > self._max_objects:
            raise LimitExceeded(
                f"max_objects allows {self._max_objects} to be restored, and {keys:,} would be: nothing was restored.",
                advice="Check path, since and the filters. If they are right, raise max_objects.",
            )

    def entries(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Entry, ConsumerT]]:
        [counter] = [each for each in self.counters if each.folder == folder and each.covered_by is None]
        counter.begin_pass()
        yield self._scan(folder, consumer, counter)

    def uploads(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Upload, ConsumerT]]:
        """Return none, because aborted uploads cannot be restored."""
        return iter(())

    def create_markers(self, pool: Pool) -> None:
        """Create the markers that left no version, and note other entries of the record that no longer exist."""
        if self._record:
            self._creator.run(pool, self._missing_markers(self._record))

    def close(self) -> None:
        """Note the creations that were not answered when the run ended."""
        self._creator.close()

    def folder_report(self, counter: FolderCounter) -> FolderReport:
        return counter.report()

    def warnings(self) -> Iterator[str]:
        """Return a warning if the record is truncated."""
        if self._record and not self._record.complete:
            yield NOT_CLOSED

    def _scan(
        self, folder: FolderPath, consumer: ConsumerT, decisions: RestoreCounter | KeyCount
    ) -> Scan[Entry, ConsumerT]:
        wanted = Wanted(
            recorded=self._record.keys if self._record else None,
            since=self._since_time,
            suspended=self._suspended,
            accept=self._accept,
        )
        return Scan(
            prefix=folder.prefix,
            fetch=self.listing.fetch,
            consumer=consumer,
            select=lambda: RestoreSelection(wanted=wanted, decisions=decisions),
            level=self.listing.level,
        )

    def _allow(self) -> None:
        """Count a key that comes back, if there is a limit; called from any thread."""
        if self._max_objects is None:
            return
        with self._lock:
            self._begun += 1
            begun = self._begun
        if begun > self._max_objects:
            raise LimitExceeded(
                "More would be restored than max_objects allows: the task stopped there.",
                advice="Either more was deleted meanwhile, or folder markers are gone without a trace. "
                "Look whether path and filters are those you mean; if they are, raise max_objects.",
            )

    def _counter_of(self, key: str) -> RestoreCounter | None:
        own = (counter for counter in self.counters if counter.covered_by is None)
        return next((counter for counter in own if key.startswith(counter.folder.prefix)), None)

    def _missing_markers(self, record: Record) -> Iterator[MarkerJob]:
        for line, state in record.keys.unlisted(record.lines()):
            counter = self._counter_of(line.key)
            if counter is None:
                continue
            if state is KeyState.NOT_RESTORABLE:
                counter.left[state] += 1
            elif state is KeyState.UNSEEN and line.key.endswith("/") and not line.size:
                yield MarkerJob(line.key, partial(self._marker_done, counter, line.key))
            else:
                counter.fail(Entry(line.key, version_id=line.version_id), EXPIRED)

    def _marker_done(self, counter: RestoreCounter, key: str, ensured: Ensured) -> None:
        if isinstance(ensured, Outcome):
            counter.fail(Entry(key), ensured)
        elif ensured is None:
            counter.count_restored(0)
        else:
            counter.left[KeyState.IN_PLACE] += 1
