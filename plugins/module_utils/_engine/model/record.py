# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a record: what a task removed, one JSON object a line.

The first line is the :class:`Header`. Then follows one line for each entry. Each entry that was not removed, or not
certainly, gets a second line; the last line about an entry is valid. The last line of the file is the :class:`Closing`.
All lines are ASCII, so that every key can be written, whatever characters it holds.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Literal, NamedTuple, TypeVar, Union

from .entries import CurrentVersion, Entry, Item, Upload

FORMAT = "tidy.spaces"
VERSION = 1

Outcome = Literal["failed", "unknown", "untried"]
Recordable = Union[Entry, CurrentVersion, Upload]


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the record is about: the task, its Space and folders, and the options that decided what is removed.

    ``versioning`` is ``never``, ``enabled`` or ``suspended``; ``None`` if the task did not request it. ``started`` is
    ISO 8601 in UTC.
    """

    operation: str
    check_mode: bool
    space: str
    endpoint: str
    versioning: str | None
    folders: Sequence[str]
    options: Mapping[str, Any]
    started: str
    record: str = FORMAT
    version: int = VERSION


@dataclass(frozen=True, kw_only=True)
class Closing:
    """How the task ended: what it removed, and whether it was completed. ``ended`` is ISO 8601 in UTC."""

    totals: Mapping[str, int]
    complete: bool
    ended: str


class RecordedEntry(NamedTuple):
    """One entry that the task was about to remove; ``restorable``: whether the store keeps it as an old version.

    ``kind`` is ``object``, ``version``, ``delete_marker`` or ``upload``. An object has a ``version_id`` too, if the
    record names versions.
    """

    item: Item
    kind: str
    restorable: bool = True

    @property
    def key(self) -> str:
        """The key."""
        return self.item.key

    @property
    def version_id(self) -> str | None:
        """The version, if it has one."""
        return self.item.version_id if isinstance(self.item, Entry) else None

    @property
    def size(self) -> int:
        """Its bytes; 0 for an upload, because a listing does not tell."""
        return self.item.size if isinstance(self.item, Entry) else 0


class RecordedException(NamedTuple):
    """One entry that was not removed, or not certainly.

    Without ``version_id``, it is the object of that name, or, with ``upload``, an upload.
    """

    key: str
    version_id: str | None
    outcome: Outcome
    code: str
    upload: bool = False


Line = Union[RecordedEntry, RecordedException, Closing]
DocumentT = TypeVar("DocumentT", Header, Closing)


def write_document(document: Header | Closing) -> str:
    """Write a record's first or last line."""
    return json.dumps(asdict(document)) + "\n"


def write_entries(entries: Sequence[Recordable]) -> str:
    """Write a line for each entry."""
    return "".join([_WRITERS[type(entry)](entry) for entry in entries])


def write_exception(item: Item, *, outcome: Outcome, code: str = "") -> str:
    """Write a line about an entry that was not removed, or not certainly."""
    name = {"upload_id": item.upload_id} if isinstance(item, Upload) else {"version_id": item.version_id}
    return json.dumps({"key": item.key, **name, "outcome": outcome, "code": code}) + "\n"


def read_header(line: bytes) -> Header:
    """Read a record's first line; raise ``ValueError`` with the reason if it is not valid."""
    document = _object(line.removeprefix(codecs.BOM_UTF8))
    if document.get("record") != FORMAT:
        raise ValueError("is not a record of tidy.spaces")
    if document.get("version") != VERSION:
        raise ValueError(f"is a record of version {document.get('version')!r}, and only version {VERSION} can be read")
    header = _document(Header, document)
    _require(document, _HEADER_TYPES)
    for folder in header.folders:
        _require({"folders": folder}, {"folders": str})
    return header


def read_line(line: bytes) -> Line:
    """Read one of the lines after the first; raise ``ValueError`` with the reason if it is not valid."""
    document = _object(line)
    if "ended" in document:
        return _document(Closing, document)
    if "outcome" in document:
        _require(document, _EXCEPTION_TYPES)
        return RecordedException(
            document["key"], document.get("version_id"), document["outcome"], document["code"], "upload_id" in document
        )
    return RecordedEntry(_item(document), document["kind"], document.get("restorable", True))


def _item(document: Mapping[str, Any]) -> Item:
    if document.get("kind") == "upload":
        _require(document, _UPLOAD_TYPES)
        return Upload(document["key"], document["upload_id"], document["initiated"])
    _require(document, _ENTRY_TYPES)
    return Entry(
        document["key"],
        document["size"],
        document["last_modified"],
        document.get("version_id"),
        document["kind"] == "delete_marker",
        document["etag"],
    )


def _entry_line(entry: Entry) -> str:
    kind = "object" if entry.version_id is None else "delete_marker" if entry.delete_marker else "version"
    version = "null" if entry.version_id is None else quoted(entry.version_id)
    return (
        f'{{"key": {quoted(entry.key)}, "version_id": {version}, "size": {entry.size}, '
        f'"etag": {_etag(entry.etag)}, "last_modified": {quoted(entry.modified)}, "kind": "{kind}"}}\n'
    )


def _current_line(entry: CurrentVersion) -> str:
    lasts = "" if entry.restorable else ', "restorable": false'
    return (
        f'{{"key": {quoted(entry.key)}, "version_id": {quoted(entry.version_id)}, "size": {entry.size}, '
        f'"etag": {_etag(entry.etag)}, "last_modified": {quoted(entry.modified)}, "kind": "object"{lasts}}}\n'
    )


def _upload_line(upload: Upload) -> str:
    return (
        f'{{"key": {quoted(upload.key)}, "upload_id": {quoted(upload.upload_id)}, '
        f'"initiated": {quoted(upload.initiated)}, "kind": "upload"}}\n'
    )


_WRITERS: Mapping[type, Any] = {Entry: _entry_line, CurrentVersion: _current_line, Upload: _upload_line}


def _etag(etag: str) -> str:
    """Write an etag without the quotes that listings put around it."""
    return quoted(etag.strip('"'))


_Types = Mapping[str, Union[type, tuple[type, ...]]]
_OPTIONAL: _Types = {"version_id": (str, type(None)), "restorable": bool}
_HEADER_TYPES: _Types = {"space": str, "endpoint": str, "options": dict, "folders": list}
_EXCEPTION_TYPES: _Types = {"key": str, "outcome": str, "code": str, **_OPTIONAL}
_UPLOAD_TYPES: _Types = {"key": str, "upload_id": str, "initiated": str, **_OPTIONAL}
_ENTRY_TYPES: _Types = {"key": str, "size": int, "etag": str, "last_modified": str, "kind": str, **_OPTIONAL}
_decoder = json.JSONDecoder()


def _object(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode("utf-8", "surrogatepass").strip(" \t\r\n")
        document, end = _decoder.raw_decode(text)  # without what json.loads does around it, which takes as long again
        if end < len(text):
            raise ValueError("more follows the JSON")
    except ValueError as exc:
        raise ValueError("has a line that is not JSON") from exc
    if isinstance(document, dict):
        return document
    raise ValueError("has a line that is not a JSON object")


def _require(document: Mapping[str, Any], types: _Types) -> None:
    """Refuse what no record of ours has, though it is JSON."""
    for name, expected in types.items():
        if name in document:
            if not isinstance(document[name], expected):
                raise ValueError(f"has a line whose {name!r} is {document[name]!r}")
        elif name not in _OPTIONAL:
            raise ValueError(f"has a line without {name!r}")


def _document(kind: type[DocumentT], document: Mapping[str, Any]) -> DocumentT:
    names = [each.name for each in fields(kind)]
    missing = [name for name in names if name not in document]
    if missing:
        raise ValueError(f"has a line without {missing[0]!r}")
    return kind(**{name: document[name] for name in names})
