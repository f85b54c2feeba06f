# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove in passes, until a pass finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..bulk.listing import Scan
from ..bulk.pipeline import FolderCounter, Pipeline
from ..bulk.pool import Pool
from ..bulk.retry import Retrier
from ..errors import FolderKeepsFilling
from ..model.report import Progress, Removal
from ..ports import Lister
from .versions import keeps_versions

LATER_PASSES = 3  # over what others wrote meanwhile

VERSIONS_STAY = (
    "The Space keeps versions: the removed objects live on as old versions, and are billed. "
    'Some stores, such as MinIO, keep no version of a key that ends in "/". '
    "Set versions to all to remove them too."
)


def sweep(
    pipeline: Pipeline,
    *,
    counters: Sequence[FolderCounter],
    scans_of: Callable[[FolderCounter], Iterable[Scan[Any, FolderCounter]]],
    lasting: bool,
) -> None:
    """Remove what the scans of each folder find, and look again where there was something.

    ``lasting``: whether a removal leaves anything to look after.
    """
    busy = list(counters)
    for _pass in range(1 + LATER_PASSES):
        before = {counter: counter.confirmed for counter in busy}
        pipeline.run([scan for counter in busy for scan in scans_of(counter)])
        busy = [counter for counter in busy if counter.confirmed > before[counter]]
        if not busy or not lasting or any(counter.failures_total for counter in counters):
            return
    raise FolderKeepsFilling(
        f"Keys keep appearing in {', '.join(repr(counter.path) for counter in busy)}: "
        f"each of {1 + LATER_PASSES} passes found and removed some.",
        advice="Stop what writes there, then run the task again.",
    )


def progress_of(counters: Sequence[FolderCounter], *, counted: int | None, lasting: bool) -> Progress:
    """Tell how far a removal has come, of the entries that were ``counted`` before.

    Uploads were not counted, so they raise the total. What others write meanwhile was not counted either, and once it
    shows the total is not known any more.
    """
    removed = sum((counter.removed for counter in counters), Removal())
    total = None if counted is None or removed.entries > counted else counted + removed.uploads
    doing = "removed" if lasting else "would be removed"
    return Progress(doing=doing, done=removed.entries + removed.uploads, total=total)


def old_versions_stay(*, counters: Sequence[FolderCounter], lister: Lister, retrier: Retrier, pool: Pool) -> bool:
    """Tell whether what was removed as objects lives on as versions."""
    return any(counter.removed.objects for counter in counters) and keeps_versions(
        lister=lister, retrier=retrier, pool=pool
    )
