# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the units of a folder, and the units to remove, while its listing is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Literal

from ..errors import ProtocolError
from ..model.entries import Entry
from ..model.globs import Globs, matches
from ..model.parts import BOUND, NOTHING, Part, PartCounter, Reason
from ..model.retention import Ranking, Rule, Unit
from ..model.times import moment

Kind = Literal["subfolders", "objects"]


class UnitSelection:
    """Find the units of one folder, and the units to remove, while the listing is read.

    ``clock`` gives the store's time when listing began. ``inside``: prefixes of other folders, whose keys do not belong
    to this one. With versions, a unit's age is that of its current objects; if it has none, that of its newest version
    or delete marker. ``bound``: how many units that are kept, and that are removed, are counted before the smallest are
    summed.
    """

    satisfied = False

    def __init__(
        self,
        *,
        prefix: str,
        inside: tuple[str, ...],
        kind: Kind,
        globs: Globs,
        rule: Rule,
        clock: Callable[[], datetime],
        bound: int = BOUND,
    ) -> None:
        self.found = False  # whether there was any entry, even one that belongs to no unit
        self.units = 0
        self.subfolders: list[str] = []  # subfolders to remove
        self.leaving = 0  # the number of units to remove
        self.entries = 0  # the number of their entries to remove
        self.removed = PartCounter(bound=bound)
        self.kept = PartCounter(bound=bound)  # without those of the ranking, until :meth:`end`
        self._prefix = prefix
        self._inside = inside
        self._kind: Kind = kind
        self._globs = globs
        self._rule = rule
        self._clock = clock
        self._ranking: Ranking | None = None
        self._ages: dict[tuple[str, datetime], datetime] = {}  # of objects whose first version does not give it
        self._name = ""
        self._first: datetime | None = None
        self._current: datetime | None = None
        self._any: datetime | None = None
        self._size = 0
        self._part = NOTHING
        self._any_unit = False
        self._unmatched = (*globs.include, *globs.exclude)

    @property
    def unmatched_globs(self) -> tuple[str, ...]:
        """Return the globs that match no unit, if there is any unit."""
        return self._unmatched if self._any_unit else ()

    @property
    def ranking(self) -> Ranking:
        """The ranking; its cutoff is based on the store's time at the first page, or a little earlier."""
        if self._ranking is None:
            self._ranking = Ranking(rule=self._rule, now=self._clock())
        return self._ranking

    def name_of(self, key: str) -> str | None:
        """Return the name of the unit that a key belongs to, if any: its subfolder, or the key below the folder."""
        if key.startswith(self._inside):
            return None
        below = key[len(self._prefix) :]
        if self._kind == "objects":
            return below or None
        name, slash, _rest = below.partition("/")
        return name if slash else None

    def count(self, items: Sequence[Entry]) -> None:
        """Receive entries in key order."""
        self.found = self.found or bool(items)
        for name, run in groupby(items, key=lambda entry: self.name_of(entry.key)):
            if name is None:
                continue
            if name != self._name:
                self._close()
                self._name = name
            entries = list(run)
            self._part = self._part.plus(Part.of("", entries))
            for entry in entries:
                modified = modified_at(entry)
                self._size += modified < self.ranking.cutoff
                self._first = self._first or modified
                self._any = max(self._any or modified, modified)
                if entry.version_id is None or (entry.latest and not entry.delete_marker):
                    self._current = max(self._current or modified, modified)

    def end(self) -> None:
        """Note that the listing has ended."""
        self._close()
        for unit in self._ranking.newest if self._ranking else ():
            self.kept.add([_because("newest", unit)])

    def _close(self) -> None:
        """Rank the unit that has been read completely."""
        name, first, modified, size, part = self._name, self._first, self._current or self._any, self._size, self._part
        self._name, self._first, self._current, self._any, self._size = "", None, None, None, 0
        self._part = NOTHING
        if not modified:
            return
        path = f"{self._prefix}{name}{'/' if self._kind == 'subfolders' else ''}"
        unit = Unit(modified, name, size, Part(path, *part[1:5], modified.isoformat()))
        self._any_unit = True
        if self._unmatched:
            self._unmatched = tuple(glob for glob in self._unmatched if not matches(glob, name))
        omitted = self._globs.omits(name)
        if omitted:
            self.kept.add([_because(omitted, unit)])
            return
        if self._kind == "objects" and first and modified != first:
            self._ages[name, first] = modified
        self.units += 1
        leaves = self.ranking.add(unit)
        if leaves and leaves.modified >= self.ranking.cutoff:
            self.kept.add([_because("younger", leaves)])
        elif leaves:
            self.leaving += 1
            self.entries += leaves.entries
            self.removed.add([_because("selected", leaves)])
            if self._kind == "subfolders":
                self.subfolders.append(leaves.name)

    def accept_in_subfolder(self, entry: Entry) -> bool:
        """Return whether an entry of a removed subfolder belongs to this folder and is older than the cutoff."""
        return not entry.key.startswith(self._inside) and modified_at(entry) < self.ranking.cutoff

    def accept_object(self) -> Callable[[Entry], bool]:
        """Return a filter for one walk over the folder; it decides about all versions of a key at the first one.

        If that version does not give the age, the survey has noted it.
        """
        key, goes = "", False

        def accept(entry: Entry) -> bool:
            nonlocal key, goes
            name = self.name_of(entry.key)
            if name is None:
                return False
            if entry.key != key:
                key = entry.key
                first = modified_at(entry)
                modified = self._ages.get((name, first), first)
                goes = self._globs.choose(name) and self.ranking.removes(Unit(modified, name))
            return goes and modified_at(entry) < self.ranking.cutoff

        return accept


def _because(reason: Reason, unit: Unit) -> Part:
    """Return what a unit holds, with the reason why it stays or goes."""
    return Part(*unit.part[:-1], reason)


def modified_at(entry: Entry) -> datetime:
    """Return an entry's time of modification; raise an error if it has none, because its age is then unknown."""
    try:
        return moment(entry.modified)
    except ValueError as exc:
        raise ProtocolError(
            f"The store's listing gives {entry.modified!r} as the time of {entry.key!r}.",
            advice="Without a known time, nothing is removed.",
        ) from exc
