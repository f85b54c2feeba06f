# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model answers to a request: S3's documents, put together from bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import formatdate
from typing import NamedTuple
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from benchmarks.keyspace import KeySpace, Listed

NAMESPACE = b' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
ETAG = "&quot;c4ca4238a0b923820dcc509a6f75849b&quot;"
MODIFIED = "2026-01-01T00:00:00.000Z"
OBJECT = (
    f"<LastModified>{MODIFIED}</LastModified><ETag>{ETAG}</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass>"
)
OWNER = "<Owner><ID>owner</ID><DisplayName>owner</DisplayName></Owner>"
VERSION, DELETE_MARKER = "version", "marker"  # the IDs of the only version of a key, and of its delete marker
ENABLED = b"<Status>Enabled</Status>"
LATEST = "<VersionId>null</VersionId><IsLatest>true</IsLatest>"
_OF_MARKER = f"<LastModified>{MODIFIED}</LastModified>{OWNER}"
_LATEST_ROW, _OLD_ROW = (
    f"<Version><Key>KEY</Key><VersionId>{VERSION}</VersionId><IsLatest>{latest}</IsLatest>{OBJECT}{OWNER}</Version>"
    for latest in ("true", "false")
)
HIDDEN_ROW = (
    f"<DeleteMarker><Key>KEY</Key><VersionId>{DELETE_MARKER}</VersionId><IsLatest>true</IsLatest>{_OF_MARKER}"
    f"</DeleteMarker>{_OLD_ROW}"
).encode()
LATEST_ROW = _LATEST_ROW.encode()
REASONS = {200: b"OK", 204: b"No Content", 404: b"Not Found", 409: b"Conflict", 501: b"Not Implemented"}
SLOW_DOWN = 503
FULL_PAGE = 1000
Query = Mapping[str, Sequence[str]]


class Reply(NamedTuple):
    """A reply, and what of the store's work is in it."""

    kind: str
    status: int
    body: bytes = b""
    pages: int = 0
    removed: int = 0
    headers: bytes = b""

    def encoded(self, *, head: bool = False) -> bytes:
        """Return the bytes to send."""
        reason = REASONS.get(self.status, b"Unavailable")
        start = b"HTTP/1.1 %d %s\r\nContent-Length: %d\r\n" % (self.status, reason, len(self.body))
        date = b"Date: %s\r\nContent-Type: application/xml\r\n" % formatdate(usegmt=True).encode()
        return start + date + self.headers + b"\r\n" + (b"" if head else self.body)


class Replies:
    """Answer for one bucket, by whatever name it is called."""

    def __init__(self, keys: KeySpace) -> None:
        self._keys = keys

    def of(self, method: str, path: str, query: Query, body: bytes) -> Reply:
        """Answer one request."""
        _space, _slash, key = unquote(path).removeprefix("/").partition("/")
        if key:
            return self._object(method, key.encode(), query)
        if method == "POST" and "delete" in query:
            return self._delete_objects(body)
        if method == "GET":
            return self._read(query)
        return Reply("other", 200 if method in ("HEAD", "PUT") else 409)

    def slow_down(self) -> Reply:
        """Push back."""
        return _error("refused", SLOW_DOWN, "SlowDown")

    def _object(self, method: str, key: bytes, query: Query) -> Reply:
        if method == "DELETE":
            if "versionId" in query:
                self._keys.restore([key])
            else:
                self._keys.remove([key])
            return Reply("delete", 204, removed=1)
        if query.keys() - {"x-id"}:
            return _error("other", 501, "NotImplemented")
        if method == "PUT":
            try:
                self._keys.put(key)
            except ValueError:
                return _error("other", 501, "NotImplemented")
            return Reply("put", 200, headers=_object_headers())
        if key not in self._keys:
            return _error("head", 404, "NoSuchKey")
        return Reply("head", 200, b"1", headers=_object_headers())

    def _read(self, query: Query) -> Reply:
        if "uploads" in query:
            return Reply("uploads", 200, _document(b"ListMultipartUploadsResult", b"<IsTruncated>false</IsTruncated>"))
        if "versions" in query:
            return self._list_history(query) if self._keys.versioned else self._list_versions(query)
        if "versioning" in query:
            return Reply("other", 200, _document(b"VersioningConfiguration", ENABLED if self._keys.versioned else b""))
        if "location" in query:
            return Reply("other", 200, _document(b"LocationConstraint", b""))
        if query.keys() & {"acl", "policy", "tagging", "lifecycle", "object-lock", "encryption", "ownershipControls"}:
            return _error("other", 501, "NotImplemented")
        return self._list_objects_v2(query) if "list-type" in query else self._list_objects(query)

    def _list_objects(self, query: Query) -> Reply:
        marker = _one(query, "marker")
        listed, echo = self._page(query, marker)
        fields = [("Marker", marker)]
        if listed.truncated:
            fields.append(("NextMarker", listed.last.decode()))
        return _listing(listed, echo, fields, b"ListBucketResult", "Contents", OBJECT + OWNER)

    def _list_objects_v2(self, query: Query) -> Reply:
        token = _one(query, "continuation-token")
        listed, echo = self._page(query, token or _one(query, "start-after"))
        fields = [("KeyCount", str(len(listed.keys) + len(listed.prefixes)))]
        if token:
            fields.append(("ContinuationToken", token))
        if listed.truncated:
            fields.append(("NextContinuationToken", listed.last.decode()))
        return _listing(listed, echo, fields, b"ListBucketResult", "Contents", OBJECT)

    def _list_versions(self, query: Query) -> Reply:
        """List each object as the one version that a bucket without versioning has of it."""
        listed, echo = self._page(query, _one(query, "key-marker"))
        fields = [("KeyMarker", _one(query, "key-marker")), ("VersionIdMarker", _one(query, "version-id-marker"))]
        if listed.truncated:
            fields += [("NextKeyMarker", listed.last.decode()), ("NextVersionIdMarker", "null")]
        return _listing(listed, echo, fields, b"ListVersionsResult", "Version", LATEST + OBJECT + OWNER)

    def _list_history(self, query: Query) -> Reply:
        """List the version of each object, and before it the delete marker that hides it, if there is one."""
        listed, echo = self._page(query, _one(query, "key-marker"), hidden=True)
        room = int(_one(query, "max-keys") or FULL_PAGE)
        keys, rows = [], []
        for key in listed.keys:
            hidden = self._keys.is_hidden(key)
            room -= 1 + hidden
            if room < 0:  # a page ends between keys
                listed = listed._replace(truncated=True, last=keys[-1], prefixes=[])
                break
            keys.append(key)
            rows.append((HIDDEN_ROW if hidden else LATEST_ROW).replace(b"KEY", key))
        fields = [("KeyMarker", _one(query, "key-marker")), ("VersionIdMarker", _one(query, "version-id-marker"))]
        if listed.truncated:
            fields += [("NextKeyMarker", listed.last.decode()), ("NextVersionIdMarker", VERSION)]
        without_keys = listed._replace(keys=[])
        return _listing(without_keys, echo, fields, b"ListVersionsResult", "Version", "", before=b"".join(rows))

    def _page(self, query: Query, after: str, *, hidden: bool = False) -> tuple[Listed, list[tuple[str, str]]]:
        """Read a page, and what the reply repeats of the question."""
        prefix, delimiter = _one(query, "prefix"), _one(query, "delimiter")
        most = min(int(_one(query, "max-keys") or FULL_PAGE), FULL_PAGE)
        listed = self._keys.page(
            prefix=prefix.encode(), after=after.encode(), delimiter=delimiter.encode(), most=most, hidden=hidden
        )
        encode: Callable[[str], str] = quote if _one(query, "encoding-type") == "url" else escape
        echo = [("Name", "space"), ("Prefix", encode(prefix)), ("MaxKeys", str(most))]
        if delimiter:
            echo.append(("Delimiter", encode(delimiter)))
        if encode is quote:
            echo.append(("EncodingType", "url"))
        return listed, echo

    def _delete_objects(self, body: bytes) -> Reply:
        keys = re.findall(rb"<Key>([^<]*)</Key>", body)
        if b"<VersionId>" in body:  # of delete markers alone
            self._keys.restore(keys)
        else:
            self._keys.remove(keys)
        deleted = b"" if b"<Quiet>true</Quiet>" in body else _rows(keys, b"<Deleted><Key>", b"</Key></Deleted>")
        return Reply("delete_batch", 200, _document(b"DeleteResult", deleted), removed=len(keys))


def _listing(
    listed: Listed,
    echo: Sequence[tuple[str, str]],
    fields: Sequence[tuple[str, str]],
    document: bytes,
    row: str,
    rest: str,
    *,
    before: bytes = b"",
) -> Reply:
    head = "".join(f"<{name}>{value}</{name}>" for name, value in (*echo, *fields))
    head += f"<IsTruncated>{str(listed.truncated).lower()}</IsTruncated>"
    rows = _rows(listed.keys, f"<{row}><Key>".encode(), f"</Key>{rest}</{row}>".encode())
    levels = _rows(listed.prefixes, b"<CommonPrefixes><Prefix>", b"</Prefix></CommonPrefixes>")
    return Reply("list", 200, _document(document, head.encode() + before + rows + levels), pages=1)


def _rows(values: Sequence[bytes], before: bytes, behind: bytes) -> bytes:
    """Wrap each value: one join, because it is done a million times."""
    return before + (behind + before).join(values) + behind if values else b""


def _document(name: bytes, content: bytes) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<' + name + NAMESPACE + b">" + content + b"</" + name + b">"


def _error(kind: str, status: int, code: str) -> Reply:
    return Reply(kind, status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())


def _object_headers() -> bytes:
    return b'ETag: "c4ca4238a0b923820dcc509a6f75849b"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n'


def _one(query: Query, name: str) -> str:
    return query.get(name, ("",))[0]
