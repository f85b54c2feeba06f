# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check in which order keys may follow each other in a listing, and which items are the same.

Every item of every page is checked, so the checks use only functions that the interpreter runs at C speed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence, Set

from ..model.entries import Entry, Listed, ListedT, Upload

Order = Callable[[Sequence[str]], Sequence[str]]
"""Turn keys into texts that Python sorts in the store's order."""
Identity = tuple[str, "str | None"]


_version_of = operator.itemgetter(Entry._fields.index("key"), Entry._fields.index("version_id"))


def by_key(keys: Sequence[str]) -> Sequence[str]:
    """Sort like S3, by the UTF-8 bytes of the keys; Python compares code points, which gives the same order."""
    return keys


def by_folder(keys: Sequence[str]) -> Sequence[str]:
    """Sort like a store that walks directories: the keys in ``a/`` come before ``a-b``."""
    return [key.replace("/", "\0") for key in keys]


def ascends(keys: Sequence[str]) -> bool:
    """Return whether no key is less than the one before it."""
    return all(map(operator.le, keys, keys[1:]))


def merged(*blocks: Sequence[ListedT]) -> list[ListedT]:
    """Merge the blocks that a store lists; a block that is out of order stays as it is, so that the walk refuses it."""
    items = [item for block in blocks for item in block]
    for order in (by_key, by_folder):
        if all(ascends(order([item.key for item in block])) for block in blocks):
            texts = order([item.key for item in items])
            return [items[index] for index in sorted(range(len(items)), key=texts.__getitem__)]
    return items


def identity(item: Listed) -> Identity:
    """Return a value that is unique to an item within a listing."""
    if isinstance(item, Entry):
        return item.key, item.version_id
    return item.key, item.upload_id if isinstance(item, Upload) else "/"


def identities(items: Sequence[Listed]) -> list[Identity]:
    """Return each item's identity; this must be fast for a page of versions, on which keys are repeated."""
    versions = isinstance(items[0], Entry) and items[0].version_id is not None
    return list(map(_version_of if versions else identity, items))


def first_repeat(items: Sequence[ListedT], keys: Sequence[str], seen: Set[Identity]) -> ListedT | None:
    """Return the first item that was ``seen`` on an earlier page, or is repeated on this one."""
    if not seen and len(set(keys)) == len(keys):
        return None
    found = identities(items)
    if seen.isdisjoint(found) and len(set(found)) == len(found):
        return None
    known = set(seen)
    for item, its_identity in zip(items, found, strict=True):
        if its_identity in known:
            return item
        known.add(its_identity)
    return None
