# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The methods that a removal calls on its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from ..bulk.listing import ConsumerT, Scan
from ..bulk.pipeline import FolderCounter
from ..bulk.pool import Pool
from ..model.entries import Entry, Upload
from ..model.path import FolderPath
from ..model.report import FolderReport
from .listings import Listing


class RemovalPlan(Protocol):
    """Decides what a removal removes, how it is counted, and which warnings it gives.

    ``counters``: one for each folder of the task, in the same order. ``listing``: how :meth:`entries` lists.
    ``done``: the verb for progress. ``as_of``: the time as of which it has ranked, if it did.
    """

    listing: Listing
    done: str
    as_of: datetime | None

    @property
    def counters(self) -> Sequence[FolderCounter]: ...

    def check(self, send: Callable[[Callable[[], object]], object]) -> None:
        """Send the requests that must succeed before anything is removed; raise :class:`EngineError` otherwise."""

    def survey(self) -> Sequence[Scan[Any, Any]]:
        """Return the scans that have to be walked before the plan knows what to remove, if any."""

    def total(self) -> int | None:
        """Return how many entries will be removed, after the survey was walked; ``None`` if it has not counted them."""

    def entries(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Entry, ConsumerT]]:
        """Return scans that list what is to be removed in a folder, except uploads."""

    def uploads(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Upload, ConsumerT]]:
        """Return scans that list the uploads to abort in a folder."""

    def create_markers(self, pool: Pool) -> None:
        """Create the folder markers that are missing after the last pass."""

    def close(self) -> None:
        """Note the creations that were not answered when the run ended."""

    def folder_report(self, counter: FolderCounter) -> FolderReport:
        """Return the report on a folder."""

    def warnings(self) -> Iterator[str]:
        """Return the warnings that this kind of removal gives."""
