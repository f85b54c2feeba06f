# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find out what a record of a removal has to know about the Space."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from ..errors import Denied, RequestFailed, RetriesExhausted, Unsupported
from ..ports import KEEPS_VERSIONS, Lister, Versioning
from .listings import Listing, current_versions

Send = Callable[[Callable[[], Any]], Any]


def find_versions(*, lister: Lister, send: Send, prefixes: Iterable[str]) -> tuple[Versioning, Listing | None]:
    """Return the versioning of the Space, and the listing with versions if it keeps them.

    Raise :class:`RequestFailed` if they cannot be listed, so that nothing is removed whose record could not be used.
    """
    versioning: Versioning = "never"
    try:
        versioning = send(lister.versioning)
        if versioning not in KEEPS_VERSIONS:
            return versioning, None
        for prefix in prefixes:
            send(partial(lister.list_versions, prefix, None))
    except (Denied, Unsupported) as exc:
        if isinstance(exc, Unsupported) and versioning == "never":
            return versioning, None
        reason = "this access key may not list them" if isinstance(exc, Denied) else "the store does not list them"
        raise type(exc)(
            f"The record must name versions, but {reason}: {exc} Nothing was removed.",
            code=exc.code,
            advice="Grant GetBucketVersioning and ListBucketVersions, or set record_versions to false for a record "
            "that spaces_folder_restore cannot use.",
        ) from exc
    return versioning, current_versions(lister, versioning=versioning)


def find_versions_for_etag(
    *, lister: Lister, send: Send, prefixes: Iterable[str]
) -> tuple[Versioning | None, Listing | None]:
    """Do what :func:`find_versions` does, but return nothing if the store refuses to tell.

    The etag then goes by the objects, because a preview must not need a permission that the removal does not need.
    """
    try:
        return find_versions(lister=lister, send=send, prefixes=prefixes)
    except RetriesExhausted:
        raise
    except RequestFailed:
        return None, None
