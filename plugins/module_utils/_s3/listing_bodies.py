# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the documents that list objects, levels, versions, uploads and parts."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Sequence
from itertools import chain, groupby
from typing import NamedTuple
from xml.etree import ElementTree

from .._engine.bulk.ordering import merged
from .._engine.model.entries import Entry, Page, PartsPage, Subfolder, Upload
from .._engine.model.times import in_utc
from .listing_rows import Row, element_rows, plain_rows
from .xml_bodies import RECEIVED, Unreadable, open_document

OBJECTS = ("Contents",)
VERSIONS = ("Version", "DeleteMarker")


class _Document(NamedTuple):
    """A document that lists entries, as :func:`open_document` returns it; ``entries`` are its rows."""

    root: ElementTree.Element
    space: str
    decode: Callable[[str], str]
    entries: list[Entry]


def parse_objects(body: bytes) -> Page[Entry]:
    """Parse a ListBucketResult."""
    listed = _read(body, RECEIVED["ListObjects"], OBJECTS)
    return Page(listed.entries, _truncated(listed.root, listed.space))


def parse_level(body: bytes) -> Page[Entry | Subfolder]:
    """Parse a ListBucketResult of one level."""
    return _level(_read(body, RECEIVED["ListObjects"], OBJECTS))


def parse_versions(body: bytes) -> Page[Entry]:
    """Parse a ListVersionsResult."""
    listed = _read(body, RECEIVED["ListObjectVersions"], VERSIONS)
    return Page(_in_one_order(listed.entries), _truncated(listed.root, listed.space))


def parse_version_level(body: bytes) -> Page[Entry | Subfolder]:
    """Parse a ListVersionsResult of one level."""
    listed = _read(body, RECEIVED["ListObjectVersions"], VERSIONS)
    return _level(listed._replace(entries=_in_one_order(listed.entries)))


def _read(body: bytes, document: str, kinds: Sequence[str]) -> _Document:
    """Read a document and its rows of these kinds."""
    shortened, placeholder, plain = plain_rows(body, kinds) or (body, None, [])
    root, space, decode = open_document(shortened, document)
    rows = element_rows(root, space, kinds)
    if rows == [placeholder]:
        rows = plain
    elif placeholder:
        root, space, decode = open_document(body, document)
        rows = element_rows(root, space, kinds)
    return _Document(root, space, decode, [_entry(row, decode) for row in rows])


def _entry(row: Row, decode: Callable[[str], str]) -> Entry:
    kind, key, size, modified, version_id, etag, storage_class, latest = row
    versioned = kind in VERSIONS
    if key is None:
        raise Unreadable(f"a {kind} without a key")
    return Entry(
        decode(key),
        int(size or 0),
        _time(modified or ""),
        (version_id or "null") if versioned else None,
        kind == "DeleteMarker",
        etag or "",
        sys.intern(storage_class or ""),
        versioned and latest == "true",
    )


def _level(listed: _Document) -> Page[Entry | Subfolder]:
    entries: list[Entry | Subfolder] = [*listed.entries]
    subfolders = _subfolders(listed.root, listed.space, listed.decode)
    return Page(merged(entries, subfolders), _truncated(listed.root, listed.space))


def _subfolders(root: ElementTree.Element, space: str, decode: Callable[[str], str]) -> list[Entry | Subfolder]:
    names = (element.findtext(f"{space}Prefix", "") for element in root.findall(f"{space}CommonPrefixes"))
    return [Subfolder(decode(name)) for name in names]


def parse_uploads(body: bytes, *, encoded: bool) -> Page[Upload]:
    """Parse a ListMultipartUploadsResult; its keys are encoded if the request asked for this."""
    root, space, decode = open_document(body, RECEIVED["ListMultipartUploads"], encoded=encoded)
    upload, key, upload_id, initiated = (space + name for name in ("Upload", "Key", "UploadId", "Initiated"))
    items = []
    for element in root:
        if element.tag == upload:
            fields = {child.tag: child.text or "" for child in element}
            items.append(Upload(decode(fields[key]), fields[upload_id], _time(fields.get(initiated, ""))))
    return Page(items, _truncated(root, space))


def parse_parts(body: bytes, *, after: int) -> PartsPage:
    """Parse a ListPartsResult; parts up to the number ``after`` are not counted again."""
    root, space, _decode = open_document(body, RECEIVED["ListParts"], encoded=True)  # the key is not needed
    sizes = {}
    for element in root.iter(f"{space}Part"):
        fields = {child.tag: child.text or "" for child in element}
        sizes[int(fields[f"{space}PartNumber"])] = int(fields[f"{space}Size"])
    numbers = [number for number in sizes if number > after]
    more = _truncated(root, space)
    if more and not numbers:
        raise Unreadable("it says that parts follow, and shows none")
    return PartsPage(sum(sizes[number] for number in numbers), max(numbers) if more else None)


def _time(text: str) -> str:
    """Write a time in UTC, as S3 does, so that the engine may compare texts."""
    return text if text.endswith("Z") else in_utc(text)


def _in_one_order(items: list[Entry]) -> list[Entry]:
    """Sort delete markers into the versions, as S3 lists them; some stores list one kind after the other.

    The latest entry of a key comes first, then the others, newest first. A list that is in order already stays as it
    is.
    """
    kinds = [entry.delete_marker for entry in items]
    if sum(map(operator.ne, kinds, kinds[1:])) != 1:
        return items
    first = kinds.index(not kinds[0])
    by_key = groupby(merged(items[:first], items[first:]), key=operator.attrgetter("key"))
    newest = operator.attrgetter("latest", "modified")
    return list(chain.from_iterable(sorted(entries, key=newest, reverse=True) for _key, entries in by_key))


def _truncated(root: ElementTree.Element, space: str) -> bool:
    """Return whether more items follow; a document without this element is refused, because it is truncated."""
    said = root.findtext(f"{space}IsTruncated", "").lower()
    if said not in ("true", "false"):
        raise Unreadable("it does not say whether more follows")
    return said == "true"
