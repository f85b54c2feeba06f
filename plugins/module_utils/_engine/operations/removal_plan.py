# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a removal asks of its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from ..bulk.listing import ConsumerT, Scan
from ..bulk.pipeline import FolderCounter
from ..model.entries import Entry, Upload
from ..model.path import FolderPath
from ..model.report import FolderReport
from .listings import Listing


class RemovalPlan(Protocol):
    """What a removal removes, how it is counted, and what the user is warned of.

    ``counters``: one for each folder that was asked for, in that order. ``listing``: how :meth:`entries` lists.
    ``done``: the verb for progress.
    """

    listing: Listing
    done: str

    @property
    def counters(self) -> Sequence[FolderCounter]: ...

    def check(self, send: Callable[[Callable[[], object]], object]) -> None:
        """Send the requests that must succeed before anything is removed; raise :class:`EngineError` otherwise."""

    def survey(self) -> Sequence[Scan[Any, Any]]:
        """Return the scans that have to be walked before it is known what goes, if any."""

    def total(self) -> int | None:
        """Return how many entries go, once the survey has been walked; ``None`` if it has not counted them."""

    def entries(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Entry, ConsumerT]]:
        """Return scans that list what goes of a folder, less its uploads."""

    def uploads(self, folder: FolderPath, consumer: ConsumerT) -> Iterator[Scan[Upload, ConsumerT]]:
        """Return scans that list the uploads of a folder that go."""

    def finish(self, run_jobs: Callable[[Iterable[tuple[Callable[[], Any], Callable[[Any], None]]]], None]) -> None:
        """Do what is left to do when a pass has found nothing more: run jobs, and take the result of each."""

    def folder_report(self, counter: FolderCounter) -> FolderReport:
        """Return what is known of a folder."""

    def warnings(self) -> Iterator[str]:
        """Return what the user should know of this kind of removal."""
