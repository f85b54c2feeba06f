# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the rows of a listing: one for each object, version or delete marker.

ElementTree makes about ten elements for each row, and they are most of what a listing costs. But the rows that stores
write are plain, and a regular expression reads them in less than half of the time. ElementTree reads the rest of the
document. If a row is not plain, it reads the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from uuid import uuid4
from xml.etree import ElementTree


class Row(NamedTuple):
    """The texts of one row, as they are in the document; ``None`` for an element that it does not have."""

    kind: str
    key: str | None = None
    size: str | None = None
    modified: str | None = None
    version_id: str | None = None
    etag: str | None = None
    storage_class: str | None = None
    latest: str | None = None


_PLACEHOLDER = uuid4().hex  # a key that nobody can have put into a document
_ETAG = Row._fields.index("etag")
_NAMES = ("Key", "Size", "LastModified", "VersionId", "ETag", "StorageClass", "IsLatest")
_TEXT = "[ -%'-;=?-~]*"  # ASCII without "<", "&" and ">", and without characters that a parser refuses or changes
_QUOTE = "&(?:quot|#34);"  # Ceph RGW writes the first, and Go's encoder the second
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


def plain_rows(body: bytes, kinds: Sequence[str]) -> tuple[bytes, Row, list[Row]] | None:
    """Return the document with a placeholder in place of its plain rows, this placeholder, and these rows.

    Return ``None`` if there are none, or if they do not follow each other directly. A plain row has neither attributes
    nor references, but for the quotes of an ETag. The document may have other rows. So the plain ones count only if
    :func:`element_rows` finds the placeholder in it, and nothing else. This also proves that they are not inside
    another element.
    """
    expression = _expression(*kinds)
    text = body.decode("latin-1")  # every byte is a character, and only those of ASCII are in a plain row
    width = 1 + expression.groups
    parts = expression.split(text)  # what is before a row, then its groups, and so on; in the end what is behind all
    declares = "<!" in parts[0]  # a comment, a CDATA section, or entities; any of them may hold what is no row
    if len(parts) == 1 or declares or any(parts[width:-1:width]):
        return None
    columns = [parts[number::width] for number in range(1, 1 + len(Row._fields))]
    columns[_ETAG] = [etag and etag.replace("&quot;", '"').replace("&#34;", '"') for etag in columns[_ETAG]]
    document = f"{parts[0]}<{kinds[0]}><Key>{_PLACEHOLDER}</Key></{kinds[0]}>{parts[-1]}"
    return document.encode("latin-1"), Row(kinds[0], _PLACEHOLDER), list(map(Row, *columns))


@cache
def _expression(*kinds: str) -> re.Pattern[str]:
    """Return what matches one row.

    Each element matches in one way only, so that the time is linear. Repetitions have a limit, because each takes
    memory: a row with more elements than any store writes is not plain.
    """
    texts = "|".join(f"<{name}>({_QUOTED if name == 'ETag' else _TEXT})</{name}>" for name in _NAMES)
    other = (
        rf"<(?!(?:{'|'.join(_NAMES)})>)(?P<outer>[A-Za-z]\w*)>"
        rf"(?:{_TEXT}|(?:<(?P<inner>[A-Za-z]\w*)>{_TEXT}</(?P=inner)>){{1,10}})</(?P=outer)>"
    )
    return re.compile(rf"<({'|'.join(kinds)})>(?:{texts}|{other}){{0,40}}</\1>", re.ASCII)
