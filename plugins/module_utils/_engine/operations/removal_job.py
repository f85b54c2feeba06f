# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a removal from start to end, whatever its plan is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from ..bulk.deletion import Remover
from ..bulk.listing import Scan
from ..bulk.pipeline import FolderCounter, Pipeline
from ..bulk.pool import Pool, run_job
from ..bulk.recorder import Recorder, WriteAheadRemover
from ..bulk.retry import Retrier
from ..errors import FolderKeepsFilling, LimitExceeded, SpaceNotFound
from ..model.etag import Etag, EtagBuilder
from ..model.protection import Protection
from ..model.record import Closing
from ..model.report import FolderReport, Progress, Removal, Report
from ..model.times import now_in_utc
from ..ports import KEEPS_VERSIONS, Lister, Versioning
from .inspection import Inspection
from .listings import OBJECTS, Listing, objects
from .preflight import Preflight
from .recording import find_versions, find_versions_for_etag
from .removal_plan import RemovalPlan
from .review import Review

T = TypeVar("T")

LATER_PASSES = 3  # for keys that others wrote in the meantime
CHECKING = "checking that nothing is left"

VERSIONS_STAY = (
    "The Space keeps versions: the removed objects live on as old versions, and are billed. "
    'Some stores, such as MinIO, keep no version of a key that ends in "/". '
    "Set versions to all to remove them too."
)
SUSPENDED = (
    "Versioning of the Space is suspended: an object whose current version is called null is destroyed, and a record "
    "calls it not restorable. Other objects live on as old versions, and are billed."
)


class RemovalJob:
    """Carry out a plan: check, count, remove in passes until a pass finds nothing, report.

    ``max_objects``: fail before the first removal if more entries would be removed; the removal itself stops there too.
    ``missing_ok``: treat a Space that does not exist like empty folders. ``protection``: fail before the first removal
    if a protected key would be removed; a protected key that appears later is left. ``recorder`` records everything
    before it is removed; with ``record_versions``, also the version of each object. ``review``: return etags, or fail
    before the first removal if anything would be removed that was not reviewed; what appears later is left.
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
        review: Review | None = None,
    ) -> None:
        self._plan = plan
        self._lister = lister
        self._remover = WriteAheadRemover(remover, recorder=recorder) if recorder else remover
        self._recorder = recorder
        self._record_versions = record_versions
        self._review = review
        self._required = review if review and review.required else None
        self._retrier = retrier
        self._pool = pool
        self._missing_ok = missing_ok
        self._counters = [counter for counter in plan.counters if counter.covered_by is None]
        reached = protection and any(protection.reaches(counter.folder.prefix) for counter in self._counters)
        protection = protection if reached else None
        for counter in self._counters if review and review.returns_etags else ():
            counter.etag = EtagBuilder()
        self._preflight = Preflight(
            plan=plan,
            counters=self._counters,
            retrier=retrier,
            pool=pool,
            max_objects=max_objects,
            protection=protection,
            review=self._required,
        )
        self._pipeline = Pipeline(
            pool=pool,
            retrier=retrier,
            remover=self._remover,
            allowance=max_objects,
            recorder=recorder,
            protection=protection,
            reviewed=self._preflight.listed,
        )
        self._total: int | None = None  # entries to remove, as counted before the first removal
        self._versions_stay = False
        self._names_versions = False
        self._versioning: Versioning | None = None
        self._etag_left: Etag | None = None
        self._complete = False
        self._phase = ""

    def run(self) -> None:
        """Carry out the plan; raise the error that prevents this. :meth:`report` returns what was done."""
        try:
            with self._pool:
                self._plan.check(self._send)
                self._choose_listing()
                self._total = self._preflight.run()
                self._remove()
                self._etag_left = self._find_etag_left()
                self._plan.create_markers(self._pool)
                self._complete = True
                self._versions_stay = self._old_versions_stay()
        except SpaceNotFound:
            if not self._missing_ok:
                raise
            self._complete = True
        finally:
            self._pipeline.close()
            self._plan.close()
            if self._recorder:
                self._recorder.close(
                    Closing(totals=asdict(self._removed()), complete=self._complete, ended=now_in_utc())
                )

    def progress(self) -> Progress:
        """Return the progress; called in the coordinator's thread.

        Uploads are not counted in advance, so they raise the total. Nor are keys that others write in the meantime:
        once such keys are removed, the total is unknown.
        """
        listing = self._preflight.progress
        if listing:
            return replace(listing, phase=self._phase)
        removed = self._removed()
        known = self._total is not None and removed.entries <= self._total
        return Progress(
            doing=f"{self._remover.prefix}{self._plan.done}",
            done=removed.entries + removed.uploads,
            total=(self._total or 0) + removed.uploads if known else None,
            phase=self._phase,
        )

    def report(self) -> Report:
        """Return what was done so far."""
        return Report(
            folders=tuple(self._folder_report(counter) for counter in self._plan.counters),
            warnings=(*self._plan.warnings(), *self._versioning_warnings()),
            complete=self._complete,
            record=self._recorder.path if self._recorder else None,
            etag=self._etag(self._counters),
            etag_left=self._etag_left,
            as_of=self._plan.as_of or self._lister.now(),
        )

    def _versioning_warnings(self) -> Iterator[str]:
        if self._versioning == "suspended" and (self._versions_stay or (self._recorder and self._names_versions)):
            yield SUSPENDED
        elif self._versions_stay:
            yield VERSIONS_STAY

    def _folder_report(self, counter: FolderCounter) -> FolderReport:
        return replace(self._plan.folder_report(counter), etag=self._etag([counter]))

    def _etag(self, counters: Sequence[FolderCounter]) -> Etag | None:
        """Return the etag of some folders, if it is known."""
        if not (self._review and self._complete and counters and all(counter.etag for counter in counters)):
            return None
        return self._review.etag([counter.etag for counter in counters], listing=self._plan.listing.name)

    def _send(self, request: Callable[[], T]) -> T:
        """Send one request while nothing else is in flight."""
        return run_job(self._pool, lambda: self._retrier(request))

    def _removed(self) -> Removal:
        return sum((counter.removed for counter in self._counters), Removal())

    def _choose_listing(self) -> None:
        """Choose the listing that names what the record and the etag need.

        Raise the error if the record cannot name versions. An etag goes by the objects if the store refuses to tell.
        """
        if self._recorder and self._record_versions:
            self._name_versions(find_versions)
        elif self._review and self._plan.listing.name == OBJECTS:
            self._name_versions(find_versions_for_etag)
        elif self._recorder:
            self._versioning = self._ask_versioning()
        if self._recorder:
            self._recorder.header = replace(self._recorder.header, versioning=self._versioning)

    def _ask_versioning(self) -> Versioning | None:
        return run_job(self._pool, lambda: self._retrier.optional(self._lister.versioning))

    def _name_versions(self, find: Callable[..., tuple[Versioning | None, Listing | None]]) -> None:
        prefixes = [counter.folder.prefix for counter in self._counters]
        self._versioning, listing = find(lister=self._lister, send=self._send, prefixes=prefixes)
        self._plan.listing = listing or self._plan.listing
        self._names_versions = listing is not None

    def _find_etag_left(self) -> Etag | None:
        """List what is left of the reviewed entries, if some were certainly not removed; return their etag."""
        reports = [counter.report() for counter in self._counters]
        failed = any(report.failures_total for report in reports)
        if not (self._required and failed) or any(report.uncertain for report in reports):
            return None
        inspections = [
            Inspection(folder=counter.folder, etag=EtagBuilder(), within=self._preflight.listed)
            for counter in self._counters
        ]
        self._phase = ""
        self._preflight.inspect(inspections, uploads=True)
        return self._required.etag([inspection.etag for inspection in inspections], listing=self._plan.listing.name)

    def _remove(self) -> None:
        """Remove what the scans of each folder find, and list the folders again, until nothing is left to remove."""
        left: Sequence[FolderCounter] = self._counters
        for later in range(1 + LATER_PASSES):
            self._phase = CHECKING if later else ""
            try:
                busy = self._pipeline.run_pass([scan for counter in left for scan in self._scans(counter)])
            except LimitExceeded as exc:
                raise LimitExceeded(
                    "The folder grew while it was being emptied: the removal stopped at max_objects.",
                    advice="Stop what writes there, then run the task again.",
                ) from exc
            if any(counter.failures_total for counter in self._counters):
                return
            left = self._not_empty(busy)
            if not left:
                return
        raise FolderKeepsFilling(
            f"Keys keep appearing in {', '.join(repr(counter.folder.path) for counter in left)}: "
            f"each of {1 + LATER_PASSES} passes found some, which were {self._plan.done}.",
            advice="Stop what writes there, then run the task again.",
        )

    def _not_empty(self, busy: Sequence[FolderCounter]) -> Sequence[FolderCounter]:
        """Return the counters of folders to list again; ``busy``: those where the last pass removed something.

        After a pass that listed versions, the objects are listed: the old versions stay, and need not be listed again.
        This also proves that the listing of versions has included every object.
        """
        if not self._names_versions or not self._remover.confirms:
            return busy
        inspections = [Inspection(folder=counter.folder) for counter in self._counters]
        self._phase = CHECKING
        listing, self._plan.listing = self._plan.listing, objects(self._lister)
        self._preflight.inspect(inspections, uploads=True)
        self._plan.listing = listing
        if not busy and any(inspection.entries for inspection in inspections):
            raise FolderKeepsFilling(
                "The store still lists objects that were to be removed.",
                advice="Either somebody else writes there: stop that, then run the task again. Or the store does not "
                "say which versions are current: set record_versions to false.",
            )
        return [
            counter
            for counter, inspection in zip(self._counters, inspections, strict=True)
            if inspection.entries or inspection.uploads
        ]

    def _scans(self, counter: FolderCounter) -> Iterator[Scan[Any, FolderCounter]]:
        yield from self._plan.entries(counter.folder, counter)
        yield from self._plan.uploads(counter.folder, counter)

    def _old_versions_stay(self) -> bool:
        """Find out whether the removed objects still exist as old versions; only a warning depends on it."""
        if not any(counter.removed.objects for counter in self._counters):
            return False
        self._versioning = self._versioning or self._ask_versioning()
        return self._versioning in KEEPS_VERSIONS
