# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inspect the entries before anything is removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import ProtectedKeys
from ..model.entries import Upload, without_versions
from ..model.etag import EntrySet, EtagBuilder
from ..model.parts import PartCounter, by_subfolder
from ..model.path import FolderPath
from ..model.protection import Protection

KEYS_SHOWN = 3  # in a message


class KeyNotes:
    """Some keys: how many they are, and the first ones, for a message."""

    def __init__(self, parts: Iterable[KeyNotes] = ()) -> None:
        self.total = 0
        self.first: list[str] = []
        for part in parts:
            self._add(part.first, part.total)

    def add(self, keys: Sequence[str]) -> None:
        """Add keys."""
        if keys:
            self._add(keys, len(keys))

    def __str__(self) -> str:
        """Write the first keys, and how many more there are."""
        more = f" and {self.total - len(self.first):,} more" if self.total > len(self.first) else ""
        return f"{', '.join(map(repr, self.first))}{more}"

    def _add(self, keys: Sequence[str], total: int) -> None:
        self.total += total
        self.first = sorted({*self.first, *keys})[:KEYS_SHOWN]


class Inspection:
    """Inspect the items of one folder before anything is removed: count the entries, and note what must not go.

    ``protection`` names protected keys. ``reviewed``: what a preview has named. Everything is added to ``etag`` and
    ``listed``, if they are set. ``within``: ignore what is not in this set.
    """

    satisfied = False

    def __init__(
        self,
        *,
        folder: FolderPath,
        protection: Protection | None = None,
        etag: EtagBuilder | None = None,
        listed: EntrySet | None = None,
        reviewed: EntrySet | None = None,
        within: EntrySet | None = None,
    ) -> None:
        self.entries = 0
        self.uploads = 0
        self.bytes = 0
        self.subfolders = PartCounter(bound=0)
        self.protected = KeyNotes()
        self.unreviewed = KeyNotes()
        self.etag = etag
        self._folder = folder
        self._protection = protection
        self._listed = listed
        self._reviewed = reviewed
        self._within = within

    def count(self, items: Sequence[Any]) -> None:
        """Take items of one kind from one page."""
        if self._within:
            items = [item for item in items if item in self._within]
        if items and isinstance(items[0], Upload):
            self.uploads += len(items)
        elif items:
            self.entries += len(items)
            self.bytes += sum(entry.size for entry in items)
            self.subfolders.add(by_subfolder(without_versions(items), folder=self._folder))
        if self._protection:
            self.protected.add(self._protection.protected([item.key for item in items]))
        if self.etag:
            self.etag.add(items)
        if self._listed:
            self._listed.add(items)
        if self._reviewed:
            self.unreviewed.add([item.key for item in self._reviewed.missing(items)])


def where_most_are(inspections: Sequence[Inspection]) -> str:
    """Say which direct subfolder has the most entries, if there are any."""
    parts = [part for inspection in inspections for part in inspection.subfolders.parts().listed]
    if not parts:
        return ""
    most = max(parts, key=lambda part: part.entries)
    return f" {most.entries:,} of them {'is' if most.entries == 1 else 'are'} in {most.path!r}."


def require_unprotected_keys(inspections: Sequence[Inspection]) -> None:
    """Raise :class:`ProtectedKeys` if protected keys would be removed."""
    protected = KeyNotes(inspection.protected for inspection in inspections)
    if protected.total:
        raise ProtectedKeys(
            f"protect names keys that would be removed: {protected}. Nothing was removed.",
            advice="Choose folders without them, or give this task a protect that does not name them.",
        )
