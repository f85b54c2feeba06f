# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Survey the contents of folders in one pass; memory use depends only on the size of the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..bulk.listing import Scan, Select, Walk
from ..bulk.pool import Pool, run_job, run_jobs
from ..bulk.retry import Retrier
from ..errors import RequestFailed
from ..model.entries import Entry, Listed, Subfolder, Upload
from ..model.etag import Etag, EtagBuilder
from ..model.path import FolderPath
from ..model.report import Progress
from ..ports import Lister
from .listings import OBJECTS
from .recording import find_versions_for_etag
from .review import Review

if TYPE_CHECKING:
    from .removal_plan import RemovalPlan

T = TypeVar("T", bound=Listed)


@dataclass(kw_only=True)
class Figures:
    """How much there is below a folder; ``oldest`` and ``newest`` are the store's texts, empty without objects."""

    marker: bool = False
    objects: int = 0
    bytes: int = 0
    newest: str = ""
    oldest: str = ""

    def add(self, entry: Entry, *, prefix: str) -> None:
        """Count one object, or the folder's own marker, which is an object too."""
        self.objects += 1
        self.bytes += entry.size
        self.newest = max(self.newest, entry.modified)
        self.oldest = min(self.oldest or entry.modified, entry.modified)
        if entry.key == prefix:
            self.marker = True


class FirstItems(Generic[T]):
    """Keep the first items of a listing; ``more``: whether there were more."""

    def __init__(self, limit: int) -> None:
        self.items: list[T] = []
        self.more = False
        self._limit = limit

    @property
    def satisfied(self) -> bool:
        return self.more

    def count(self, items: Sequence[T]) -> None:
        room = self._limit - len(self.items)
        self.items.extend(items[:room])
        self.more = self.more or len(items) > room


class Subfolders:
    """Keep the names of direct subfolders, from a listing with a delimiter."""

    satisfied = False

    def __init__(self, prefix: str) -> None:
        self.names: list[str] = []
        self.marker = False
        self.exists = False
        self._prefix = prefix

    def count(self, items: Sequence[Entry | Subfolder]) -> None:
        for item in items:
            self.exists = True
            if isinstance(item, Subfolder):
                self.names.append(item.key)
            elif item.key == self._prefix:
                self.marker = True


class Totals:
    """Count all objects, and the objects below each direct subfolder."""

    satisfied = False

    def __init__(self, prefix: str, *, by_subfolder: bool) -> None:
        self.figures = Figures()
        self.subfolders: dict[str, Figures] = {}
        self._prefix = prefix
        self.by_subfolder = by_subfolder

    def count(self, items: Sequence[Entry]) -> None:
        for entry in items:
            self.figures.add(entry, prefix=self._prefix)
            if self.by_subfolder:
                end = entry.key.find("/", len(self._prefix))
                if end >= 0:
                    name = entry.key[: end + 1]
                    self.subfolders.setdefault(name, Figures()).add(entry, prefix=name)


@dataclass(kw_only=True)
class OldVersions:
    """Count what a listing of objects does not show: versions that are not the current one, and delete markers."""

    satisfied = False

    versions: int = 0
    delete_markers: int = 0
    bytes: int = 0

    def count(self, items: Sequence[Entry]) -> None:
        for entry in items:
            if entry.delete_marker:
                self.delete_markers += 1
            elif not entry.latest:
                self.versions += 1
                self.bytes += entry.size


class Hashed:
    """Add to an etag what a removal would remove; ``take`` selects it from a page."""

    satisfied = False

    def __init__(self, etag: EtagBuilder, *, take: Select[Any] | None = None) -> None:
        self._etag = etag
        self._take = take

    def count(self, items: Sequence[Any]) -> None:
        self._etag.add(self._take(items) if self._take else items)


class FanOut(Generic[T]):
    """Pass the items of one listing to several consumers, until all are satisfied."""

    def __init__(self, *consumers: Any) -> None:
        self._consumers = consumers

    @property
    def satisfied(self) -> bool:
        return all(consumer.satisfied for consumer in self._consumers)

    def count(self, items: Sequence[T]) -> None:
        for consumer in self._consumers:
            if not consumer.satisfied:
                consumer.count(items)


@dataclass(kw_only=True)
class FolderSurvey:
    """What is known about one folder; anything that was not requested is ``None``. ``hashes`` make the ``etag``."""

    folder: FolderPath
    totals: Totals | None = None
    subfolders: Subfolders | None = None
    contents: FirstItems[Entry] | None = None
    versions: FirstItems[Entry] | None = None
    old_versions: OldVersions | None = None
    uploads: FirstItems[Upload] | None = None
    upload_sizes: dict[Upload, int | None] | None = None
    hashes: EtagBuilder | None = None
    etag: Etag | None = None
    presence: FirstItems[Entry] = field(default_factory=lambda: FirstItems(1))

    @property
    def exists(self) -> bool:
        """Return whether the folder's marker, or anything below it, exists."""
        return bool(self.presence.items or (self.subfolders and self.subfolders.exists))

    @property
    def marker(self) -> bool:
        """Return whether the marker exists; it would be the first key of the folder."""
        if self.subfolders:
            return self.subfolders.marker
        return bool(self.presence.items) and self.presence.items[0].key == self.folder.prefix


@dataclass(frozen=True, kw_only=True)
class SurveyReport:
    """What was found; no folders if the survey is not complete."""

    folders: Sequence[FolderSurvey]
    warnings: Sequence[str]


class Survey:
    """Look at some folders.

    ``gather``: any of ``totals``, ``subfolders``, ``names`` (of direct subfolders, without listing their contents),
    ``old_versions`` (their figures), ``objects``, ``versions``, ``uploads``, and ``upload_sizes`` (uploads with the
    bytes of their parts). ``limit``: how many objects, versions and uploads are returned. ``removal``: return the etag
    that its preview would return for each folder, with this ``scope``.
    """

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        lister: Lister,
        retrier: Retrier,
        pool: Pool,
        gather: frozenset[str],
        limit: int,
        removal: RemovalPlan | None = None,
        scope: str = "",
    ) -> None:
        self._folders = folders
        self._lister = lister
        self._retrier = retrier
        self._pool = pool
        self._gather = gather
        self._limit = limit
        self._removal = removal
        self._review = Review(scope=scope, returns_etags=True)
        self._walk: Walk[Any] = Walk(pool=pool, retrier=retrier)
        self._scans: list[Scan[Any, Any]] = []
        self._found: list[FolderSurvey] = []
        self._to_size = self._sized = 0  # uploads

    def run(self) -> None:
        """Carry out the survey; raise the error that prevents this."""
        with self._pool:
            if self._removal:
                self._removal.check(self._send)
                self._choose_listing(self._removal)
            found = [self._plan(folder) for folder in self._folders]
            self._walk.run(self._scans)
            self._size_uploads(found)
        if self._removal:
            for survey in found:
                survey.etag = self._review.etag([survey.hashes], listing=self._removal.listing.name)
        self._found = found

    def progress(self) -> Progress:
        """Return the progress; called in the coordinator's thread."""
        if self._to_size:
            return Progress(doing="uploads sized", done=self._sized, total=self._to_size)
        return Progress(doing="looked at", done=self._walk.seen)

    def report(self) -> SurveyReport:
        """Return what was found."""
        return SurveyReport(folders=self._found, warnings=tuple(self._removal.warnings()) if self._removal else ())

    def _choose_listing(self, removal: RemovalPlan) -> None:
        """Choose the listing that the etags of the removal go by."""
        if removal.listing.name == OBJECTS:
            prefixes = [folder.prefix for folder in self._folders]
            _versioning, listing = find_versions_for_etag(lister=self._lister, send=self._send, prefixes=prefixes)
            removal.listing = listing or removal.listing

    def _send(self, request: Callable[[], Any]) -> Any:
        """Send one request while nothing else is in flight."""
        return run_job(self._pool, lambda: self._retrier(request))

    def _plan(self, folder: FolderPath) -> FolderSurvey:
        gather, limit, removal = self._gather, self._limit, self._removal
        survey = FolderSurvey(folder=folder)
        wanted: list[Any] = []
        of_versions: list[Any] = []
        of_uploads: list[Scan[Upload, Hashed]] = []
        if removal:
            survey.hashes = EtagBuilder()
            removable = Hashed(survey.hashes, take=removal.listing.take)
            (wanted if removal.listing.name == OBJECTS else of_versions).append(removable)
            of_uploads.extend(removal.uploads(folder, Hashed(survey.hashes)))
        if "names" in gather and "subfolders" not in gather:
            survey.subfolders = Subfolders(folder.prefix)
            self._scan(folder, self._lister.list_level, survey.subfolders)
        if gather & {"totals", "subfolders"}:
            survey.totals = Totals(folder.prefix, by_subfolder="subfolders" in gather)
            wanted.append(survey.totals)
        if "objects" in gather:
            survey.contents = FirstItems(limit)
            wanted.append(survey.contents)
        if wanted or survey.subfolders is None:
            self._scan(folder, self._lister.list_objects, FanOut(survey.presence, *wanted))
        if "versions" in gather:
            survey.versions = FirstItems(limit)
            of_versions.append(survey.versions)
        if "old_versions" in gather:
            survey.old_versions = OldVersions()
            of_versions.append(survey.old_versions)
        if of_versions:
            self._scan(folder, self._lister.list_versions, FanOut(*of_versions))
        if "upload_sizes" in gather:
            survey.upload_sizes = {}
        if gather & {"uploads", "upload_sizes"}:
            survey.uploads = FirstItems(limit)
            consumers = [survey.uploads, *(scan.consumer for scan in of_uploads)]
            self._scan(folder, self._lister.list_uploads, FanOut(*consumers))  # must succeed, unlike that of a removal
        else:
            self._scans += of_uploads
        return survey

    def _size_uploads(self, surveys: Sequence[FolderSurvey]) -> None:
        """Find the size of each upload for which this is wanted."""
        jobs = [
            (partial(self._size_of, upload), partial(self._note_size, survey.upload_sizes, upload))
            for survey in surveys
            if survey.uploads and survey.upload_sizes is not None
            for upload in survey.uploads.items
        ]
        self._to_size = len(jobs)
        run_jobs(self._pool, jobs)

    def _note_size(self, sizes: dict[Upload, int | None], upload: Upload, size: int | None) -> None:
        sizes[upload] = size
        self._sized += 1

    def _size_of(self, upload: Upload) -> int | None:
        """Return the bytes of an upload's parts, ``None`` if the store does not list them."""
        size, after = 0, 0
        while True:
            try:
                page = self._retrier(partial(self._lister.list_parts, upload, after))
            except RequestFailed as exc:
                if exc.store_unavailable:
                    raise
                return None
            size += page.size
            if page.last is None:
                return size
            after = page.last

    def _scan(self, folder: FolderPath, fetch: Callable[[str, Any], Any], consumer: Any) -> None:
        self._scans.append(Scan(prefix=folder.prefix, fetch=fetch, consumer=consumer))
