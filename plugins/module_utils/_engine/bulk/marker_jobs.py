# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creations of folder markers, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from .pool import Pool, run_jobs

SORTED = 1000  # jobs in memory at a time


class MarkerJob(NamedTuple):
    """The creation of one folder marker: ``work`` does it in any thread, ``done`` takes what that returned."""

    key: str
    work: Callable[[], Any]
    done: Callable[[Any], None]


def run_marker_jobs(pool: Pool, jobs: Iterable[MarkerJob]) -> None:
    """Run jobs, as many at a time as there are workers; raise the first error.

    A marker is never created while one inside its folder is: SeaweedFS may confirm both, and lose the outer one.
    """
    in_flight: set[str] = set()

    def done(job: MarkerJob, outcome: Any) -> None:
        in_flight.discard(job.key)
        job.done(outcome)

    def in_turn() -> Iterator[tuple[Callable[[], Any], Callable[[Any], None]]]:
        for job in _outer_first(jobs):
            while any(job.key.startswith(key) or key.startswith(job.key) for key in in_flight):
                pool.collect()
            in_flight.add(job.key)
            yield job.work, partial(done, job)

    run_jobs(pool, in_turn())


def _outer_first(jobs: Iterable[MarkerJob]) -> Iterator[MarkerJob]:
    """Sort so many jobs at a time by depth, so that a job seldom waits for the one before it."""
    waiting = iter(jobs)
    while chunk := list(islice(waiting, SORTED)):
        yield from sorted(chunk, key=lambda job: job.key.count("/"))
