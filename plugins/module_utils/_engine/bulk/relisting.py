# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognize items that a store still lists although it confirmed their removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..model.entries import Item

MOST_REMEMBERED = 20_000  # items, at about 90 bytes each


class Relisted(NamedTuple):
    """One page of a later pass: ``fresh`` items are new, ``again`` are listed a second time, ``stuck`` a third time."""

    fresh: Sequence[Item]
    again: Sequence[Item]
    stuck: Sequence[Item]


class Relisting:
    """Compare the items that later passes list with those that were removed before.

    The first ``most`` items of a run are remembered. Any other item counts as fresh when it is listed again.
    """

    def __init__(self, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._passes = 0
        self._removed: set[int] = set()
        self._retried: set[int] = set()

    def begin_pass(self) -> None:
        """Note that a new pass lists the folders from their beginning."""
        self._passes += 1

    def sort(self, items: Sequence[Item]) -> Relisted:
        """Sort the items, and remember them: each of them is about to be removed."""
        if self._passes == 1:
            if len(self._removed) < self._most:
                self._removed.update(map(_mark, items))
            return Relisted(items, [], [])
        fresh, again, stuck = [], [], []
        for item in items:
            mark = _mark(item)
            if mark in self._retried:
                stuck.append(item)
            elif mark in self._removed:
                again.append(item)
                self._retried.add(mark)
            else:
                fresh.append(item)
                if len(self._removed) < self._most:
                    self._removed.add(mark)
        return Relisted(fresh, again, stuck)


def _mark(item: Item) -> int:
    """Return a number that changes when an item is written anew.

    It leaves out whether the version is the latest, because that changes when other versions are removed. It leaves out
    the time of a folder's marker, because a store that keeps directories changes it whenever something in the directory
    is removed.
    """
    if item.key[-1] == "/":
        return hash(item[:2] + item[3:7])
    return hash(item[:7])
