# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the rows of a listing: one for each object, version or delete marker.

ElementTree makes ten elements for each row, and they are most of what a listing costs. A regular expression reads rows
that are as plain as stores write them in a third of the time. ElementTree reads the rest of the document, with the
first row in it. If it does not find the same there, or if any row is not plain, it reads the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from xml.etree import ElementTree


class Row(NamedTuple):
    """The texts of one row, as they are in the document; ``None`` for an element that it does not have."""

    kind: str
    key: str | None
    size: str | None
    modified: str | None
    version_id: str | None
    etag: str | None
    storage_class: str | None
    latest: str | None


_ETAG = Row._fields.index("etag")
_NAMES = ("Key", "Size", "LastModified", "VersionId", "ETag", "StorageClass", "IsLatest")
_TEXT = "[ -%'-;=?-~]*"  # ASCII without "<", "&" and ">", and without characters that a parser refuses or changes
_QUOTE = "&(?:quot|#34);"  # Ceph RGW writes the first, what is written in Go the second
_QUOTED = f"(?:{_QUOTE})?{_TEXT}(?:{_QUOTE})?"


def element_rows(root: ElementTree.Element, space: str, kinds: Sequence[str]) -> list[Row]:
    """Return the rows of these kinds; ``space`` is the document's namespace, in braces."""
    tags = {space + kind: kind for kind in kinds}
    names = [space + name for name in _NAMES]
    rows = []
    for element in root:
        kind = tags.get(element.tag)
        if kind:
            texts = {child.tag: child.text or "" for child in element}
            rows.append(Row(kind, *map(texts.get, names)))
    return rows


def plain_rows(body: bytes, kinds: Sequence[str]) -> tuple[bytes, list[Row]]:
    """Return all rows, and the document with only the first of them; if a row is not plain, no row and all of it.

    A plain row has neither attributes nor references, but for the quotes of an ETag, and follows the one before it
    directly. What stands around the rows is not looked at, so :func:`element_rows` has to find exactly the first row in
    the document that is returned.
    """
    expression = _expression(*kinds)
    text = body.decode("latin-1")  # every byte is a character, and only those of ASCII are in a plain row
    first = expression.search(text)
    if not first:
        return body, []
    width = 1 + expression.groups
    parts = expression.split(text)  # what is before a row, then its groups, and so on; in the end what is behind all
    if any(parts[width:-1:width]):
        return body, []
    columns = [parts[number::width] for number in range(1, 1 + len(Row._fields))]
    columns[_ETAG] = [etag and etag.replace("&quot;", '"').replace("&#34;", '"') for etag in columns[_ETAG]]
    rows = list(map(Row, *columns))
    return (parts[0] + first[0] + parts[-1]).encode("latin-1"), rows


@cache
def _expression(*kinds: str) -> re.Pattern[str]:
    """Return what matches one row; each kind of element matches in one way only, so that a failure is found fast."""
    texts = "|".join(f"<{name}>({_QUOTED if name == 'ETag' else _TEXT})</{name}>" for name in _NAMES)
    other = (
        rf"<(?!(?:{'|'.join(_NAMES)})>)(?P<outer>[A-Za-z]\w*)>"
        rf"(?:{_TEXT}|(?:<(?P<inner>[A-Za-z]\w*)>{_TEXT}</(?P=inner)>)+)</(?P=outer)>"
    )
    return re.compile(rf"<({'|'.join(kinds)})>(?:{texts}|{other})*</\1>", re.ASCII)
