# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a removal from start to end, whatever its plan is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from ..bulk.deletion import Remover
from ..bulk.listing import Scan, Walk
from ..bulk.outcomes import UNTRIED
from ..bulk.pipeline import FolderCounter, Pipeline
from ..bulk.pool import Pool, run_job, run_jobs
from ..bulk.recorder import Recorder, WriteAheadRemover
from ..bulk.retry import Retrier
from ..errors import FolderKeepsFilling, LimitExceeded, SpaceNotFound
from ..model.protection import Protection
from ..model.record import Closing
from ..model.report import Progress, Removal, Report
from ..model.times import now_in_utc
from ..ports import KEEPS_VERSIONS, Lister, Versioning
from .inspection import Inspection, require_unprotected_keys, where_most_are
from .listings import objects
from .recording import DESTROYS, find_versions
from .removal_plan import RemovalPlan

T = TypeVar("T")

LATER_PASSES = 3  # for keys that others wrote in the meantime

VERSIONS_STAY = (
    "The Space keeps versions: the removed objects live on as old versions, and are billed. "
    'Some stores, such as MinIO, keep no version of a key that ends in "/". '
    "Set versions to all to remove them too."
)


class RemovalJob:
    """Carry out a plan: check, count, remove in passes until a pass finds nothing, report.

    ``max_objects``: fail before the first removal if more entries would be removed; the removal itself stops there too.
    ``missing_ok``: treat a Space that does not exist like empty folders. ``protection``: fail before the first removal
    if a protected key would be removed; a protected key that appears later is left. ``recorder`` records everything
    before it is removed; with ``record_versions``, also the version of each object.
    """

    def __init__(
        self,
        *,
        plan: RemovalPlan,
        lister: Lister,
        remover: Remover,
        retrier: Retrier,
        pool: Pool,
        max_objects: int | None = None,
        missing_ok: bool = False,
        protection: Protection | None = None,
        recorder: Recorder | None = None,
        record_versions: bool = False,
    ) -> None:
        self._plan = plan
        self._lister = lister
        self._remover = WriteAheadRemover(remover, recorder=recorder) if recorder else remover
        self._recorder = recorder
        self._record_versions = record_versions
        self._retrier = retrier
        self._pool = pool
        self._max_objects = max_objects
        self._missing_ok = missing_ok
        self._counters = [counter for counter in plan.counters if counter.covered_by is None]
        reached = protection and any(protection.reaches(counter.folder.prefix) for counter in self._counters)
        self._protection = protection if reached else None
        self._pipeline = Pipeline(
            pool=pool,
            retrier=retrier,
            remover=self._remover,
            allowance=max_objects,
            recorder=recorder,
            protection=self._protection,
        )
        self._looking: tuple[str, Walk[Any]] | None = None  # the current walk before the first removal
        self._total: int | None = None  # entries to remove, as counted before the first removal
        self._versions_stay = False
        self._names_versions = False
        self._versioning: Versioning | None = None
        self._complete = False

    def run(self) -> None:
        """Carry out the plan; raise the error that prevents this. :meth:`report` returns what was done."""
        try:
            with self._pool:
                self._plan.check(self._send)
                if self._recorder:
                    self._prepare(self._recorder)
                self._look()
                self._remove()
                self._prove_removed()
                self._plan.finish(lambda jobs: run_jobs(self._pool, jobs))
                self._complete = True
                self._versions_stay = self._old_versions_stay()
        except SpaceNotFound:
            if not self._missing_ok:
                raise
            self._complete = True
        finally:
            self._pipeline.close()
            if self._recorder:
                self._recorder.close(
                    Closing(totals=asdict(self._removed()), complete=self._complete, ended=now_in_utc())
                )

    def progress(self) -> Progress:
        """Return the progress; called in the coordinator's thread.

        Uploads are not counted in advance, so they raise the total. Nor are keys that others write in the meantime:
        once such keys are removed, the total is unknown.
        """
        if self._looking:
            doing, walk = self._looking
            return Progress(doing=doing, done=walk.seen)
        removed = self._removed()
        known = self._total is not None and removed.entries <= self._total
        return Progress(
            doing=f"{self._remover.prefix}{self._plan.done}",
            done=removed.entries + removed.uploads,
            total=(self._total or 0) + removed.uploads if known else None,
        )

    def report(self) -> Report:
        """Return what was done so far."""
        warnings = [
            *self._plan.warnings(),
            *([VERSIONS_STAY] if self._versions_stay else []),
            *([DESTROYS] if self._names_versions and self._versioning == "suspended" else []),
        ]
        return Report(
            folders=tuple(map(self._plan.folder_report, self._plan.counters)),
            warnings=tuple(warnings),
            complete=self._complete,
            record=self._recorder.path if self._recorder else None,
        )

    def _send(self, request: Callable[[], T]) -> T:
        """Send one request while nothing else is in flight."""
        return run_job(self._pool, lambda: self._retrier(request))

    def _removed(self) -> Removal:
        return sum((counter.removed for counter in self._counters), Removal())

    def _prepare(self, recorder: Recorder) -> None:
        """Prepare the record before anything is removed; raise the error if it cannot name versions."""
        if self._record_versions:
            prefixes = [counter.folder.prefix for counter in self._counters]
            self._versioning, listing = find_versions(lister=self._lister, send=self._send, prefixes=prefixes)
            self._plan.listing = listing or self._plan.listing
            self._names_versions = listing is not None
        else:
            self._versioning = run_job(self._pool, lambda: self._retrier.optional(self._lister.versioning))
        recorder.header = replace(recorder.header, versioning=self._versioning)

    def _prove_removed(self) -> None:
        """Check with a listing of objects that the listing of versions has included all objects."""
        lasts = self._remover.unfinished is not UNTRIED
        if not self._names_versions or not lasts or any(counter.failures_total for counter in self._counters):
            return
        self._plan.listing = objects(self._lister)
        inspections = self._inspections()
        self._inspect(inspections)
        if any(inspection.entries for inspection in inspections):
            raise FolderKeepsFilling(
                "The store still lists objects that were to be removed.",
                advice="Either somebody else writes there: stop that, then run the task again. Or the store does not "
                "say which versions are current: set record_versions to false.",
            )

    def _look(self) -> None:
        """Walk everything that has to be known before the first removal.

        Raise :class:`LimitExceeded` if too much would be removed, :class:`ProtectedKeys` if a protected key would be.
        """
        survey = self._plan.survey()
        if survey:
            self._walk("looked at", survey)
        total, where = self._plan.total(), ""
        if self._protection or (self._max_objects is not None and total is None):
            inspections = self._inspect_up_to(self._max_objects)
            require_unprotected_keys(inspections)
            total, where = sum(inspection.entries for inspection in inspections), where_most_are(inspections)
        if self._max_objects is not None and total is not None and total > self._max_objects:
            raise LimitExceeded(
                f"max_objects allows {self._max_objects:,} to be removed, and {total:,} would be: nothing was removed."
                f"{where}",
                advice="Check the path and the filters. If they are right, raise max_objects.",
            )
        self._total = total

    def _inspect_up_to(self, most: int | None) -> list[Inspection]:
        """Inspect the entries to remove, up to one page more than allowed."""
        inspections = self._inspections(self._protection)
        try:
            self._inspect(inspections, allowance=most, uploads=bool(self._protection))
        except LimitExceeded as exc:
            found = sum(inspection.entries for inspection in inspections)
            raise LimitExceeded(
                f"max_objects allows {most:,} to be removed, and there are at least {found:,}: nothing was removed."
                f"{where_most_are(inspections)}",
                advice="Check the path. If it is right, raise max_objects.",
            ) from exc
        return inspections

    def _inspections(self, protection: Protection | None = None) -> list[Inspection]:
        return [Inspection(folder=counter.folder, protection=protection) for counter in self._counters]

    def _inspect(
        self, inspections: Sequence[Inspection], *, allowance: int | None = None, uploads: bool = False
    ) -> None:
        """Inspect the entries to remove in each folder. Uploads matter only if their keys may be protected."""
        scans: list[Scan[Any, Inspection]] = []
        for counter, inspection in zip(self._counters, inspections, strict=True):
            scans += self._plan.entries(counter.folder, inspection)
            if uploads:
                scans += self._plan.uploads(counter.folder, inspection)
        self._walk("counted", scans, allowance=allowance)

    def _walk(self, doing: str, scans: Sequence[Scan[Any, Any]], *, allowance: int | None = None) -> None:
        walk: Walk[Any] = Walk(pool=self._pool, retrier=self._retrier, allowance=allowance)
        self._looking = doing, walk
        walk.run(scans)
        self._looking = None

    def _remove(self) -> None:
        """Remove what the scans of each folder find, and list the folders that were not empty again."""
        busy: Sequence[FolderCounter] = self._counters
        for _pass in range(1 + LATER_PASSES):
            try:
                busy = self._pipeline.run_pass([scan for counter in busy for scan in self._scans(counter)])
            except LimitExceeded as exc:
                raise LimitExceeded(
                    "The folder grew while it was being emptied: the removal stopped at max_objects.",
                    advice="Stop what writes there, then run the task again.",
                ) from exc
            if not busy or any(counter.failures_total for counter in self._counters):
                return
        raise FolderKeepsFilling(
            f"Keys keep appearing in {', '.join(repr(counter.folder.path) for counter in busy)}: "
            f"each of {1 + LATER_PASSES} passes found some, which were {self._plan.done}.",
            advice="Stop what writes there, then run the task again.",
        )

    def _scans(self, counter: FolderCounter) -> Iterator[Scan[Any, FolderCounter]]:
        yield from self._plan.entries(counter.folder, counter)
        yield from self._plan.uploads(counter.folder, counter)

    def _old_versions_stay(self) -> bool:
        """Find out whether the removed objects still exist as old versions; only a warning depends on it."""
        if not any(counter.removed.objects for counter in self._counters):
            return False
        return run_job(self._pool, lambda: self._retrier.optional(self._lister.versioning)) in KEEPS_VERSIONS
