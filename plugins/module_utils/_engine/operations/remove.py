# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``absent``: empty folders, and verify that they are empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..bulk.deletion import Remover
from ..bulk.listing import Scan, Walk
from ..bulk.pipeline import FolderCounter, Pipeline
from ..bulk.pool import Pool, run_job
from ..bulk.retry import Retrier
from ..errors import Denied, LimitExceeded, RequestFailed, SpaceNotFound, Unsupported
from ..model.covering import covers
from ..model.entries import Page, Upload
from ..model.path import FolderPath
from ..model.report import Progress, Report
from ..ports import Lister
from .removal_job import VERSIONS_STAY, old_versions_stay, progress_of, sweep

UPLOADS_MISSED = (
    "The store does not list every incomplete multipart upload below a folder: "
    "it leaves out those that were begun before it was last started, as MinIO does."
)


class Remove:
    """Remove every object, marker and incomplete upload of some folders.

    ``versions``: every version and delete marker too. ``uploads``: ``None`` aborts them where the store and the key
    allow it, ``True`` insists, ``False`` leaves them. ``max_objects``: fail before the first delete if there is more.
    """

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        lister: Lister,
        remover: Remover,
        retrier: Retrier,
        pool: Pool,
        versions: bool = False,
        uploads: bool | None = None,
        max_objects: int | None = None,
        missing_ok: bool = False,
        sample_size: int = 20,
    ) -> None:
        self._lister = lister
        self._remover = remover
        self._retrier = retrier
        self._pool = pool
        self._versions = versions
        self._uploads = uploads
        self._max_objects = max_objects
        self._missing_ok = missing_ok
        self._uploads_unseen: RequestFailed | None = None
        self._versions_stay = False
        self._complete = False
        self._counting: Walk[FolderCounter] = Walk(pool=pool, retrier=retrier, allowance=max_objects)
        self._counted: int | None = None
        self._pipeline = Pipeline(pool=pool, retrier=retrier, remover=remover, allowance=max_objects)
        self._counters: list[FolderCounter] = []
        self._work: list[tuple[FolderPath, FolderCounter]] = []
        for folder, cover in zip(folders, covers(folders, nested=True), strict=True):
            counter = FolderCounter(path=folder.path, sample_size=sample_size, covered_by=cover)
            self._counters.append(counter)
            if cover is None:
                self._work.append((folder, counter))

    def run(self) -> None:
        """Do it; raise what keeps it from being done, with what was done in :meth:`report`."""
        try:
            with self._pool:
                self._guard()
                self._empty()
                self._complete = True
                self._versions_stay = old_versions_stay(
                    counters=self._counters, lister=self._lister, retrier=self._retrier, pool=self._pool
                )
        except SpaceNotFound:
            if not self._missing_ok:
                raise
            self._complete = True
        finally:
            self._pipeline.close()

    def progress(self) -> Progress:
        """Tell how far it has come; called in the coordinator's thread."""
        if self._max_objects is not None and self._counted is None:
            return Progress(doing="counted", done=self._counting.seen)
        return progress_of(self._counters, counted=self._counted, lasting=self._remover.lasting)

    def report(self) -> Report:
        """Tell what was done so far."""
        return Report(
            folders=tuple(counter.report() for counter in self._counters),
            warnings=tuple(self._warnings()),
            complete=self._complete,
        )

    def _guard(self) -> None:
        """Count, and ask for what is insisted on, before anything is touched."""
        if self._uploads and self._work:
            prefix = self._work[0][0].prefix
            run_job(self._pool, lambda: self._retrier(lambda: self._lister.list_uploads(prefix, None)))
            if self._lister.misses_uploads():
                raise Unsupported(
                    UPLOADS_MISSED,
                    code="NotImplemented",
                    advice="Leave uploads unset to abort those that it lists, or set it to false to abort none.",
                )
        if self._max_objects is None:
            return
        counts = [(folder, FolderCounter(path=folder.path, sample_size=0)) for folder, _counter in self._work]
        try:
            self._counting.run([self._entries(*each) for each in counts])
        except LimitExceeded as exc:
            raise LimitExceeded(
                f"max_objects allows {self._max_objects} to be removed, and there are more: nothing was removed.",
                advice="Look whether the path is the one you mean; if it is, raise max_objects.",
            ) from exc
        self._counted = self._counting.seen

    def _empty(self) -> None:
        folders = {counter: folder for folder, counter in self._work}

        def scans_of(counter: FolderCounter) -> Iterator[Scan[Any, FolderCounter]]:
            yield self._entries(folders[counter], counter)
            if self._uploads is not False and self._uploads_unseen is None:
                yield Scan(prefix=folders[counter].prefix, fetch=self._list_uploads, consumer=counter)

        try:
            sweep(self._pipeline, counters=list(folders), scans_of=scans_of, lasting=self._remover.lasting)
        except LimitExceeded as exc:
            raise LimitExceeded(
                "The folder grew while it was being emptied: the removal stopped at max_objects.",
                advice="Stop what writes there, then run the task again.",
            ) from exc

    def _entries(self, folder: FolderPath, counter: FolderCounter) -> Scan[Any, FolderCounter]:
        fetch = self._lister.list_versions if self._versions else self._lister.list_objects
        return Scan(prefix=folder.prefix, fetch=fetch, consumer=counter, level=self._lister.list_level)

    def _list_uploads(self, prefix: str, after: Upload | None) -> Page[Upload]:
        try:
            return self._lister.list_uploads(prefix, after)
        except (Denied, Unsupported) as exc:
            if self._uploads:
                raise
            self._uploads_unseen = exc
            return Page((), False)

    def _warnings(self) -> Iterator[str]:
        if self._uploads_unseen is not None:
            yield (
                f"Incomplete multipart uploads were not looked for: {self._uploads_unseen} "
                "Set uploads to false to leave them, or to true to make this an error."
            )
        if self._uploads is None and self._lister.misses_uploads():
            yield f"{UPLOADS_MISSED} Set uploads to false to leave all of them, or to true to make this an error."
        if self._versions_stay:
            yield VERSIONS_STAY
