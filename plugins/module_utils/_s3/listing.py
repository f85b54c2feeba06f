# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse listings from the body of the reply, with a parser of our own.

Botocore's parser costs 70 to 130 µs a key, cannot read a reply in which the store echoes a marker that XML cannot
carry, and decodes markers that were never encoded. The hook ``before-parse`` leaves signing, sending and errors to
botocore and takes the body away before that parser sees it.
"""

from __future__ import annotations

import operator
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree import ElementTree

from .._engine.bulk.ordering import merged
from .._engine.errors import RequestFailed, Transient, Unsupported
from .._engine.model.entries import Entry, Page, Subfolder, Upload
from .._engine.model.times import http_date, in_utc
from .._engine.ports import Versioning
from .errors import translate_errors
from .xml_bodies import RECEIVED, Unreadable, open_document, read_body

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

FULL_PAGE = 1000  # the most that S3 lists in one reply
LAST_CHARACTER = "\U0010ffff"


class S3Lister:
    """List one Space, a page for each call.

    ``page_size`` is smaller than S3's only in tests, which want page boundaries everywhere.
    """

    def __init__(self, *, client: S3Client, space: str, page_size: int = FULL_PAGE) -> None:
        self._client = client
        self._space = space
        self._page_size = page_size
        self._earliest: datetime | None = None
        self._matches_folders: bool | None = None
        self._lock = threading.Lock()

    def list_objects(self, prefix: str, after: Entry | None) -> Page[Entry]:
        """Use ListObjects: its marker may be any key, where a token of ListObjectsV2 must be trusted."""
        return self._read(parse_objects, self._list_objects(prefix, after.key if after else ""))

    def list_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        """Continue at the end of a subfolder: stores differ in what a marker skips that is its name.

        With the slash, some list the subfolder again; without it, SeaweedFS skips what is in it, and so it does for the
        name of the next one. A marker inside the subfolder, behind all that it may hold, means the same to every store.
        If a key sorts behind even that, the subfolder is listed again, and left out.
        """
        marker = after.key if after else ""
        if isinstance(after, Subfolder):
            marker += LAST_CHARACTER
        page = self._read(parse_level, self._list_objects(prefix, marker, Delimiter="/"))
        if isinstance(after, Subfolder) and after in page.items:
            return Page([item for item in page.items if item != after], page.truncated)
        return page

    def list_versions(self, prefix: str, after: Entry | None) -> Page[Entry]:
        marker: Any = {"KeyMarker": after.key} if after else {}
        if after and after.version_id:
            marker["VersionIdMarker"] = after.version_id
        return self._read(parse_versions, self._list_versions(prefix, **marker))

    def list_version_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        marker: Any = {}
        if after:
            marker["KeyMarker"] = after.key + (LAST_CHARACTER if isinstance(after, Subfolder) else "")
        page = self._read(parse_version_level, self._list_versions(prefix, Delimiter="/", **marker))
        return Page([item for item in page.items if item != after], page.truncated)

    def list_uploads(self, prefix: str, after: Upload | None) -> Page[Upload]:
        """Ask for those below a folder; if the store takes that for a key, choose them from the whole Space."""
        marker = {"KeyMarker": after.key, "UploadIdMarker": after.upload_id} if after else {}
        page = self._list_uploads(prefix, **marker)
        if page.items or page.truncated or after or not prefix or self._finds_uploads_below(prefix):
            return page
        return Page(sorted(upload for upload in self._list_uploads("").items if upload.key.startswith(prefix)), False)

    def misses_uploads(self) -> bool:
        return self._matches_folders is False

    def _finds_uploads_below(self, prefix: str) -> bool:
        """Return whether the prefix of uploads may be a folder.

        MinIO takes it for a key. Of the known stores it alone does not implement a marker that is an upload of a key
        ending in "/". The server's name would not do, because proxies replace it.
        """
        if self._matches_folders is None:
            try:
                self._list_uploads(prefix, KeyMarker=prefix, UploadIdMarker="0")
            except Transient:
                raise
            except RequestFailed as exc:
                self._matches_folders = not isinstance(exc, Unsupported)
            else:
                self._matches_folders = True
        return self._matches_folders

    def _list_uploads(self, prefix: str, **marker: str) -> Page[Upload]:
        """Ask plainly, and with an encoding only if the plain reply cannot be read.

        Ceph RGW encodes the keys of this listing when asked to, and does not say so.
        """
        asked: Any = {"Bucket": self._space, "Prefix": prefix, "MaxUploads": self._page_size, **marker}
        with translate_errors(self._space):
            reply = self._client.list_multipart_uploads(**asked)
        try:
            return self._read(partial(parse_uploads, encoded=False), reply)
        except Transient:
            with translate_errors(self._space):
                reply = self._client.list_multipart_uploads(**asked, EncodingType="url")
            return self._read(partial(parse_uploads, encoded=True), reply)

    def _list_versions(self, prefix: str, **asked: Any) -> Any:
        with translate_errors(self._space):
            return self._client.list_object_versions(
                Bucket=self._space, Prefix=prefix, MaxKeys=self._page_size, EncodingType="url", **asked
            )

    def _list_objects(self, prefix: str, marker: str, **asked: Any) -> Any:
        if marker:
            asked["Marker"] = marker
        with translate_errors(self._space):
            return self._client.list_objects(
                Bucket=self._space, Prefix=prefix, MaxKeys=self._page_size, EncodingType="url", **asked
            )

    def now(self) -> datetime | None:
        """Return the earliest Date header of a listing's reply: what is newer was written after that."""
        return self._earliest

    def versioning(self) -> Versioning:
        with translate_errors(self._space):
            status = self._client.get_bucket_versioning(Bucket=self._space).get("Status")
        return "never" if status is None else "enabled" if status == "Enabled" else "suspended"

    def _note(self, date: str) -> None:
        try:
            moment = http_date(date)
        except ValueError:
            return
        with self._lock:
            self._earliest = min(self._earliest or moment, moment)

    def _read(self, parse: Callable[[bytes], T], reply: Any) -> T:
        """Parse a reply, and note when it was made."""
        self._note(reply["ResponseMetadata"]["HTTPHeaders"].get("date", ""))
        return read_body(reply, parse)


def parse_objects(body: bytes) -> Page[Entry]:
    """Parse a ListBucketResult."""
    root, space, decode = open_document(body, RECEIVED["ListObjects"])
    return Page(_objects(root, space, decode), _truncated(root, space))


def parse_level(body: bytes) -> Page[Entry | Subfolder]:
    """Parse a ListBucketResult of one level."""
    root, space, decode = open_document(body, RECEIVED["ListObjects"])
    return Page(merged(_objects(root, space, decode), _subfolders(root, space, decode)), _truncated(root, space))


def parse_versions(body: bytes) -> Page[Entry]:
    """Parse a ListVersionsResult."""
    root, space, decode = open_document(body, RECEIVED["ListObjectVersions"])
    return Page(_in_one_order(_versions(root, space, decode)), _truncated(root, space))


def parse_version_level(body: bytes) -> Page[Entry | Subfolder]:
    """Parse a ListVersionsResult of one level."""
    root, space, decode = open_document(body, RECEIVED["ListObjectVersions"])
    versions: list[Entry | Subfolder] = [*_in_one_order(_versions(root, space, decode))]
    return Page(merged(versions, _subfolders(root, space, decode)), _truncated(root, space))


def _subfolders(root: ElementTree.Element, space: str, decode: Callable[[str], str]) -> list[Entry | Subfolder]:
    names = (element.findtext(f"{space}Prefix", "") for element in root.iter(f"{space}CommonPrefixes"))
    return [Subfolder(decode(name)) for name in names]


def _versions(root: ElementTree.Element, space: str, decode: Callable[[str], str]) -> list[Entry]:
    version, marker, key, size, modified, version_id, latest, etag, storage_class = (
        space + name
        for name in (
            "Version",
            "DeleteMarker",
            "Key",
            "Size",
            "LastModified",
            "VersionId",
            "IsLatest",
            "ETag",
            "StorageClass",
        )
    )
    items = []
    for element in root:
        if element.tag in (version, marker):
            fields = {child.tag: child.text or "" for child in element}
            items.append(
                Entry(
                    decode(fields[key]),
                    int(fields.get(size) or 0),
                    _time(fields.get(modified, "")),
                    fields.get(version_id) or "null",
                    element.tag == marker,
                    fields.get(etag, ""),
                    sys.intern(fields.get(storage_class, "")),
                    fields.get(latest) == "true",
                )
            )
    return items


def parse_uploads(body: bytes, *, encoded: bool) -> Page[Upload]:
    """Parse a ListMultipartUploadsResult, whose keys are encoded if that was asked for."""
    root, space, decode = open_document(body, RECEIVED["ListMultipartUploads"], encoded=encoded)
    upload, key, upload_id, initiated = (space + name for name in ("Upload", "Key", "UploadId", "Initiated"))
    items = []
    for element in root:
        if element.tag == upload:
            fields = {child.tag: child.text or "" for child in element}
            items.append(Upload(decode(fields[key]), fields[upload_id], _time(fields.get(initiated, ""))))
    return Page(items, _truncated(root, space))


def _objects(root: ElementTree.Element, space: str, decode: Callable[[str], str]) -> list[Entry]:
    contents, key, size, modified, etag, storage_class = (
        space + name for name in ("Contents", "Key", "Size", "LastModified", "ETag", "StorageClass")
    )
    items = []
    for element in root:
        if element.tag == contents:
            fields = {child.tag: child.text or "" for child in element}
            items.append(
                Entry(
                    decode(fields[key]),
                    int(fields.get(size) or 0),
                    _time(fields.get(modified, "")),
                    None,
                    False,
                    fields.get(etag, ""),
                    sys.intern(fields.get(storage_class, "")),
                )
            )
    return items


def _time(text: str) -> str:
    """Write a time in UTC, as S3 does, so that the engine may compare texts."""
    return text if text.endswith("Z") else in_utc(text)


def _in_one_order(items: list[Entry]) -> list[Entry]:
    """Put delete markers among the versions, as S3 lists them; some stores list one kind after the other.

    The latest of a key comes first, then the newest. What stands in one order already stays as it is.
    """
    kinds = [entry.delete_marker for entry in items]
    if sum(map(operator.ne, kinds, kinds[1:])) != 1:
        return items
    first = kinds.index(not kinds[0])
    by_key = groupby(merged(items[:first], items[first:]), key=operator.attrgetter("key"))
    newest = operator.attrgetter("latest", "modified")
    return list(chain.from_iterable(sorted(entries, key=newest, reverse=True) for _key, entries in by_key))


def _truncated(root: ElementTree.Element, space: str) -> bool:
    """Read whether more follows; a document that does not say so has lost a part, and an empty folder looks just so."""
    said = root.findtext(f"{space}IsTruncated", "").lower()
    if said not in ("true", "false"):
        raise Unreadable("no word on whether more follows")
    return said == "true"
