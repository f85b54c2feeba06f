# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A correct S3 store in memory, which fails on request."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    BatchRefused,
    Cause,
    Denied,
    EngineError,
    NotFound,
    RequestFailed,
    SpaceNotFound,
    Transient,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import (
    Entry,
    Page,
    PartsPage,
    Rejection,
    Subfolder,
    Upload,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.ports import Versioning

READS = frozenset(
    {
        "list_level",
        "list_objects",
        "list_parts",
        "list_uploads",
        "list_version_level",
        "list_versions",
        "size",
        "versioning",
    }
)


class Call(NamedTuple):
    """One request: what was asked, and of which keys (of a listing: its prefix)."""

    operation: str
    keys: tuple[str, ...]


class _Version(NamedTuple):
    version_id: str
    size: int
    delete_marker: bool
    modified: str
    etag: str


class _Fault(NamedTuple):
    error: EngineError
    on: Collection[int] | None


class MemoryStore:
    """Implement Lister, Deleter and Markers for one Space.

    Listings are in the order of the keys' UTF-8, begin behind ``after`` and have pages of ``page_size``; subclasses
    have another :meth:`_behind` or :meth:`_order`.
    ``hook`` is called with each :class:`Call` after it was served, and may change the store.
    """

    def __init__(
        self,
        keys: Iterable[str] = (),
        *,
        uploads: Iterable[str] = (),
        size: int = 0,
        page_size: int = 1000,
        batch_size: int = 1000,
        versioned: bool = False,
    ) -> None:
        self.page_size = page_size
        self.batch_size = batch_size
        self.versioned = versioned
        self.suspended = False  # only a Space that kept versions can be
        self.exists = True
        self.forgets_uploads = False
        self.time = "2026-01-01T00:00:00.000Z"  # of what is written
        self.date: datetime | None = None  # of replies
        self.calls: list[Call] = []
        self.hook: Callable[[Call], None] = lambda _call: None
        self._versions: dict[str, list[_Version]] = {}
        self._sorted: Sequence[str] | None = None
        self._uploads: list[Upload] = []
        self.parts: dict[str, Sequence[int]] = {}  # the bytes of the parts of an upload, by its key
        self.parts_a_page = 2
        self._numbers = itertools.count(1)
        self._served: Counter[str] = Counter()
        self._faults: dict[str, list[_Fault]] = {}
        self._rejections: dict[str, tuple[Rejection, list[None] | None]] = {}
        self._ignored: dict[str, int | None] = {}
        self._lock = threading.RLock()
        self.put(*keys, size=size)
        for key in uploads:
            self.start_upload(key)

    # What a test does to it.

    def put(self, *keys: str, size: int = 0) -> None:
        """Write objects."""
        with self._lock:
            for key in keys:
                self._add(key, size=size, delete_marker=False)

    def start_upload(self, key: str) -> None:
        """Leave a multipart upload incomplete."""
        with self._lock:
            self._uploads.append(Upload(key, f"u{next(self._numbers):09}"))
            self._uploads.sort(key=lambda upload: (upload.key.encode(), upload.upload_id))

    def fail(self, operation: str, error: EngineError, *, on: Collection[int] | None = None) -> None:
        """Raise ``error`` from the calls of an operation with these numbers, the first being 1; or from each."""
        self._faults.setdefault(operation, []).append(_Fault(error, on))

    def reject(self, key: str, code: str = "AccessDenied", *, times: int | None = None) -> None:
        """Reject a key within batches: for good, or transiently so many times."""
        cause = Cause.OVERLOADED if code == "SlowDown" else Cause.REJECTED
        rejection = Rejection(code, f"{code} for {key}", None if times is None else cause)
        self._rejections[key] = rejection, None if times is None else [None] * times

    def ignore(self, key: str, *, times: int | None = None) -> None:
        """Confirm the removal of a key without doing it: always, or so many times."""
        self._ignored[key] = times

    # What a test sees of it.

    @property
    def current(self) -> list[str]:
        """Return the keys of the current objects."""
        return [entry.key for entry in self._objects()]

    @property
    def versions(self) -> list[Entry]:
        """Name all versions and delete markers."""
        return list(self._all_versions())

    @property
    def uploads(self) -> list[str]:
        """Return the keys of the incomplete uploads."""
        return [upload.key for upload in self._uploads]

    def asked(self, *operations: str) -> list[tuple[str, ...]]:
        """Return the keys of each call of some operations."""
        return [call.keys for call in self.calls if call.operation in operations]

    def writes(self) -> list[Call]:
        """Return the calls that could change something."""
        return [call for call in self.calls if call.operation not in READS]

    # Lister

    def list_objects(self, prefix: str, after: Entry | None) -> Page[Entry]:
        with self._serving("list_objects", prefix):
            return self._page(self._objects(prefix, after.key if after else None))

    def list_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        with self._serving("list_level", prefix):
            return self._level(prefix, after, self._objects(prefix))

    def list_version_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        with self._serving("list_version_level", prefix):
            return self._level(prefix, after, self._all_versions(prefix))

    def list_versions(self, prefix: str, after: Entry | None) -> Page[Entry]:
        with self._serving("list_versions", prefix):
            if after is None:
                return self._page(self._all_versions(prefix))
            own = [version.version_id for version in self._versions.get(after.key, ())]
            if after.version_id in own:
                below: Sequence[str | None] = own[own.index(after.version_id) + 1 :]
            else:  # newest first, and the numbers grow: an older version has a smaller one
                below = [version_id for version_id in own if version_id < (after.version_id or "")]
            return self._page(
                entry
                for entry in self._all_versions(prefix)
                if (entry.version_id in below if entry.key == after.key else self._behind(after.key, entry.key))
            )

    def list_uploads(self, prefix: str, after: Upload | None) -> Page[Upload]:
        with self._serving("list_uploads", prefix):
            start = (after.key.encode(), after.upload_id) if after else (b"", "")
            uploads = [
                upload
                for upload in self._uploads
                if upload.key.startswith(prefix) and (upload.key.encode(), upload.upload_id) > start
            ]
            return self._page(uploads)

    def list_parts(self, upload: Upload, after: int) -> PartsPage:
        with self._serving("list_parts", upload.key):
            sizes = self.parts.get(upload.key, ())
            last = after + self.parts_a_page
            return PartsPage(sum(sizes[after:last]), last if last < len(sizes) else None)

    def misses_uploads(self) -> bool:
        return self.forgets_uploads

    def now(self) -> datetime | None:
        return self.date

    def versioning(self) -> Versioning:
        with self._serving("versioning"):
            return "suspended" if self.suspended else "enabled" if self.versioned else "never"

    # Deleter

    def batchable(self, key: str) -> bool:
        return all(character >= " " for character in key)

    def delete_batch(self, entries: Sequence[Entry]) -> Mapping[Entry, Rejection]:
        with self._serving("delete_batch", *(entry.key for entry in entries)):
            if not 0 < len(entries) <= self.batch_size or not all(self.batchable(entry.key) for entry in entries):
                raise BatchRefused("The XML you provided was not well-formed.", code="MalformedXML")
            rejected: dict[Entry, Rejection] = {}
            for entry in entries:
                rejection = self._rejection(entry.key)
                if rejection is None:
                    self._delete(entry)
                else:
                    rejected[entry] = rejection
            return rejected

    def delete_one(self, entry: Entry) -> None:
        with self._serving("delete_one", entry.key):
            rejection = self._rejection(entry.key)
            if rejection is not None and rejection.cause:
                raise Transient(rejection.message, code=rejection.code, cause=Cause.REJECTED)
            if rejection is not None:
                raise Denied(rejection.message, code=rejection.code)
            self._delete(entry)

    def abort_upload(self, upload: Upload) -> None:
        with self._serving("abort_upload", upload.key):
            if upload not in self._uploads:
                raise NotFound("There is no such upload.", code="NoSuchUpload")
            if not self._ignores(upload.key):
                self._uploads.remove(upload)

    # Markers

    def size(self, key: str) -> int | None:
        with self._serving("size", key, reports_missing_space=False):
            versions = self._versions.get(key)
            return None if not versions or versions[0].delete_marker else versions[0].size

    def create(self, key: str, *, only_new: bool = False) -> None:
        with self._serving("create", key):
            if only_new and key in self.current:
                raise RequestFailed("There is one.", code="PreconditionFailed")
            self.put(key)

    # What is behind it.

    def _order(self, key: str) -> Any:
        """Return what keys are sorted by."""
        return key.encode()

    def _behind(self, marker: str, key: str) -> bool:
        """Return whether a listing after a marker shows a key."""
        return bool(self._order(key) > self._order(marker))

    def _serving(self, operation: str, *keys: str, reports_missing_space: bool = True) -> _Serving:
        return _Serving(self, Call(operation, keys), reports_missing_space)

    def _begin(self, call: Call, reports_missing_space: bool) -> None:
        self.calls.append(call)
        self._served[call.operation] += 1
        if not self.exists and reports_missing_space:
            raise SpaceNotFound("There is no Space 'my-space'.")
        for fault in self._faults.get(call.operation, ()):
            if fault.on is None or self._served[call.operation] in fault.on:
                raise fault.error.with_traceback(None)  # or it would grow with every attempt

    def _rejection(self, key: str) -> Rejection | None:
        rejection, left = self._rejections.get(key, (None, None))
        if left is not None:
            if not left:
                return None
            left.pop()
        return rejection

    def _ignores(self, key: str) -> bool:
        left = self._ignored.get(key, 0)
        if left:
            self._ignored[key] = left - 1
        return left is None or left > 0

    def _add(self, key: str, *, size: int, delete_marker: bool) -> None:
        number = next(self._numbers)
        version_id = f"v{number:09}" if self.versioned and not self.suspended else "null"
        older = [
            version for version in self._versions.get(key, []) if self.versioned and version.version_id != version_id
        ]
        if key not in self._versions:
            self._sorted = None
        self._versions[key] = [_Version(version_id, size, delete_marker, self.time, f'"{number}"'), *older]

    def _delete(self, entry: Entry) -> None:
        if self._ignores(entry.key):
            return
        if entry.version_id is None and self.versioned:
            self._add(entry.key, size=0, delete_marker=True)
            return
        kept = [
            version
            for version in self._versions.get(entry.key, ())
            if version.version_id != (entry.version_id or "null")
        ]
        if kept:
            self._versions[entry.key] = kept
        else:
            self._versions.pop(entry.key, None)
            self._sorted = None

    def _keys(self) -> Sequence[str]:
        """Return all keys in order; they are sorted again only after one has come or gone."""
        if self._sorted is None:
            self._sorted = sorted(self._versions, key=self._order)
        return self._sorted

    def _objects(self, prefix: str = "", after: str | None = None) -> Iterator[Entry]:
        for key in self._keys():
            if key.startswith(prefix) and (after is None or self._behind(after, key)):
                version = self._versions[key][0]
                if not version.delete_marker:
                    yield Entry(key, version.size, version.modified, etag=version.etag)

    def _all_versions(self, prefix: str = "") -> Iterator[Entry]:
        for key in self._keys():
            if key.startswith(prefix):
                versions = self._versions[key]
                for version in versions:
                    yield Entry(
                        key,
                        version.size,
                        version.modified,
                        version.version_id,
                        version.delete_marker,
                        version.etag,
                        latest=version is versions[0],
                    )

    def _level(self, prefix: str, after: Entry | Subfolder | None, entries: Iterable[Entry]) -> Page[Entry | Subfolder]:
        level: dict[tuple[str, str | None], Entry | Subfolder] = {}
        for entry in entries:
            name, slash, _rest = entry.key[len(prefix) :].partition("/")
            key = prefix + name + slash
            level[key, None if slash else entry.version_id] = Subfolder(key) if slash else entry
        start = after.key.encode() if after else None
        return self._page(item for item in level.values() if start is None or item.key.encode() > start)

    def _page(self, entries: Iterable[Any]) -> Page[Any]:
        listed = list(itertools.islice(entries, self.page_size + 1))
        return Page(listed[: self.page_size], len(listed) > self.page_size)


class SkipsBelowNames(MemoryStore):
    """A store that skips all of the folder ``x/`` if the marker is ``x``."""

    def _behind(self, marker: str, key: str) -> bool:
        return super()._behind(marker, key) and not key.startswith(marker + "/")


class SkipsBelowFolders(MemoryStore):
    """A store that skips all of the folder ``x/`` if the marker is ``x/``, unless that is a key."""

    def _behind(self, marker: str, key: str) -> bool:
        skipped = marker.endswith("/") and marker not in self._versions and key.startswith(marker)
        return super()._behind(marker, key) and not skipped


class NeedsKeysAsMarkers(MemoryStore):
    """A store that begins again from the start if the marker is not a key."""

    def _behind(self, marker: str, key: str) -> bool:
        return super()._behind(marker, key) or marker not in self._versions


class EndsWithoutKeysAsMarkers(MemoryStore):
    """A store that lists nothing if the marker is not a key."""

    def _behind(self, marker: str, key: str) -> bool:
        return super()._behind(marker, key) and marker in self._versions


class RepeatsFolders(MemoryStore):
    """A store that shows the marker ``x/`` again."""

    def _behind(self, marker: str, key: str) -> bool:
        return super()._behind(marker, key) or (key == marker and key.endswith("/"))


class LosesAVersion(MemoryStore):
    """A store that leaves out the first version that follows a key without a version, as moto does."""

    def list_versions(self, prefix: str, after: Entry | None) -> Page[Entry]:
        page = super().list_versions(prefix, after)
        return page if after is None or after.version_id else Page(page.items[1:], page.truncated)


class FolderByFolder(MemoryStore):
    """A store that lists ``x/`` and what is in it before ``x-`` and ``x-/``."""

    def _order(self, key: str) -> Any:
        return key.replace("/", "\0").encode()


class _Serving:
    """Serve one request at a time, with the faults that the test asked for."""

    def __init__(self, store: MemoryStore, call: Call, reports_missing_space: bool) -> None:
        self._store = store
        self._call = call
        self._reports_missing_space = reports_missing_space

    def __enter__(self) -> None:
        self._store._lock.acquire()
        try:
            self._store._begin(self._call, self._reports_missing_space)
        except BaseException:
            self._store._lock.release()
            raise

    def __exit__(self, *_exc: object) -> None:
        try:
            self._store.hook(self._call)
        finally:
            self._store._lock.release()
