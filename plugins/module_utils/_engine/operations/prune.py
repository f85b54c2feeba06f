# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``prune``: remove the units that a retention rule does not keep, and nothing that was written since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ..bulk.listing import ConsumerT, Scan
from ..bulk.pipeline import FolderCounter
from ..bulk.pool import Pool
from ..model.covering import covers, inner_folders
from ..model.entries import Entry, Upload
from ..model.globs import Globs
from ..model.parts import BOUND
from ..model.path import FolderPath
from ..model.report import FolderReport
from ..model.retention import Rule
from ..ports import Lister
from . import listings
from .store_time import require_past, store_time
from .unit_selection import Kind, UnitSelection


class Prune:
    """Remove the units of some folders that a rule does not keep: a :class:`RemovalPlan`.

    The folders' own markers always stay. A folder that is listed twice is processed once. If a listed folder lies
    inside another one, its keys belong to the inner folder only. ``as_of``: rank as at this time, not as now.
    """

    done = "removed"

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        lister: Lister,
        kind: Kind,
        rule: Rule,
        globs: Globs,
        versions: bool = False,
        as_of: datetime | None = None,
        sample_size: int = 20,
    ) -> None:
        bound = BOUND // max(1, len(folders))
        self.counters = [
            FolderCounter(folder=folder, sample_size=sample_size, covered_by=cover, bound=bound)
            for folder, cover in zip(folders, covers(folders, nested=False), strict=True)
        ]
        self.listing = self._survey_listing = listings.versions(lister) if versions else listings.objects(lister)
        self._lister = lister
        self._kind: Kind = kind
        self._surveyed = False
        self._given_time = as_of
        self.as_of: datetime | None = None
        inner = inner_folders(folders)
        self._selections = {
            folder: UnitSelection(
                prefix=folder.prefix,
                inside=inner[folder],
                kind=kind,
                globs=globs,
                rule=rule,
                clock=self._clock,
                bound=bound,
            )
            for folder in dict.fromkeys(folders)
        }

    def check(self, send: Callable[[Callable[[], object]], object]) -> None:
        """Do nothing, because the survey comes first anyway."""

    def survey(self) -> Sequence[Scan[Entry, UnitSelection]]:
        return [self._survey_listing.scan(folder.prefix, selection) for folder, selection in self._selections.items()]

    def total(self) -> int:
        for selection in self._selections.values():
            selection.end()
        self._surveyed = True
        return sum(selection.entries for selection in self._selections.values())

    def entries(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Entry, ConsumerT]]:
        """Return one scan for each subfolder to remove, or one scan of the whole folder for objects."""
        selection = self._selections[folder]
        if self._kind == "objects" and selection.leaving:
            yield self.listing.scan(folder.prefix, consumer, accept=selection.accept_object())
        for name in selection.subfolders:
            prefix = f"{folder.prefix}{name}/"
            yield self.listing.scan(prefix, consumer, accept=selection.accept_in_subfolder)

    def uploads(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Upload, ConsumerT]]:
        """Return none: a retention rule only considers complete objects."""
        return iter(())

    def create_markers(self, pool: Pool) -> None:
        """Create none."""

    def close(self) -> None:
        """Do nothing."""

    def folder_report(self, counter: FolderCounter) -> FolderReport:
        """Add the number of units that the filters chose and the rule keeps, and what is in the units."""
        selection = self._selections[counter.folder]
        if counter.covered_by is not None:
            return replace(counter.report(), kept=0)
        report = replace(counter.report(), kept=selection.units - selection.leaving, missing=not selection.found)
        if not self._surveyed:
            return report
        return replace(report, kept_units=selection.kept.parts(), removed_units=selection.removed.parts())

    def warnings(self) -> Iterator[str]:
        for folder, selection in self._selections.items():
            for glob in selection.unmatched_globs:
                yield (
                    f"The glob {glob!r} matches nothing in {folder.path!r}. A glob matches the part of a key below the "
                    "folder, without a slash at the end."
                )

    def _clock(self) -> datetime:
        """Return the time as of which all folders are ranked: the given one, or the store's time at the first page."""
        if self.as_of is None:
            now = store_time(self._lister, use="ages cannot be determined")
            as_of = self._given_time or now
            require_past("as_of", as_of, now=now, advice="Give the as_of that the preview has returned.")
            self.as_of = as_of
        return self.as_of
