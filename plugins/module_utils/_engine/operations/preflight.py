# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List what a removal would remove, before the first removal, and refuse what must not go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bulk.listing import Scan, Walk
from ..bulk.pipeline import FolderCounter
from ..bulk.pool import Pool
from ..bulk.retry import Retrier
from ..errors import LimitExceeded
from ..model.etag import EntrySet, EtagBuilder
from ..model.protection import Protection
from ..model.report import Progress
from .inspection import Inspection, require_unprotected_keys, where_most_are
from .removal_plan import RemovalPlan
from .review import Review


class Preflight:
    """List what has to be known before the first removal.

    ``max_objects``: refuse more entries. ``protection``: refuse protected keys. ``review``: refuse what was not
    reviewed; ``listed`` is then the set of everything that may be removed. ``progress`` is set while it lists.
    """

    def __init__(
        self,
        *,
        plan: RemovalPlan,
        counters: Sequence[FolderCounter],
        retrier: Retrier,
        pool: Pool,
        max_objects: int | None,
        protection: Protection | None,
        review: Review | None,
    ) -> None:
        self.listed = EntrySet() if review else None
        self._plan = plan
        self._counters = counters
        self._retrier = retrier
        self._pool = pool
        self._max_objects = max_objects
        self._protection = protection
        self._review = review
        self._walking: tuple[str, Walk[Any]] | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the current walk has come, if there is one."""
        if self._walking is None:
            return None
        doing, walk = self._walking
        return Progress(doing=doing, done=walk.seen)

    def run(self) -> int | None:
        """Return how many entries will be removed, if it had to be counted.

        Raise :class:`LimitExceeded` if too much would be removed, :class:`ProtectedKeys` if a protected key would be,
        :class:`NotReviewed` if anything else would be than what was reviewed.
        """
        survey = self._plan.survey()
        if survey:
            self._walk("looked at", survey)
        total, where = self._plan.total(), ""
        if self._protection or self._review or (self._max_objects is not None and total is None):
            inspections = self._inspect_up_to(self._max_objects)
            require_unprotected_keys(inspections)
            if self._review:
                folders = [counter.folder for counter in self._counters]
                self._review.require(inspections, folders=folders, listing=self._plan.listing.name)
            total, where = sum(inspection.entries for inspection in inspections), where_most_are(inspections)
        if self._max_objects is not None and total is not None and total > self._max_objects:
            raise LimitExceeded(
                f"max_objects allows {self._max_objects:,} to be removed, and {total:,} would be: nothing was removed."
                f"{where}",
                advice="Check the path and the filters. If they are right, raise max_objects.",
            )
        return total

    def _inspect_up_to(self, most: int | None) -> list[Inspection]:
        """Inspect the entries to remove, up to one page more than allowed."""
        review = self._review
        inspections = [
            Inspection(
                folder=counter.folder,
                protection=self._protection,
                etag=EtagBuilder() if review else None,
                listed=self.listed,
                reviewed=review.preview.entries if review and review.preview else None,
            )
            for counter in self._counters
        ]
        try:
            self.inspect(inspections, allowance=most, uploads=bool(self._protection or review))
        except LimitExceeded as exc:
            found = sum(inspection.entries for inspection in inspections)
            raise LimitExceeded(
                f"max_objects allows {most:,} to be removed, and there are at least {found:,}: nothing was removed."
                f"{where_most_are(inspections)}",
                advice="Check the path. If it is right, raise max_objects.",
            ) from exc
        return inspections

    def inspect(
        self, inspections: Sequence[Inspection], *, allowance: int | None = None, uploads: bool = False
    ) -> None:
        """List the entries to remove in each folder, and the uploads if they matter; one inspection for each folder."""
        scans: list[Scan[Any, Inspection]] = []
        for counter, inspection in zip(self._counters, inspections, strict=True):
            scans += self._plan.entries(counter.folder, inspection)
            if uploads:
                scans += self._plan.uploads(counter.folder, inspection)
        self._walk("counted", scans, allowance=allowance)

    def _walk(self, doing: str, scans: Sequence[Scan[Any, Any]], *, allowance: int | None = None) -> None:
        walk: Walk[Any] = Walk(pool=self._pool, retrier=self._retrier, allowance=allowance)
        self._walking = doing, walk
        walk.run(scans)
        self._walking = None
