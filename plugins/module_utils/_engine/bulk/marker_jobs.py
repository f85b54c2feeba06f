# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create folder markers, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from .pool import Job, Pool, run_jobs

SORTED = 1000  # jobs that are in memory, and sorted, at a time


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

    def in_turn() -> Iterator[Job[Any]]:
        for job in _outer_first(jobs):
            while any(job.key.startswith(key) or key.startswith(job.key) for key in in_flight):
                pool.collect()
            in_flight.add(job.key)
            yield job.work, partial(done, job)

    run_jobs(pool, in_turn())


def _outer_first(jobs: Iterable[MarkerJob]) -> Iterator[MarkerJob]:
    """Sort the jobs of each chunk by depth, so that few of them wait for the one before."""
    waiting = iter(jobs)
    while chunk := list(islice(waiting, SORTED)):
        yield from sorted(chunk, key=lambda job: job.key.count("/"))
