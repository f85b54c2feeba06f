# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task reports: counts, failures, progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from .entries import Entry
from .parts import NO_PARTS, Parts

if TYPE_CHECKING:
    from .etag import Etag


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One key (or version, or upload) that the task could not remove or create."""

    key: str
    version_id: str | None
    code: str
    message: str
    uncertain: bool = False  # the store did not answer the request, so it may have carried it out


@dataclass(frozen=True, kw_only=True)
class Removal:
    """How much was removed; ``bytes`` counts objects and versions."""

    objects: int = 0
    versions: int = 0
    delete_markers: int = 0
    uploads: int = 0
    bytes: int = 0

    def __add__(self, other: Removal) -> Removal:
        return Removal(
            objects=self.objects + other.objects,
            versions=self.versions + other.versions,
            delete_markers=self.delete_markers + other.delete_markers,
            uploads=self.uploads + other.uploads,
            bytes=self.bytes + other.bytes,
        )

    def __sub__(self, other: Removal) -> Removal:
        return Removal(
            objects=self.objects - other.objects,
            versions=self.versions - other.versions,
            delete_markers=self.delete_markers - other.delete_markers,
            uploads=self.uploads - other.uploads,
            bytes=self.bytes - other.bytes,
        )

    @property
    def entries(self) -> int:
        """Everything but uploads: what ``max_objects`` counts."""
        return self.objects + self.versions + self.delete_markers


@dataclass(frozen=True, kw_only=True)
class Restored:
    """How many objects were restored, and their bytes; ``left``: how many keys were left as they are, by reason."""

    objects: int = 0
    bytes: int = 0
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FolderReport:
    """What happened to one folder.

    ``sample`` holds the first keys (in key order) that were removed or created; ``failed`` the first that were not.
    ``missing``: a removal has found nothing in it. ``subfolders``: what was removed in each. ``kept``: how many units a
    retention rule kept, if there was one. ``kept_units`` and ``removed_units``: what was in the units that it keeps and
    removes, if all are known. ``restored``: what was restored. ``etag``: in a preview, that of what would be removed.
    """

    path: str
    changed: bool
    removed: Removal
    sample: tuple[Entry, ...]
    failed: tuple[Failure, ...]
    failures_total: int = 0
    uncertain: bool = False  # for some failures, it is unknown whether the store carried out the request
    covered_by: str | None = None
    missing: bool = False
    subfolders: Parts = NO_PARTS
    kept: int | None = None
    kept_units: Parts = NO_PARTS
    removed_units: Parts = NO_PARTS
    restored: Restored | None = None
    etag: Etag | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What happened to all folders of a task, in the order of the option.

    ``complete``: whether the task was completed, so that nothing is left except failures. ``record``: the file that
    names everything that was removed. ``etag``: that of all folders together; ``etag_left``: that of what is left of
    the reviewed entries after failures. ``as_of``: the store's time, as of which a retention rule has ranked.
    """

    folders: tuple[FolderReport, ...]
    warnings: tuple[str, ...] = ()
    complete: bool = True
    record: str | None = None
    etag: Etag | None = None
    etag_left: Etag | None = None
    as_of: datetime | None = None

    @property
    def failures_total(self) -> int:
        """How many keys failed in all folders together."""
        return sum(folder.failures_total for folder in self.folders)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a task has come: ``done`` of ``total``, if the total is known; ``done`` is never more than ``total``.

    ``doing``: the words that follow the number, such as ``removed``. ``phase``: what the task does now, if they do
    not say it. ``waiting``: what requests wait for, if they do.
    """

    doing: str
    done: int
    total: int | None = None
    phase: str = ""
    waiting: str = ""
