# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The etag of a folder, which changes with any entry in it, and the set of entries that a walk has seen."""

from __future__ import annotations

import hashlib
import secrets
from array import array
from bisect import bisect_left, insort
from collections.abc import Sequence

from .entries import Entry, Item

PREFIX = "v1"
_MODULUS = 2**256
_MASK = 2**64 - 1
_SHARDS_SHIFT = 52  # leaves 12 bits: 4,096 shards, of about 250 numbers each for a million entries


def canonical(item: Item) -> str:
    """Write an entry as a text that no other entry has: each field is preceded by its length.

    An object counts by ``key``, ``version_id``, ``etag``, ``size`` and ``modified``, an upload by ``key``,
    ``upload_id`` and ``initiated``. Other properties of a version (whether it is the latest, its storage class) are
    left out, because they can change by themselves.
    """
    if isinstance(item, Entry):
        key, size, modified, version_id, delete_marker, etag, _storage_class, _latest = item
        version_id = version_id or ""
        kind = "d" if delete_marker else "e"
        return (
            f"{kind}{len(key)}:{key}{len(version_id)}:{version_id}{len(etag)}:{etag}{size}:{len(modified)}:{modified}"
        )
    key, upload_id, initiated = item
    return f"u{len(key)}:{key}{len(upload_id)}:{upload_id}{len(initiated)}:{initiated}"


class EtagBuilder:
    """Compute the etag of a folder; the order of its entries does not matter.

    ``scope`` names what was listed, such as ``current``, ``versions+uploads`` or the selecting rule of a prune. It is
    part of the etag, so that etags of different scopes are never equal. The sum is 256 bits wide and wraps around, so
    the parts of a shared listing may be added up separately. An entry that is listed twice counts twice; walks refuse
    it (:meth:`Scan.advance`). About 2 µs an entry.
    """

    def __init__(self, *, scope: str) -> None:
        self._scope = scope
        self._sum = 0

    def add(self, items: Sequence[Item]) -> None:
        """Add entries."""
        self._sum = (self._sum + sum(map(_digest, items))) % _MODULUS

    def take_away(self, items: Sequence[Item]) -> None:
        """Subtract entries that were added before, such as removed ones."""
        self._sum = (self._sum - sum(map(_digest, items))) % _MODULUS

    def include(self, other: EtagBuilder) -> None:
        """Add the entries of another builder, such as that of another folder of the task."""
        self._sum = (self._sum + other._sum) % _MODULUS

    @property
    def etag(self) -> str:
        """The etag: ``v1-SCOPE-HASH``, where SCOPE and HASH are hexadecimal."""
        scope = hashlib.sha256(self._scope.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return f"{PREFIX}-{scope}-{self._sum:064x}"


def _digest(item: Item) -> int:
    return int.from_bytes(hashlib.sha256(canonical(item).encode("utf-8", "surrogatepass")).digest(), "big")


class LookedAt:
    """The set of entries that one walk has listed, at about 9 bytes an entry.

    It holds 64-bit hashes with a new secret for each task, so nobody can prepare a key that collides with another one.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_hex(16)
        self._shards = [array("Q") for _number in range(2 ** (64 - _SHARDS_SHIFT))]

    def add(self, items: Sequence[Item]) -> None:
        """Add entries of the walk."""
        salt, shards = self._salt, self._shards
        for item in items:
            number = hash(salt + canonical(item)) & _MASK
            insort(shards[number >> _SHARDS_SHIFT], number)

    def __contains__(self, item: Item) -> bool:
        number = hash(self._salt + canonical(item)) & _MASK
        shard = self._shards[number >> _SHARDS_SHIFT]
        place = bisect_left(shard, number)
        return place < len(shard) and shard[place] == number
