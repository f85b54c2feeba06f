# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inspect the entries before anything is removed."""

from __future__ import annotations

from collections.abc import Sequence

from ..bulk.recorder import without_versions
from ..errors import ProtectedKeys
from ..model.entries import Item, Upload
from ..model.parts import PartCounter, by_subfolder
from ..model.path import FolderPath
from ..model.protection import Protection

PROTECTED_SHOWN = 3  # keys in the message


class Inspection:
    """Inspect the items of a folder before anything is removed: count the entries, and note the protected keys."""

    satisfied = False

    def __init__(self, *, folder: FolderPath, protection: Protection | None = None) -> None:
        self.entries = 0
        self.subfolders = PartCounter(bound=0)
        self._folder = folder
        self.protected_total = 0
        self.protected: list[str] = []  # the first ones
        self._protection = protection

    def count(self, items: Sequence[Item]) -> None:
        """Take items of one page."""
        if items and not isinstance(items[0], Upload):
            self.entries += len(items)
            self.subfolders.add(by_subfolder(without_versions(items), folder=self._folder))
        if self._protection:
            protected = self._protection.protected([item.key for item in items])
            self.protected_total += len(protected)
            self.protected = sorted({*self.protected, *protected})[:PROTECTED_SHOWN]


def where_most_are(inspections: Sequence[Inspection]) -> str:
    """Say which direct subfolder has the most entries, if there are any."""
    parts = [part for inspection in inspections for part in inspection.subfolders.parts().listed]
    if not parts:
        return ""
    most = max(parts, key=lambda part: part.entries)
    return f" {most.entries:,} of them {'is' if most.entries == 1 else 'are'} in {most.path!r}."


def require_unprotected_keys(inspections: Sequence[Inspection]) -> None:
    """Raise :class:`ProtectedKeys` if protected keys would be removed."""
    total = sum(inspection.protected_total for inspection in inspections)
    if not total:
        return
    keys = sorted(key for inspection in inspections for key in inspection.protected)[:PROTECTED_SHOWN]
    more = f" and {total - len(keys):,} more" if total > len(keys) else ""
    raise ProtectedKeys(
        f"protect names keys that would be removed: {', '.join(map(repr, keys))}{more}. Nothing was removed.",
        advice="Choose folders without them, or give this task a protect that does not name them.",
    )
