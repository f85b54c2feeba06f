# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interfaces to a store that the engine uses; each call makes one attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from .model.entries import Entry, Page, PartsPage, Rejection, Subfolder, Upload

if TYPE_CHECKING:
    from .model.lifecycle import Rules

Versioning = Literal["never", "enabled", "suspended"]
"""Whether a Space keeps versions; a suspended one keeps those it has, and all new ones are called ``null``."""


KEEPS_VERSIONS = ("enabled", "suspended")


class Lister(Protocol):
    """Ask for one page of a listing: one attempt, and one request except in :meth:`list_uploads`.

    ``after`` is the last item of the previous page, ``None`` at the start. Each method raises :class:`Transient` if
    another attempt may succeed, otherwise another :class:`RequestFailed` or :class:`SpaceNotFound`.
    """

    def list_objects(self, prefix: str, after: Entry | None) -> Page[Entry]:
        """List current objects."""

    def list_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        """List one level: the objects directly below ``prefix``, and the subfolders, in key order."""

    def list_versions(self, prefix: str, after: Entry | None) -> Page[Entry]:
        """List all versions and delete markers."""

    def list_version_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        """List one level like :meth:`list_level`, with all versions, also of subfolders that hold only old versions."""

    def list_uploads(self, prefix: str, after: Upload | None) -> Page[Upload]:
        """List incomplete multipart uploads.

        It may take up to three requests if the store may take a prefix for a key, and each of them twice if a reply
        cannot be read.
        """

    def list_parts(self, upload: Upload, after: int) -> PartsPage:
        """List the parts of an incomplete upload whose numbers are greater than ``after``."""

    def misses_uploads(self) -> bool:
        """Return whether the store was found to leave out some uploads of a folder; sends no request."""

    def now(self) -> datetime | None:
        """Return the store's time at its earliest listing so far, if it gave one; sends no request."""

    def versioning(self) -> Versioning:
        """Return the versioning of the Space; if it is ``enabled``, a deleted object stays as an old version."""


class Deleter(Protocol):
    """Delete at the store: one request, one attempt, errors as in :class:`Lister`."""

    batch_size: int

    def batchable(self, key: str) -> bool:
        """Return whether a batch can contain this key."""

    def delete_batch(self, entries: Sequence[Entry]) -> Mapping[Entry, Rejection]:
        """Delete up to ``batch_size`` entries; return those that the store rejected.

        Raise :class:`BatchRefused` or :class:`Unsupported` if the store does not accept the batch in this form.
        """

    def delete_one(self, entry: Entry) -> None:
        """Delete one entry; raise :class:`NotFound` if it is not there."""

    def abort_upload(self, upload: Upload) -> None:
        """Abort one upload; raise :class:`NotFound` if it is not there."""


class FolderMarkers(Protocol):
    """Look at and create folder markers: one attempt, errors as in :class:`Lister`.

    It takes a second request, a listing, if the reply to the first one leaves open whether there is a marker.
    """

    def size(self, key: str) -> int | None:
        """Return the bytes of the marker's content, ``None`` if there is no marker."""

    def create(self, key: str, *, only_new: bool = False) -> None:
        """Create an empty object; with ``only_new``, an existing one raises ``PreconditionFailed``.

        Raise :class:`SpaceNotFound` if the Space does not exist."""


class Lifecycle(Protocol):
    """Read and replace a Space's lifecycle rules: one request, one attempt, errors as in :class:`Lister`.

    ``settling``: the minimum time in seconds that another writer is given from its reading to its writing.
    """

    settling: float

    def read(self) -> Rules:
        """Return all rules."""

    def write(self, rules: Rules) -> None:
        """Replace all rules; none at all removes the document."""
