# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse listings from the body of the reply, with a parser of our own.

Botocore's parser takes 70 to 130 µs per key. It cannot read a reply that repeats a marker that XML cannot represent,
and it decodes markers that were never encoded. So botocore signs and sends the request and handles errors, and the hook
``before-parse`` removes the body before botocore's parser sees it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .._engine.errors import RequestFailed, Transient, Unsupported
from .._engine.model.entries import Entry, Page, PartsPage, Subfolder, Upload
from .._engine.model.times import http_date
from .._engine.ports import Versioning
from .errors import translate_errors
from .listing_bodies import (
    parse_level,
    parse_objects,
    parse_parts,
    parse_uploads,
    parse_version_level,
    parse_versions,
)
from .names import filled
from .xml_bodies import BODY, read_body

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

FULL_PAGE = 1000  # the most that S3 lists in one reply
LAST_CHARACTER = "\U0010ffff"


class S3Lister:
    """List one Space, a page for each call.

    ``page_size`` is smaller than S3's where only the first key matters, and in tests, which need many page boundaries.
    """

    def __init__(self, *, client: S3Client, space: str, page_size: int = FULL_PAGE) -> None:
        self._client = client
        self._space = space
        self._page_size = page_size
        self._earliest: datetime | None = None
        self._matches_folders: bool | None = None
        self._lock = threading.Lock()

    def list_objects(self, prefix: str, after: Entry | None) -> Page[Entry]:
        """Use ListObjects, because its marker may be any key; ListObjectsV2 needs a token from the reply."""
        return self._read(parse_objects, self._list_objects(prefix, after.key if after else ""))

    def list_level(self, prefix: str, after: Entry | Subfolder | None) -> Page[Entry | Subfolder]:
        """Continue after the end of a subfolder, because stores interpret its name as a marker in different ways.

        If the marker has the slash, some stores list the subfolder again. If it has none, SeaweedFS skips the contents
        of the subfolder; it does the same with the name of the next one. A marker inside the subfolder, after all keys
        that it may hold, means the same to every store. If a key is sorted after even this marker, the subfolder is
        listed again, and left out.
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
        """List uploads below a folder; if the store takes the prefix for a key, select them from the whole Space."""
        marker = {"KeyMarker": after.key, "UploadIdMarker": after.upload_id} if after else {}
        page = self._list_uploads(prefix, **marker)
        if page.items or page.truncated or after or not prefix or self._finds_uploads_below(prefix):
            return page
        return Page(sorted(upload for upload in self._list_uploads("").items if upload.key.startswith(prefix)), False)

    def list_parts(self, upload: Upload, after: int) -> PartsPage:
        with translate_errors(self._space):
            reply = self._client.list_parts(
                Bucket=self._space,
                Key=filled(upload.key),
                UploadId=filled(upload.upload_id),
                PartNumberMarker=after,
                MaxParts=self._page_size,
            )
        if BODY not in reply:  # moto gives the document another name
            raise Unsupported("The store's list of parts is not like that of S3.", code="UnreadableReply")
        return self._read(partial(parse_parts, after=after), reply)

    def misses_uploads(self) -> bool:
        return self._matches_folders is False

    def _finds_uploads_below(self, prefix: str) -> bool:
        """Return whether the prefix of uploads may be a folder.

        MinIO interprets it as a key. Of the known stores, only MinIO does not implement a marker that is an upload of a
        key ending in "/", so this identifies it. The server's name does not, because proxies replace it.
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
        """Request the listing without an encoding; request one only if the first reply cannot be read.

        If an encoding is requested, Ceph RGW encodes the keys of this listing, but the reply does not say so.
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
        """Return the earliest Date header of a listing's reply; an object that is newer was written after that."""
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
        """Parse a reply, and note its date."""
        self._note(reply["ResponseMetadata"]["HTTPHeaders"].get("date", ""))
        return read_body(reply, parse)
