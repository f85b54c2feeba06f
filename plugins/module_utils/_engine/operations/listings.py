# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of listings that a removal uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..bulk.listing import ConsumerT, Scan, Select
from ..bulk.splitting import Level
from ..model.entries import CurrentVersion, Entry, Page
from ..ports import Lister, Versioning

OBJECTS = "objects"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The request that lists entries; ``take`` selects the ones to remove from a page.

    ``name``: what it lists, as part of the scope of an etag.
    """

    name: str
    fetch: Callable[[str, Any], Page[Entry]]
    level: Level
    take: Select[Entry] | None = None

    def scan(
        self,
        prefix: str,
        consumer: ConsumerT,
        *,
        accept: Callable[[Entry], bool] | None = None,
        shared: bool = False,
    ) -> Scan[Entry, ConsumerT]:
        """Return a scan of the entries that are accepted; ``shared``: several workers may share it."""
        return Scan(
            prefix=prefix,
            fetch=self.fetch,
            consumer=consumer,
            select=None if accept is None and self.take is None else lambda: self._select(accept),
            level=self.level if shared else None,
        )

    def _select(self, accept: Callable[[Entry], bool] | None) -> Select[Entry]:
        def select(items: Sequence[Entry]) -> Sequence[Any]:
            chosen = items if accept is None else [entry for entry in items if accept(entry)]
            return chosen if self.take is None else self.take(chosen)

        return select


def objects(lister: Lister) -> Listing:
    """List current objects."""
    return Listing(name=OBJECTS, fetch=lister.list_objects, level=lister.list_level)


def versions(lister: Lister) -> Listing:
    """List all versions and delete markers."""
    return Listing(name="versions", fetch=lister.list_versions, level=lister.list_level)


def current_versions(lister: Lister, *, versioning: Versioning) -> Listing:
    """List current objects with their version IDs, for a record.

    If versioning of the Space is suspended, a removal destroys the version that is called ``null``.
    """

    def take(items: Sequence[Entry]) -> Sequence[CurrentVersion]:
        return [
            CurrentVersion(key, size, modified, version_id or "", etag, versioning == "enabled" or version_id != "null")
            for key, size, modified, version_id, delete_marker, etag, _storage_class, latest in items
            if latest and not delete_marker
        ]

    return Listing(name="current versions", fetch=lister.list_versions, level=lister.list_level, take=take)
