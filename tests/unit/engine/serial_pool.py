# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pool without threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class SerialPool:
    """Run each job at once, in the caller's thread: the same order on every run."""

    workers = 1

    def __init__(self) -> None:
        self.in_flight = 0
        self._collect: Callable[[], None] | None = None

    def submit(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        self.in_flight = 1
        self._collect = lambda: done(job())

    def collect(self) -> None:
        collect, self._collect = self._collect, None
        self.in_flight = 0
        if collect:
            collect()

    def __enter__(self) -> SerialPool:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is in flight: a job that has not been collected was never started."""
