# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures for each part of a folder: its direct subfolders, or the units of a retention rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from .entries import Entry
from .path import FolderPath

LISTED = 100  # parts of a folder in a report; the others are summed
BOUND = 4096  # parts that all folders of a task keep in memory

Reason = Literal["selected", "newest", "younger", "excluded", "not_included"]
"""Why a retention rule removes a unit (``selected``) or keeps it."""

_size = attrgetter("size")
_modified = attrgetter("modified")
_delete_marker = attrgetter("delete_marker")


class Part(NamedTuple):
    """How much there is in one part of a folder, or in several parts together.

    A tuple, because there may be millions of them, one after another. ``bytes`` counts objects and versions.
    ``newest`` is the store's text, empty if there is none.
    """

    path: str = ""
    objects: int = 0
    versions: int = 0
    delete_markers: int = 0
    bytes: int = 0
    newest: str = ""
    reason: Reason | None = None

    @classmethod
    def of(cls, path: str, entries: Sequence[Entry]) -> Part:
        """Count entries of one kind."""
        size = sum(map(_size, entries))
        newest = max(map(_modified, entries))
        if entries[0].version_id is None:
            return cls(path, len(entries), 0, 0, size, newest)
        markers = sum(map(_delete_marker, entries))
        return cls(path, 0, len(entries) - markers, markers, size, newest)

    @property
    def entries(self) -> int:
        """Everything that it counts."""
        return self.objects + self.versions + self.delete_markers

    def plus(self, other: Part, *, sign: int = 1) -> Part:
        """Return this part with the figures of another one added, or with ``sign=-1``, subtracted.

        The time of what was subtracted stays the newest, because the next one is not known.
        """
        return Part(
            self.path,
            self.objects + sign * other.objects,
            self.versions + sign * other.versions,
            self.delete_markers + sign * other.delete_markers,
            self.bytes + sign * other.bytes,
            max(self.newest, other.newest),
            self.reason,
        )


NOTHING = Part()


@dataclass(frozen=True)
class Parts:
    """The largest parts of a folder, at most ``LISTED``; ``others`` is the sum of ``others_total`` more parts."""

    listed: tuple[Part, ...] = ()
    others: Part = NOTHING
    others_total: int = 0

    def first(self, most: int) -> Parts:
        """Return at most that many of them, and the sum of all others."""
        return summed(self.listed[:most], self.listed[most:], self.others, self.others_total)


NO_PARTS = Parts()


class PartCounter:
    """Count the parts of a folder, with memory for at most ``bound`` of them.

    Beyond that, the smallest are summed. The sums stay exact. But a part that grows after it was summed is counted
    as another one, so its own figures may be too low, and the number of parts too high.
    """

    def __init__(self, *, bound: int = BOUND) -> None:
        self._bound = max(2 * LISTED, bound)
        self._parts: dict[str, Part] = {}
        self._others = NOTHING
        self._others_total = 0

    def add(self, parts: Iterable[Part]) -> None:
        """Add figures of parts."""
        for part in parts:
            known = self._parts.get(part.path)
            self._parts[part.path] = part if known is None else known.plus(part)
            if len(self._parts) > self._bound:
                self._sum_up()

    def subtract(self, parts: Iterable[Part]) -> None:
        """Subtract figures that were added before."""
        for part in parts:
            known = self._parts.pop(part.path, None)
            if known and known.entries >= part.entries and known.bytes >= part.bytes:
                self._parts[part.path] = known.plus(part, sign=-1)
            else:  # some of it was summed with others
                self._others = self._others.plus(known or NOTHING).plus(part, sign=-1)

    def parts(self) -> Parts:
        """Return the parts that are not empty, the largest first."""
        ranked = sorted(filter(_is_not_empty, self._parts.values()), key=_rank)
        return summed(ranked[:LISTED], ranked[LISTED:], self._others, self._others_total)

    def _sum_up(self) -> None:
        ranked = sorted(self._parts.values(), key=_rank)
        keep = max(LISTED, self._bound // 4)
        rest = summed((), ranked[keep:], self._others, self._others_total)
        self._others, self._others_total = rest.others, rest.others_total
        self._parts = {part.path: part for part in ranked[:keep]}


def by_subfolder(entries: Sequence[Entry], *, folder: FolderPath) -> Iterator[Part]:
    """Yield the direct subfolders that entries of one kind are in; those directly in the folder are in the folder.

    The entries are in the order of a listing, so all entries between two of one subfolder are in it too.
    """
    start = len(folder.prefix)

    def subfolder(entry: Entry) -> str:
        return entry.key[: entry.key.find("/", start) + 1] or folder.path

    first = subfolder(entries[0])
    if first != folder.path and entries[-1].key.startswith(first):
        yield Part.of(first, entries)
        return
    for path, run in groupby(entries, key=subfolder):
        yield Part.of(path, list(run))


def _rank(part: Part) -> tuple[int, int, str]:
    return -part.bytes, -part.entries, part.path


def _is_not_empty(part: Part) -> bool:
    return part.entries > 0


def summed(listed: Sequence[Part], rest: Sequence[Part], others: Part, others_total: int) -> Parts:
    """List some parts, and add the ``rest`` to the sum of others."""
    if rest:
        _paths, objects, versions, delete_markers, sizes, newest, _reasons = zip(*rest, strict=True)
        others = others.plus(Part("", sum(objects), sum(versions), sum(delete_markers), sum(sizes), newest=max(newest)))
    return Parts(tuple(listed), others, others_total + len(rest))
