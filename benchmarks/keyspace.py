# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of one bucket in memory, in order, and listed as S3 lists them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple

FOLDER = "folder/"
SUBFOLDERS = 400
# What must still be there when the folder is gone. No object "folder", which rclone would take for all that is meant.
SIBLINGS = ("folder-2/object", "folder.txt", "folder0/object")
BEYOND = b"\xff"  # sorts behind all that a key may hold here
THERE, HIDDEN = 1, 2
KNOWN = re.compile(rb"[\1\2]")
PLAIN = re.compile(rb"[\w./-]+", re.ASCII)


class Listed(NamedTuple):
    """One page: keys, common prefixes, and whether more follows ``last``."""

    keys: Sequence[bytes]
    prefixes: Sequence[bytes]
    truncated: bool
    last: bytes


class KeySpace:
    """Sorted keys, with a byte for each that says whether the key still exists.

    Made for reading pages and removing keys in microseconds; a new key costs a move of all that sort behind it.
    ``versioned``: a removal hides the one version of a key behind a delete marker.
    """

    def __init__(self, keys: Iterable[bytes] = (), *, versioned: bool = False) -> None:
        self.versioned = versioned
        self._keys = sorted(keys)
        self._there = bytearray(b"\1") * len(self._keys)

    def __contains__(self, key: bytes) -> bool:
        return self._state(key) == THERE

    def is_hidden(self, key: bytes) -> bool:
        """Return whether the newest entry of a key is a delete marker."""
        return self._state(key) == HIDDEN

    def count(self, prefix: bytes = b"") -> int:
        """Count the keys below a prefix."""
        return self._there.count(1, *self._range(prefix))

    def put(self, key: bytes) -> None:
        """Add a key; raise :class:`ValueError` for one that the listings would have to encode."""
        if not PLAIN.fullmatch(key):
            raise ValueError(f"only letters, digits and _ . / - are served here, not {key!r}")
        place = bisect_left(self._keys, key)
        if place == len(self._keys) or self._keys[place] != key:
            self._keys.insert(place, key)
            self._there.insert(place, 1)
        self._there[place] = 1

    def remove(self, keys: Iterable[bytes]) -> None:
        """Remove keys; one that is not there is as good as removed."""
        self._set(keys, HIDDEN if self.versioned else 0)

    def restore(self, keys: Iterable[bytes]) -> None:
        """Remove the delete markers of keys."""
        self._set(keys, THERE)

    def page(
        self, *, prefix: bytes = b"", after: bytes = b"", delimiter: bytes = b"", most: int = 1000, hidden: bool = False
    ) -> Listed:
        """List what is below ``prefix`` and behind ``after``, which may be a common prefix; ``hidden`` keys, too."""
        first, end = self._range(prefix)
        if delimiter and after.endswith(delimiter) and after.startswith(prefix) and after != prefix:
            after += BEYOND
        start = max(first, bisect_right(self._keys, after))
        if delimiter:
            keys, prefixes = self._level(start, end, prefix, delimiter, most + 1, hidden=hidden)
        else:
            keys, prefixes = self._run(start, end, most + 1, hidden=hidden), []
        truncated = len(keys) + len(prefixes) > most > 0
        if len(keys) + len(prefixes) > most:  # one more was read, to see whether there is one
            one_more = keys if not prefixes or (keys and keys[-1] > prefixes[-1]) else prefixes
            one_more.pop()
        return Listed(keys, prefixes, truncated, max([*keys[-1:], *prefixes[-1:]], default=b""))

    def _range(self, prefix: bytes) -> tuple[int, int]:
        return bisect_left(self._keys, prefix), bisect_left(self._keys, prefix + BEYOND)

    def _state(self, key: bytes) -> int:
        place = bisect_left(self._keys, key)
        return self._there[place] if place < len(self._keys) and self._keys[place] == key else 0

    def _set(self, keys: Iterable[bytes], state: int) -> None:
        for key in keys:
            place = bisect_left(self._keys, key)
            if place < len(self._keys) and self._keys[place] == key:
                self._there[place] = state

    def _find(self, start: int, end: int, *, hidden: bool) -> int:
        """Return the place of the first key that is to be listed, or -1."""
        if not hidden:
            return self._there.find(THERE, start, end)
        found = KNOWN.search(self._there, start, end)
        return found.start() if found else -1

    def _run(self, start: int, end: int, most: int, *, hidden: bool) -> list[bytes]:
        found: list[bytes] = []
        while len(found) < most and (start := self._find(start, end, hidden=hidden)) >= 0:
            stop = min(end, start + most - len(found))
            states = self._there[start:stop]
            found += compress(self._keys[start:stop], states if hidden else states.replace(b"\2", b"\0"))
            start = stop
        return found

    def _level(
        self, start: int, end: int, prefix: bytes, delimiter: bytes, most: int, *, hidden: bool
    ) -> tuple[list[bytes], list[bytes]]:
        keys: list[bytes] = []
        prefixes: list[bytes] = []
        while len(keys) + len(prefixes) < most and (start := self._find(start, end, hidden=hidden)) >= 0:
            key = self._keys[start]
            cut = key.find(delimiter, len(prefix))
            if cut < 0:
                keys.append(key)
                start += 1
            else:
                prefixes.append(key[: cut + len(delimiter)])
                start = bisect_left(self._keys, prefixes[-1] + BEYOND, start)
        return keys, prefixes


def flat(number: int) -> str:
    """All in one folder."""
    return f"object-{number:07}.bin"


def subfolders(number: int) -> str:
    """Dealt out to 400 subfolders."""
    return f"build-{number % SUBFOLDERS:04}/object-{number // SUBFOLDERS:06}.bin"


def deep(number: int) -> str:
    """Ten objects in each folder, ten folders in each folder, five levels deep."""
    digits = f"{number:07}"
    return "/".join((digits[:2], *digits[2:-1], f"object-{digits[-1]}.bin"))


SHAPES = {shape.__name__: shape for shape in (flat, subfolders, deep)}


def keys_of(shape: str, count: int) -> Iterable[str]:
    """Name the ``count`` objects of a folder of that shape, and the siblings beside it."""
    path_of = SHAPES[shape]
    yield from SIBLINGS
    for number in range(count):
        yield FOLDER + path_of(number)
