# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting objects, versions and delete markers, and aborting uploads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._engine.errors import BatchRefused
from .._engine.model.entries import Entry, Rejection, Upload
from .errors import rejection_of, translate_errors
from .names import filled
from .redaction import shown
from .xml_bodies import DOCUMENT, NAMESPACE, RECEIVED, open_document, read_body

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets

_REFERENCES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"), ("\n", "&#10;"))


class S3Deleter:
    """Delete in one Space.

    ``batches`` is the client that only sends batches. It sends documents, so it cannot validate parameters; without
    this validation, an empty key would mean the Space itself. ``client`` returns the client for all other requests,
    which validates. Few removals need it, and it takes a tenth of a second to make.
    """

    batch_size = 1000  # the most that DeleteObjects takes

    def __init__(
        self, *, client: Callable[[], S3Client], batches: S3Client, space: str, bypass_governance: bool = False
    ) -> None:
        self._client = client
        self._batches: Any = batches
        self._space = space
        self._bypass: Any = {"BypassGovernanceRetention": True} if bypass_governance else {}

    def batchable(self, key: str) -> bool:
        """Return whether XML 1.0 can represent the key; one that it cannot makes a store refuse the whole batch."""
        return not _NOT_XML.search(key)

    def delete_batch(self, entries: Sequence[Entry]) -> Mapping[Entry, Rejection]:
        with translate_errors(self._space):
            reply = self._batches.delete_objects(Bucket=self._space, **{DOCUMENT: document_of(entries)}, **self._bypass)
        rejections = read_body(reply, parse_rejections, changes=True)
        if not rejections:
            return {}
        asked = {(entry.key, entry.version_id): entry for entry in entries}
        rejected = {}
        for key, version_id, code, message in rejections:
            entry = asked.get((key, version_id or None)) or asked.get((key, None))
            if entry is None:  # the store's XML mangled the key, so only a request of its own can show what happened
                message = f"An error names {shown(key)!r}, which was not in the batch."
                raise BatchRefused(message, code=shown(code), uncertain=True)
            rejection = rejection_of(code, message)
            if rejection:
                rejected[entry] = rejection
        return rejected

    def delete_one(self, entry: Entry) -> None:
        version: Any = {} if entry.version_id is None else {"VersionId": entry.version_id}
        with translate_errors(self._space):
            self._client().delete_object(Bucket=self._space, Key=filled(entry.key), **version, **self._bypass)

    def abort_upload(self, upload: Upload) -> None:
        with translate_errors(self._space):
            self._client().abort_multipart_upload(
                Bucket=self._space, Key=filled(upload.key), UploadId=filled(upload.upload_id)
            )


def document_of(entries: Sequence[Entry]) -> bytes:
    """Return a Delete document, which requests a reply that only lists errors."""
    objects = "".join(
        f"<Object><Key>{_escaped(entry.key)}</Key></Object>"
        if entry.version_id is None
        else f"<Object><Key>{_escaped(entry.key)}</Key><VersionId>{_escaped(entry.version_id)}</VersionId></Object>"
        for entry in entries
    )
    return f'<Delete xmlns="{NAMESPACE}">{objects}<Quiet>true</Quiet></Delete>'.encode()


def parse_rejections(body: bytes) -> list[tuple[str, str, str, str]]:
    """Parse a DeleteResult; return key, version, code and message of each error; a missing text is empty.

    Raise :class:`Unreadable` if it is not one: only a complete document shows that all other keys are gone.
    """
    root, space, _decode = open_document(body, RECEIVED["DeleteObjects"], encoded=False)
    return [
        (
            error.findtext(f"{space}Key", ""),
            error.findtext(f"{space}VersionId", ""),
            error.findtext(f"{space}Code", ""),
            error.findtext(f"{space}Message", ""),
        )
        for error in root.iter(f"{space}Error")
    ]


def _escaped(name: str) -> str:
    """Write a name as XML; line ends become references, because a parser would change them otherwise."""
    filled(name)
    for character, reference in _REFERENCES:
        name = name.replace(character, reference)
    return name
