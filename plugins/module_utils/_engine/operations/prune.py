# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``prune``: remove the units that a retention rule does not keep, and nothing that was written since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from ..bulk.deletion import Remover
from ..bulk.listing import Scan, Walk
from ..bulk.pipeline import FolderCounter, Pipeline
from ..bulk.pool import Pool
from ..bulk.retry import Retrier
from ..errors import EngineError, LimitExceeded, ProtocolError
from ..model.covering import covers, inside
from ..model.entries import Entry, Page
from ..model.path import FolderPath
from ..model.report import Progress, Report
from ..model.retention import Globs, Ranking, Rule, Unit, matches
from ..model.times import moment
from ..ports import Lister
from .removal_job import VERSIONS_STAY, old_versions_stay, progress_of, sweep

Kind = Literal["subfolders", "objects"]


class UnitSelection:
    """Find the units of one folder, and those of them that go, as the listing comes by.

    ``clock`` gives the store's time when listing began. ``inside``: prefixes of other folders, whose keys are no part
    of this one. With versions, a unit's current objects tell its age; a unit without any has that of its newest version
    or delete marker.
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
    ) -> None:
        self.units = 0
        self.subfolders: list[str] = []  # those that go
        self.leaving = 0  # units that go
        self.entries = 0  # of theirs that go
        self._prefix = prefix
        self._inside = inside
        self._kind: Kind = kind
        self._globs = globs
        self._rule = rule
        self._clock = clock
        self._ranking: Ranking | None = None
        self._ages: dict[tuple[str, datetime], datetime] = {}  # of objects, where their first version does not tell it
        self._name = ""
        self._first: datetime | None = None
        self._current: datetime | None = None
        self._any: datetime | None = None
        self._size = 0
        self._any_unit = False
        self._unmatched = (*globs.include, *globs.exclude)

    @property
    def unmatched_globs(self) -> tuple[str, ...]:
        """Return the globs that match no unit, if there is any unit."""
        return self._unmatched if self._any_unit else ()

    @property
    def ranking(self) -> Ranking:
        """The ranking, whose cutoff goes by the store's time when its first page came, or a little before."""
        if self._ranking is None:
            self._ranking = Ranking(rule=self._rule, now=self._clock())
        return self._ranking

    def name_of(self, key: str) -> str | None:
        """Name the unit that a key belongs to, if to any: its subfolder or itself, below the folder."""
        if key.startswith(self._inside):
            return None
        below = key[len(self._prefix) :]
        if self._kind == "objects":
            return below or None
        name, slash, _rest = below.partition("/")
        return name if slash else None

    def count(self, items: Sequence[Entry]) -> None:
        """Take entries in key order."""
        for entry in items:
            name = self.name_of(entry.key)
            if name is None:
                continue
            if name != self._name:
                self.close()
                self._name = name
            modified = modified_at(entry)
            self._size += modified < self.ranking.cutoff
            self._first = self._first or modified
            self._any = max(self._any or modified, modified)
            if entry.version_id is None or (entry.latest and not entry.delete_marker):
                self._current = max(self._current or modified, modified)

    def close(self) -> None:
        """Rank the unit that has been read to its end."""
        name, first, modified, size = self._name, self._first, self._current or self._any, self._size
        self._name, self._first, self._current, self._any, self._size = "", None, None, None, 0
        if not modified:
            return
        self._any_unit = True
        if self._unmatched:
            self._unmatched = tuple(glob for glob in self._unmatched if not matches(glob, name))
        if not self._globs.choose(name):
            return
        if self._kind == "objects" and first and modified != first:
            self._ages[name, first] = modified
        self.units += 1
        leaves = self.ranking.add(Unit(modified, name, size))
        if leaves:
            self.leaving += 1
            self.entries += leaves.entries
            if self._kind == "subfolders":
                self.subfolders.append(leaves.name)

    def accept_in_subfolder(self, entry: Entry) -> bool:
        """Tell whether an entry of a subfolder that goes may go: it is of this folder, and did not arrive meanwhile."""
        return not entry.key.startswith(self._inside) and modified_at(entry) < self.ranking.cutoff

    def accept_object(self) -> Callable[[Entry], bool]:
        """Return a filter for one walk over the folder, which decides at a key's first version for all of them.

        Where that version does not tell the age, the census has noted it.
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
                goes = self._globs.choose(name) and self.ranking.outlived(Unit(modified, name))
            return goes and modified_at(entry) < self.ranking.cutoff

        return accept


class Prune:
    """Remove the units of some folders that have outlived a rule; the folders' own markers always stay.

    A folder that is listed twice is done once. What is in a listed folder inside another one is that folder's alone.

    ``max_objects``: fail before the first removal if more entries would go.
    """

    def __init__(
        self,
        *,
        folders: Sequence[FolderPath],
        lister: Lister,
        remover: Remover,
        retrier: Retrier,
        pool: Pool,
        kind: Kind,
        rule: Rule,
        globs: Globs,
        versions: bool = False,
        max_objects: int | None = None,
        sample_size: int = 20,
    ) -> None:
        self._lister = lister
        self._remover = remover
        self._retrier = retrier
        self._pool = pool
        self._kind: Kind = kind
        self._rule = rule
        self._fetch: Callable[[str, Any], Page[Entry]] = lister.list_versions if versions else lister.list_objects
        self._max_objects = max_objects
        self._versions_stay = False
        self._complete = False
        self._walk: Walk[UnitSelection] = Walk(pool=pool, retrier=retrier)
        self._leaving: int | None = None  # entries, once the census is complete
        self._pipeline = Pipeline(pool=pool, retrier=retrier, remover=remover, allowance=max_objects)
        self._counters: list[FolderCounter] = []
        self._folders: list[tuple[FolderPath, FolderCounter, UnitSelection]] = []
        for folder, cover in zip(folders, covers(folders, nested=False), strict=True):
            counter = FolderCounter(path=folder.path, sample_size=sample_size, covered_by=cover)
            self._counters.append(counter)
            if cover is None:
                inner = inside(folder, folders)
                selection = UnitSelection(
                    prefix=folder.prefix, inside=inner, kind=kind, globs=globs, rule=rule, clock=self._clock
                )
                self._folders.append((folder, counter, selection))

    def run(self) -> None:
        """Do it; raise what keeps it from being done, with what was done in :meth:`report`."""
        counters = [counter for _folder, counter, _census in self._folders]
        try:
            with self._pool:
                self._survey()
                self._guard()
                sweep(self._pipeline, counters=counters, scans_of=self._scans, lasting=self._remover.lasting)
                self._complete = True
                self._versions_stay = old_versions_stay(
                    counters=counters, lister=self._lister, retrier=self._retrier, pool=self._pool
                )
        finally:
            self._pipeline.close()

    def progress(self) -> Progress:
        """Tell how far it has come; called in the coordinator's thread."""
        if self._leaving is None:
            return Progress(doing="looked at", done=self._walk.seen)
        counters = [counter for _folder, counter, _census in self._folders]
        return progress_of(counters, counted=self._leaving, lasting=self._remover.lasting)

    def report(self) -> Report:
        """Tell what was done so far; ``kept`` counts the units that the filters chose and that stay."""
        kept = {counter: selection.units - selection.leaving for _folder, counter, selection in self._folders}
        return Report(
            folders=tuple(replace(counter.report(), kept=kept.get(counter, 0)) for counter in self._counters),
            warnings=tuple(self._warnings()),
            complete=self._complete,
        )

    def _warnings(self) -> Iterator[str]:
        for folder, _counter, selection in self._folders:
            for glob in selection.unmatched_globs:
                yield (
                    f"The glob {glob!r} matches nothing in {folder.path!r}. A glob matches the part of a key below the "
                    "folder, without a slash at the end."
                )
        if self._versions_stay:
            yield VERSIONS_STAY

    def _survey(self) -> None:
        self._walk.run(
            [
                Scan(prefix=folder.prefix, fetch=self._fetch, consumer=selection)
                for folder, _counter, selection in self._folders
            ]
        )
        for _folder, _counter, selection in self._folders:
            selection.close()

    def _guard(self) -> None:
        self._leaving = leaving = sum(selection.entries for _folder, _counter, selection in self._folders)
        if self._max_objects is not None and leaving > self._max_objects:
            raise LimitExceeded(
                f"max_objects allows {self._max_objects} to be removed, and {leaving:,} would be: nothing was removed.",
                advice="Look whether path and filters are those you mean; if they are, raise max_objects.",
            )

    def _scans(self, wanted: FolderCounter) -> Iterator[Scan[Any, FolderCounter]]:
        """Walk the subfolders that go one by one, and objects in one walk over the folder."""
        for folder, counter, selection in self._folders:
            if counter is not wanted or not selection.leaving:
                continue
            if self._kind == "objects":
                yield Scan(prefix=folder.prefix, fetch=self._fetch, consumer=counter, accept=selection.accept_object())
                continue
            for name in selection.subfolders:
                prefix = f"{folder.prefix}{name}/"
                yield Scan(prefix=prefix, fetch=self._fetch, consumer=counter, accept=selection.accept_in_subfolder)

    def _clock(self) -> datetime:
        """Ask the store's clock, for this machine's may be wrong."""
        now = self._lister.now()
        if now is None:
            raise EngineError(
                "The store's replies carry no date that can be read, so nothing can be told of ages.",
                advice="Look whether a proxy before the store takes the Date header away, or changes it.",
            )
        return now


def modified_at(entry: Entry) -> datetime:
    """Return an entry's time of modification; without one nothing can be decided."""
    try:
        return moment(entry.modified)
    except ValueError as exc:
        raise ProtocolError(
            f"The store's listing gives {entry.modified!r} as the time of {entry.key!r}.",
            advice="Nothing is removed on such a basis.",
        ) from exc
