# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create folder markers, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple, Union

from ..errors import EngineError, RequestFailed
from ..ports import FolderMarkers
from .outcomes import UNANSWERED, Outcome, failed
from .pool import Job, Pool, run_jobs
from .retry import Retrier

SORTED = 1000  # jobs that are in memory, and sorted, at a time

Ensured = Union[int, Outcome, None]
"""The size of a marker that exists, ``None`` if it was created now, or why it was not, or not certainly, created."""


class MarkerJob(NamedTuple):
    """One folder marker to create, unless it exists; ``done`` gets what became of it."""

    key: str
    done: Callable[[Ensured], None]


class MarkerCreator:
    """Create folder markers that do not exist, as many at a time as there are workers.

    A marker is never created while one inside its folder is: SeaweedFS may confirm both, and lose the outer one.
    ``only_new``: refuse to replace a marker that somebody else has created in between. ``allow`` is called before each
    creation, in any thread, and raises an error if there must be no more.
    """

    def __init__(
        self,
        *,
        markers: FolderMarkers,
        retrier: Retrier,
        only_new: bool = False,
        allow: Callable[[], None] = lambda: None,
    ) -> None:
        self._markers = markers
        self._retrier = retrier
        self._only_new = only_new
        self._allow = allow
        self._in_flight: dict[str, MarkerJob] = {}
        self._requested: set[str] = set()  # creations that are not answered yet

    def run(self, pool: Pool, jobs: Iterable[MarkerJob]) -> None:
        """Run jobs; raise the first error that is not about a single marker."""
        run_jobs(pool, self._in_turn(pool, jobs))

    def close(self) -> None:
        """Pass on what is known of the markers that were being created when the run ended; the pool is closed then."""
        for key in sorted(self._requested):
            self._in_flight[key].done(UNANSWERED)

    def _in_turn(self, pool: Pool, jobs: Iterable[MarkerJob]) -> Iterator[Job[Ensured | RequestFailed]]:
        for job in _outer_first(jobs):
            while any(job.key.startswith(key) or key.startswith(job.key) for key in self._in_flight):
                pool.collect()
            self._in_flight[job.key] = job
            yield partial(self._ensure, job.key), partial(self._done, job)

    def _ensure(self, key: str) -> int | RequestFailed | None:
        """Return the size of a marker that exists, ``None`` if it was created now, or the reason why it was not."""
        try:
            size = self._retrier(lambda: self._markers.size(key))
            if size is None:
                self._allow()
                self._requested.add(key)
                self._retrier(lambda: self._markers.create(key, only_new=self._only_new))
        except RequestFailed as exc:
            if exc.code == "PreconditionFailed":  # there is one now; an attempt that was not answered may have made it
                return None if exc.uncertain else 0
            return exc
        except EngineError as exc:
            if not exc.uncertain:
                self._requested.discard(key)
            raise
        return size

    def _done(self, job: MarkerJob, ensured: int | RequestFailed | None) -> None:
        requested = job.key in self._requested
        self._requested.discard(job.key)
        del self._in_flight[job.key]
        if not isinstance(ensured, RequestFailed):
            job.done(ensured)
            return
        job.done(failed(ensured, sent=ensured.uncertain and requested))
        if ensured.store_unavailable:
            raise ensured


def _outer_first(jobs: Iterable[MarkerJob]) -> Iterator[MarkerJob]:
    """Sort the jobs of each chunk by depth, so that few of them wait for the one before."""
    waiting = iter(jobs)
    while chunk := list(islice(waiting, SORTED)):
        yield from sorted(chunk, key=lambda job: job.key.count("/"))
