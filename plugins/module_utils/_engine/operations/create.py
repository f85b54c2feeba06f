# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``present``: create folder markers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from ..bulk.marker_jobs import Ensured, MarkerCreator, MarkerJob
from ..bulk.outcomes import Outcome, failure_of
from ..bulk.pool import Pool
from ..bulk.retry import Retrier
from ..model.entries import Entry
from ..model.path import FolderPath
from ..model.report import Failure, FolderReport, Progress, Removal, Report
from ..ports import FolderMarkers, Lister


class DryRunMarkers:
    """Create nothing: the markers of check mode.

    A HEAD request cannot distinguish a missing key from a missing Space. So the first missing marker requests a
    listing, which can. This happens before the creation, because a creation without an answer may have been carried
    out.
    """

    def __init__(self, *, markers: FolderMarkers, lister: Lister) -> None:
        self._markers = markers
        self._lister = lister
        self._lock = threading.Lock()
        self._proven = False

    def size(self, key: str) -> int | None:
        size = self._markers.size(key)
        if size is None:
            self._prove_space(key)
        return size

    def create(self, key: str, *, only_new: bool = False) -> None:
        """Do nothing."""

    def _prove_space(self, key: str) -> None:
        with self._lock:
            if not self._proven:
                self._lister.list_objects(key, None)
                self._proven = True


class Create:
    """Create the missing markers of some folders; with ``parents``, those of the folders above too."""

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        markers: FolderMarkers,
        retrier: Retrier,
        pool: Pool,
        parents: bool = False,
    ) -> None:
        self._folders = folders
        self._creator = MarkerCreator(markers=markers, retrier=retrier)
        self._pool = pool
        self._parents = parents
        self._wanted = list(dict.fromkeys(key for folder in folders for key in self._keys(folder)))
        self._looked_at = 0
        self._created: set[str] = set()
        self._failures: dict[str, Failure] = {}
        self._filled: dict[str, int] = {}

    def run(self) -> None:
        """Create them; raise the first error that prevents this. :meth:`report` returns what was done."""
        try:
            with self._pool:
                self._creator.run(self._pool, [MarkerJob(key, partial(self._done, key)) for key in self._wanted])
        finally:
            self._creator.close()

    def progress(self) -> Progress:
        """Return the progress; called in the coordinator's thread."""
        return Progress(doing="looked at", done=self._looked_at, total=len(self._wanted))

    def report(self) -> Report:
        """Return what was done so far; a marker shared by several folders belongs to the first of them."""
        folders = []
        listed: set[str] = set()
        for folder in self._folders:
            keys = [key for key in self._keys(folder) if key not in listed]
            listed.update(keys)
            created = tuple(Entry(key) for key in keys if key in self._created)
            failed = tuple(self._failures[key] for key in keys if key in self._failures)
            uncertain = any(failure.uncertain for failure in failed)
            folders.append(
                FolderReport(
                    path=folder.path,
                    changed=bool(created) or uncertain,
                    removed=Removal(),
                    sample=created,
                    failed=failed,
                    failures_total=len(failed),
                    uncertain=uncertain,
                )
            )
        return Report(
            folders=tuple(folders),
            warnings=tuple(
                f"The marker {key!r} is not empty: it holds {size} bytes. It was left as it is."
                for key, size in sorted(self._filled.items())
            ),
        )

    def _keys(self, folder: FolderPath) -> list[str]:
        return [*(folder.ancestors if self._parents else ()), folder.prefix]

    def _done(self, key: str, ensured: Ensured) -> None:
        self._looked_at += 1
        if isinstance(ensured, Outcome):
            self._failures[key] = failure_of(Entry(key), ensured)
        elif ensured is None:
            self._created.add(key)
        elif ensured:
            self._filled[key] = ensured
