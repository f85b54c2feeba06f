# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store lists: objects, versions, delete markers, uploads, subfolders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar, Union

from ..errors import Cause


class Entry(NamedTuple):
    """One object, version or delete marker, as a listing shows it.

    A tuple, because a listing makes millions of them.
    ``version_id`` is ``None`` in a listing without versions, where ``latest`` has no meaning; ``size`` is in bytes;
    ``modified`` is the text that the store sent.
    """

    key: str
    size: int = 0
    modified: str = ""
    version_id: str | None = None
    delete_marker: bool = False
    etag: str = ""
    storage_class: str = ""
    latest: bool = False


class CurrentVersion(NamedTuple):
    """The current version of an object that is to be removed, as a record names it.

    A type of its own, because a request with its ``version_id`` would destroy the version. ``restorable``: whether the
    store keeps it as an old version when the object is removed.
    """

    key: str
    size: int
    modified: str
    version_id: str
    etag: str
    restorable: bool = True


class Upload(NamedTuple):
    """One incomplete multipart upload."""

    key: str
    upload_id: str
    initiated: str = ""


class PartsPage(NamedTuple):
    """Some parts of an upload: their bytes together, and the number of the last one if more follow."""

    size: int
    last: int | None


class Subfolder(NamedTuple):
    """What a listing with a delimiter shows instead of the keys below a folder; the key ends in ``/``."""

    key: str


Item = Union[Entry, Upload]
"""What can be removed."""

Listed = Union[Entry, Upload, Subfolder]
ListedT = TypeVar("ListedT", bound=Listed)


@dataclass(frozen=True)
class Page(Generic[ListedT]):
    """One reply of a listing, in the store's order; ``truncated``: more items follow on another page."""

    items: Sequence[ListedT]
    truncated: bool


class Rejection(NamedTuple):
    """The store's reason why it did not delete a key.

    ``cause``: why another attempt may succeed; ``None`` if it cannot.
    """

    code: str
    message: str
    cause: Cause | None = None


def without_versions(items: Sequence[Any]) -> Sequence[Any]:
    """Return the entries to remove; a current version is replaced by its object, so that the version stays."""
    if not items or not isinstance(items[0], CurrentVersion):
        return items
    return [Entry(item.key, item.size, item.modified, etag=item.etag) for item in items]
