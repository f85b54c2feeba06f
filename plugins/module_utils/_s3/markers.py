# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folder markers: look at them, create them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._engine.errors import Cause, EngineError, NotFound, RequestFailed, Transient
from .errors import translate_errors
from .names import filled

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from .listing import S3Lister


class S3FolderMarkers:
    """Look at and create folder markers in one Space.

    ``lister`` returns a lister, which is used if a reply is not like that of S3 for an object: any web server may
    answer 200.
    """

    def __init__(self, *, client: S3Client, lister: Callable[[], S3Lister], space: str) -> None:
        self._client: Any = client
        self._lister = lister
        self._space = space

    def size(self, key: str) -> int | None:
        try:
            with translate_errors(self._space):
                reply = self._client.head_object(Bucket=self._space, Key=filled(key))
        except NotFound:
            return None
        except Transient:
            raise
        except RequestFailed as exc:
            if not exc.code.isdecimal():
                raise
            return self._listed_size(key)  # HEAD has no body with the reason: a wrong key, or a missing permission
        if "ContentLength" in reply and _describes_object(reply):
            size: int = reply["ContentLength"]
            return size
        return self._listed_size(key)

    def create(self, key: str, *, only_new: bool = False) -> None:
        condition: Any = {"IfNoneMatch": "*"} if only_new else {}
        with translate_errors(self._space):
            # No Body: an empty one is announced with Expect: 100-continue, and sent as a packet of its own, which
            # Ceph RGW answers 40 ms later, after the client's delayed acknowledgement.
            reply = self._client.put_object(Bucket=self._space, Key=filled(key), **condition)
        if not _describes_object(reply):
            self._confirm(key)

    def _confirm(self, key: str) -> None:
        try:
            size = self._listed_size(key)
        except EngineError as exc:
            exc.uncertain = True
            raise
        if size is None:
            raise Transient(
                f"The store does not list {key!r} after its creation, which it did not confirm as S3 does.",
                code="Unconfirmed",
                cause=Cause.BROKEN,
            )

    def _listed_size(self, key: str) -> int | None:
        """Look for a marker in a listing, in which it would be the first key."""
        first = self._lister().list_objects(key, None).items[:1]
        return next((entry.size for entry in first if entry.key == key), None)


def _describes_object(reply: Any) -> bool:
    """Return whether a reply has an ETag and a request ID, as S3 returns for an object and no web server does."""
    return bool(reply.get("ETag") and reply["ResponseMetadata"].get("RequestId"))
