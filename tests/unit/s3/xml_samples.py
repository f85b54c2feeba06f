# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reply bodies, written by hand."""

from __future__ import annotations

from collections.abc import Sequence

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
DENIED = b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"


def document(root: str, *parts: str, namespace: bool = True) -> bytes:
    """Return a document with ``parts`` in its root."""
    opening = f'{root} xmlns="{NAMESPACE}"' if namespace else root
    return f"{DECLARATION}<{opening}>{''.join(parts)}</{root}>".encode()


def elements(**texts: object) -> str:
    """Return elements, in order; the texts are taken as XML."""
    return "".join(f"<{name}>{text}</{name}>" for name, text in texts.items())


def objects(*keys: str, truncated: bool = False, encoded: bool = True, echo: str = "", namespace: bool = True) -> bytes:
    """Return a page of ListObjects."""
    return document(
        "ListBucketResult",
        elements(Name="my-space", Marker=echo, IsTruncated=str(truncated).lower()),
        elements(EncodingType="url") if encoded else "",
        *(f"<Contents>{elements(Key=key, Size=5, LastModified='2026-01-01T00:00:00Z')}</Contents>" for key in keys),
        namespace=namespace,
    )


def level(keys: Sequence[str], prefixes: Sequence[str], *, truncated: bool = False) -> bytes:
    """Return a page of ListObjects with a delimiter."""
    return document(
        "ListBucketResult",
        elements(EncodingType="url", IsTruncated=str(truncated).lower()),
        *(f"<Contents>{elements(Key=key)}</Contents>" for key in keys),
        *(f"<CommonPrefixes>{elements(Prefix=prefix)}</CommonPrefixes>" for prefix in prefixes),
    )


def versions(*parts: str, truncated: bool = False) -> bytes:
    """Return a page of ListObjectVersions."""
    return document("ListVersionsResult", elements(IsTruncated=str(truncated).lower(), EncodingType="url"), *parts)


def uploads(*pairs: tuple[str, str], truncated: bool = False, echo: str = "") -> bytes:
    """Return a page of ListMultipartUploads, which does not mention an encoding."""
    return document(
        "ListMultipartUploadsResult",
        elements(KeyMarker=echo, IsTruncated=str(truncated).lower()),
        *(f"<Upload>{elements(Key=key, UploadId=upload_id)}</Upload>" for key, upload_id in pairs),
    )


def rejections(*errors: str, namespace: bool = True) -> bytes:
    """Return a DeleteResult."""
    return document("DeleteResult", *(f"<Error>{error}</Error>" for error in errors), namespace=namespace)
