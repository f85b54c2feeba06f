# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove in passes, until a pass finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..bulk.listing import Scan
from ..bulk.pipeline import Pipeline, Tally
from ..bulk.pool import Pool
from ..bulk.retry import Caller
from ..errors import StillFilling
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
    tallies: Sequence[Tally],
    scans_of: Callable[[Tally], Iterable[Scan[Any, Tally]]],
    lasting: bool,
) -> None:
    """Remove what the scans of each folder find, and look again where there was something.

    ``lasting``: whether a removal leaves anything to look after.
    """
    busy = list(tallies)
    for _pass in range(1 + LATER_PASSES):
        before = {tally: tally.confirmed for tally in busy}
        pipeline.run([scan for tally in busy for scan in scans_of(tally)])
        busy = [tally for tally in busy if tally.confirmed > before[tally]]
        if not busy or not lasting or any(tally.failures_total for tally in tallies):
            return
    raise StillFilling(
        f"Keys keep appearing in {', '.join(repr(tally.path) for tally in busy)}: "
        f"each of {1 + LATER_PASSES} passes found and removed some.",
        advice="Stop what writes there, then run the task again.",
    )


def progress_of(tallies: Sequence[Tally], *, counted: int | None, lasting: bool) -> Progress:
    """Tell how far a removal has come, of the entries that were ``counted`` before.

    Uploads were not counted, so they raise the total. What others write meanwhile was not counted either, and once it
    shows the total is not known any more.
    """
    removed = sum((tally.removed for tally in tallies), Removal())
    total = None if counted is None or removed.entries > counted else counted + removed.uploads
    doing = "removed" if lasting else "would be removed"
    return Progress(doing=doing, done=removed.entries + removed.uploads, total=total)


def old_versions_stay(*, tallies: Sequence[Tally], lister: Lister, caller: Caller, pool: Pool) -> bool:
    """Tell whether what was removed as objects lives on as versions."""
    return any(tally.removed.objects for tally in tallies) and keeps_versions(lister=lister, caller=caller, pool=pool)
