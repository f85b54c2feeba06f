# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units a retention rule keeps or removes, by their times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappush, heappushpop
from typing import NamedTuple

from ..errors import EngineError, InvalidOption
from .parts import NOTHING, Part

_AGE = re.compile(r"([1-9][0-9]{0,4})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Unit(NamedTuple):
    """A subfolder or an object, which is kept or removed as a whole.

    ``modified`` is the time of its newest object, ``entries`` how many would be removed with it, ``part`` what it
    holds. Units are ranked by time; if two have the same time, the one with the greater name counts as newer.
    """

    modified: datetime
    name: str
    entries: int = 1
    part: Part = NOTHING


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long units are kept, and how many; at least one of the two is set."""

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
    """Find the units to remove, while they are still being listed, with memory only for the newest ones.

    ``cutoff``: nothing that was written at this time or later is removed. Units that are newer than ``now`` stay, and
    do not count among the newest.
    """

    def __init__(self, *, rule: Rule, now: datetime) -> None:
        self.cutoff = now - rule.older_than if rule.older_than is not None else now
        self._now = now
        self._keep = rule.keep_newest or 0
        self._newest: list[Unit] = []  # a heap: the oldest of the kept units comes first
        self._kept: set[str] = set()  # their names

    def add(self, unit: Unit) -> Unit | None:
        """Add one unit; return the unit, if any, that is no longer one of the newest because of it."""
        if unit.modified > self._now:
            return unit
        self._kept.add(unit.name)
        if len(self._newest) < self._keep:
            heappush(self._newest, unit)
            return None
        leaves = heappushpop(self._newest, unit)
        self._kept.discard(leaves.name)
        return leaves

    @property
    def newest(self) -> Sequence[Unit]:
        """Return the newest units so far, which stay whatever their age is."""
        return self._newest

    def removes(self, unit: Unit) -> bool:
        """Return whether to remove a unit, once all are added; a kept unit stays even if its time has changed."""
        if unit.name in self._kept or unit.modified >= self.cutoff:
            return False
        return not self._keep or (len(self._newest) >= self._keep and unit[:2] < self._newest[0][:2])


def parse_age(option: str, text: str) -> timedelta:
    """Parse an age such as ``14d``, ``36h`` or ``2w``."""
    match = _AGE.fullmatch(text)
    if not match:
        raise InvalidOption(
            option, text, "is not an age", advice="Give a number and one of s, m, h, d and w, such as 14d or 36h."
        )
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
