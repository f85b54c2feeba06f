# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units a retention rule keeps or removes: pure functions of names and times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from heapq import heappush, heappushpop
from typing import Literal, NamedTuple

from ..errors import EngineError, InvalidOption
from .path import CONTROL

_AGE = re.compile(r"([1-9][0-9]{0,4})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Unit(NamedTuple):
    """A subfolder or an object, which stays or goes as a whole.

    ``modified`` is the time of its newest object, ``entries`` how many it holds. Units rank by time, and of those with
    the same time the greater name counts as newer.
    """

    modified: datetime
    name: str
    entries: int = 1


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long, and how many; at least one of the two is set."""

    older_than: timedelta | None
    keep_newest: int | None

    def __post_init__(self) -> None:
        """Refuse a rule that would keep nothing."""
        if self.older_than is None and not self.keep_newest:
            raise EngineError(
                "Neither older_than nor keep_newest is set, so nothing would be kept.",
                advice="Set one of them; often a variable was not set.",
            )


class Ranking:
    """Tell the units that go, while they are still being found, with memory for the newest alone.

    ``cutoff``: nothing goes that was written then or later.
    """

    def __init__(self, *, rule: Rule, now: datetime) -> None:
        self.cutoff = now - rule.older_than if rule.older_than is not None else now
        self._keep = rule.keep_newest or 0
        self._newest: list[Unit] = []  # a heap: the oldest of those that are kept comes first
        self._kept: set[str] = set()  # the names of those

    def add(self, unit: Unit) -> Unit | None:
        """Take one unit; return the one, if any, that goes because of it."""
        self._kept.add(unit.name)
        if len(self._newest) < self._keep:
            heappush(self._newest, unit)
            return None
        leaves = heappushpop(self._newest, unit)
        self._kept.discard(leaves.name)
        return leaves if leaves.modified < self.cutoff else None

    def outlived(self, unit: Unit) -> bool:
        """Tell whether a unit goes, once all have been taken; one that was kept stays, whatever its time is now."""
        if unit.name in self._kept or unit.modified >= self.cutoff:
            return False
        return not self._keep or (len(self._newest) >= self._keep and unit[:2] < self._newest[0][:2])


def outlived(units: Iterable[Unit], *, rule: Rule, now: datetime) -> set[str]:
    """Name the units that go: older than the rule says, and not among the newest that it keeps."""
    ranking = Ranking(rule=rule, now=now)
    gone = (ranking.add(unit) for unit in units)
    return {unit.name for unit in gone if unit}


@dataclass(frozen=True, kw_only=True)
class Globs:
    """Choose names: those that an ``include`` matches, or all without one, less those that an ``exclude`` matches."""

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def choose(self, name: str) -> bool:
        """Tell whether a name is chosen."""
        if self.include and not any(matches(glob, name) for glob in self.include):
            return False
        return not any(matches(glob, name) for glob in self.exclude)


def matches(glob: str, name: str) -> bool:
    """Tell whether a glob matches a name, segment by segment.

    ``*``, ``?`` and ``[…]`` are :mod:`fnmatch`'s and stay within a segment. The segment ``**`` is any number of
    segments, even none; at the end, at least one.
    """
    globs, names = _segments(glob), name.split("/")
    at = position = 0  # in globs, in names
    retry_at, retry_position = -1, 0  # behind the last ``**``, and where its match ends so far
    # Only the last ``**`` is ever made longer. Whatever an earlier one could take instead, the last one can take too,
    # so the steps grow with the product of both lengths at most.
    while position < len(names):
        if at < len(globs) and globs[at] == "**":
            at += 1
            retry_at, retry_position = at, position
        elif at < len(globs) and fnmatchcase(names[position], globs[at]):
            at += 1
            position += 1
        elif retry_at >= 0:
            retry_position += 1
            at, position = retry_at, retry_position
        else:
            return False
    return all(segment == "**" for segment in globs[at:])


def parse_globs(option: str, value: object, *, unit: Literal["subfolders", "objects"]) -> tuple[str, ...]:
    """Check a list of globs on the names of units; raise :class:`InvalidOption` for one that cannot match any."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise InvalidOption(option, value, "is not a list", advice="Give a YAML list, such as ['release-*', 'v1'].")
    if option == "include" and not value:
        raise InvalidOption(
            option,
            value,
            "is empty, so it chooses nothing",
            advice="Skip the task with when, or leave include out to choose everything.",
        )
    return tuple(_glob(f"{option}[{index}]", glob, unit) for index, glob in enumerate(value))


def _glob(option: str, glob: object, unit: Literal["subfolders", "objects"]) -> str:
    if isinstance(glob, (bool, int, float)):
        raise InvalidOption(
            option, glob, "is a number or a boolean, not a string", advice="Quote it, because YAML turns 1.10 into 1.1."
        )
    if isinstance(glob, (list, tuple)):
        raise InvalidOption(
            option, glob, "is a list in a list", advice="Give a variable that holds a list without brackets around it."
        )
    if not isinstance(glob, str):
        raise InvalidOption(option, glob, "is not a string", advice="Give a glob, such as 'release-*'.")
    if not glob.strip():
        raise InvalidOption(
            option, glob, "is empty or blank", advice="Give a glob, or remove it; often a variable was not set."
        )
    control = CONTROL.search(glob)
    if control:
        raise InvalidOption(
            option,
            glob,
            f"has the control character {control[0]!r}",
            advice="Often it is a line break at the end: use the trim filter. Write '?' where a name really has one.",
        )
    plain = re.sub("/+", "/", glob).strip("/")
    if glob != plain:
        raise InvalidOption(
            option,
            glob,
            "starts or ends with '/', or has an empty segment",
            advice=f"A glob matches the name of a unit, which has no slash around it: write {plain or '*'!r}.",
        )
    if unit == "subfolders" and sum(segment != "**" for segment in _segments(glob)) > 1:
        raise InvalidOption(
            option,
            glob,
            "can match no subfolder, because the name of a direct subfolder has no '/'",
            advice="Write the name alone, without the folders above or below it, or set unit to objects.",
        )
    return glob


def _segments(glob: str) -> list[str]:
    """Split a glob; a ``**`` at the end becomes one that takes at least one segment."""
    segments = glob.split("/")
    return [*segments, "*"] if segments[-1] == "**" else segments


def parse_age(option: str, text: str) -> timedelta:
    """Parse ``14d``, ``36h``, ``2w`` and their kind."""
    match = _AGE.fullmatch(text)
    if not match:
        raise InvalidOption(
            option, text, "is not an age", advice="Give a number and one of s, m, h, d and w, such as 14d or 36h."
        )
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
