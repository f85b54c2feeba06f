# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The etag of a folder, which changes with any entry in it, and a compact set of entries."""

from __future__ import annotations

import hashlib
import re
import secrets
from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Union

from ..errors import InvalidOption
from .entries import CurrentVersion, Entry, Upload

_VERSION = "v1"
_ETAG = re.compile(rf"{_VERSION}-([0-9a-f]{{8}})-([0-9a-f]{{64}})")
_MODULUS = 2**256
_MASK = 2**64 - 1
_SHARDS_SHIFT = 52  # leaves 12 bits: 4,096 shards, of about 250 numbers each for a million entries

Counted = Union[Entry, CurrentVersion, Upload]


class Etag(NamedTuple):
    """An etag, in its parts: what was listed (a hash of the scope), and the sum of the hashes of all entries."""

    scope: str
    total: int

    def __str__(self) -> str:
        """Write it as ``v1-SCOPE-HASH``, where SCOPE and HASH are hexadecimal."""
        return f"{_VERSION}-{self.scope}-{self.total:064x}"


def parse_etag(option: str, value: object) -> Etag:
    """Parse an etag that a preview has returned; raise :class:`InvalidOption` for anything else."""
    match = _ETAG.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise InvalidOption(
            option,
            value,
            "is not an etag of a folder",
            advice="Give the whole etag that check mode returns: v1-, 8 hexadecimal digits, -, 64 hexadecimal digits.",
        )
    return Etag(match[1], int(match[2], 16))


def canonical(item: Counted) -> str:
    """Write an entry as a text that no other entry has: each field is preceded by its length.

    An object counts by ``key``, ``version_id``, ``etag``, ``size`` and ``modified``, an upload by ``key``,
    ``upload_id`` and ``initiated``. Other properties of a version (whether it is the latest, its storage class) are
    left out, because they can change by themselves.
    """
    if isinstance(item, Upload):
        key, upload_id, initiated = item
        return f"u{len(key)}:{key}{len(upload_id)}:{upload_id}{len(initiated)}:{initiated}"
    kind = "e"
    if isinstance(item, Entry):
        key, size, modified, version, delete_marker, etag, _storage_class, _latest = item
        version_id = version or ""
        if delete_marker:
            kind = "d"
    else:
        key, size, modified, version_id, etag, _restorable = item
    etag = etag.strip('"')
    return f"{kind}{len(key)}:{key}{len(version_id)}:{version_id}{len(etag)}:{etag}{size}:{len(modified)}:{modified}"


class EtagBuilder:
    """Compute the etag of a folder; the order of its entries does not matter.

    The sum is 256 bits wide and wraps around, so the parts of a shared listing may be added up separately. An entry
    that is listed twice counts twice; walks refuse it (:meth:`Scan.advance`). About 2 µs an entry.
    """

    def __init__(self, parts: Iterable[EtagBuilder] = ()) -> None:
        """Begin with the entries of other builders, such as those of all folders of a task."""
        self.total: int = sum(part.total for part in parts) % _MODULUS

    def add(self, items: Iterable[Counted]) -> None:
        """Add entries."""
        self.total = (self.total + sum(map(_digest, items))) % _MODULUS

    def etag(self, scope: str) -> Etag:
        """Return the etag.

        ``scope`` names what was listed, such as versions or the selecting rule of a prune. It is part of the etag, so
        that etags of different scopes are never equal.
        """
        return Etag(hashlib.sha256(scope.encode("utf-8", "surrogatepass")).hexdigest()[:8], self.total)


def total_of(etags: Iterable[Etag]) -> int:
    """Return the sum of the etags of several folders, which is that of their task."""
    return sum(etag.total for etag in etags) % _MODULUS


def _digest(item: Counted) -> int:
    return int.from_bytes(hashlib.sha256(canonical(item).encode("utf-8", "surrogatepass")).digest(), "big")


class EntrySet:
    """A set of entries, such as all that one walk has listed, at about 9 bytes an entry.

    It holds 64-bit hashes with a new secret for each set, so nobody can prepare a key that collides with another one.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_hex(16)
        self._shards = [array("Q") for _number in range(2 ** (64 - _SHARDS_SHIFT))]

    def add(self, items: Iterable[Counted]) -> None:
        """Add entries."""
        salt, shards = self._salt, self._shards
        for item in items:
            number = hash(salt + canonical(item)) & _MASK
            insort(shards[number >> _SHARDS_SHIFT], number)

    def missing(self, items: Sequence[Counted]) -> list[Counted]:
        """Return the entries that are not in the set."""
        return [item for item in items if item not in self]

    def __contains__(self, item: Counted) -> bool:
        number = hash(self._salt + canonical(item)) & _MASK
        shard = self._shards[number >> _SHARDS_SHIFT]
        place = bisect_left(shard, number)
        return place < len(shard) and shard[place] == number
