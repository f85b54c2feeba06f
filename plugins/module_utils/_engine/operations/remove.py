# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``absent``: remove everything in some folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ..bulk.listing import ConsumerT, Scan
from ..bulk.pipeline import FolderCounter
from ..bulk.pool import Pool
from ..errors import Denied, RequestFailed, Unsupported
from ..model.covering import covers
from ..model.entries import Entry, Page, Upload
from ..model.parts import BOUND
from ..model.path import FolderPath
from ..model.report import FolderReport
from ..ports import Lister
from . import listings

UPLOADS_MISSED = (
    "The store does not list every incomplete multipart upload below a folder: "
    "it leaves out those that were begun before it was last started, as MinIO does."
)


class Remove:
    """Remove every object, marker and incomplete upload of some folders: a :class:`RemovalPlan`.

    ``versions``: remove every version and delete marker too. ``uploads``: ``None`` aborts them if the store and the
    access key allow it, ``True`` requires it, ``False`` leaves them.
    """

    done = "removed"
    as_of: datetime | None = None

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        lister: Lister,
        versions: bool = False,
        uploads: bool | None = None,
        sample_size: int = 20,
    ) -> None:
        self.counters = [
            FolderCounter(folder=folder, sample_size=sample_size, covered_by=cover, bound=BOUND // len(folders))
            for folder, cover in zip(folders, covers(folders, nested=True), strict=True)
        ]
        self.listing = listings.versions(lister) if versions else listings.objects(lister)
        self._lister = lister
        self._uploads = uploads
        self._uploads_unseen: RequestFailed | None = None

    def check(self, send: Callable[[Callable[[], object]], object]) -> None:
        """List uploads, if they are required."""
        if not self._uploads or not self.counters:
            return
        prefix = next(counter.folder.prefix for counter in self.counters if counter.covered_by is None)
        send(lambda: self._lister.list_uploads(prefix, None))
        if self._lister.misses_uploads():
            raise Unsupported(
                UPLOADS_MISSED,
                code="NotImplemented",
                advice="Leave uploads unset to abort those that it lists, or set it to false to abort none.",
            )

    def survey(self) -> Sequence[Scan[Entry, FolderCounter]]:
        """Return none, because everything is removed."""
        return ()

    def total(self) -> int | None:
        return None

    def entries(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Entry, ConsumerT]]:
        yield self.listing.scan(folder.prefix, consumer, shared=True)

    def uploads(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Upload, ConsumerT]]:
        if self._uploads is not False and self._uploads_unseen is None:
            yield Scan(prefix=folder.prefix, fetch=self._list_uploads, consumer=consumer)

    def create_markers(self, pool: Pool) -> None:
        """Create none."""

    def close(self) -> None:
        """Do nothing."""

    def folder_report(self, counter: FolderCounter) -> FolderReport:
        report = counter.report()
        missing = not (report.changed or report.failures_total or report.covered_by)
        return replace(report, missing=missing)

    def warnings(self) -> Iterator[str]:
        if self._uploads_unseen is not None:
            yield (
                f"Incomplete multipart uploads were not looked for: {self._uploads_unseen} "
                "Set uploads to false to leave them, or to true to make this an error."
            )
        if self._uploads is None and self._lister.misses_uploads():
            yield f"{UPLOADS_MISSED} Set uploads to false to leave all of them, or to true to make this an error."

    def _list_uploads(self, prefix: str, after: Upload | None) -> Page[Upload]:
        try:
            return self._lister.list_uploads(prefix, after)
        except (Denied, Unsupported) as exc:
            if self._uploads:
                raise
            self._uploads_unseen = exc
            return Page((), False)
