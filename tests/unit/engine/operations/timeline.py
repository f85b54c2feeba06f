# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several jobs at once, by a simulated clock: the same order on every run, and no waiting."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable


class Timeline:
    """Run jobs in threads, one at a time: always the one whose pause ends first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._pauses: list[tuple[float, int, threading.Semaphore]] = []
        self._numbers = itertools.count()
        self._idle = threading.Semaphore(0)

    def pause(self, seconds: float) -> None:
        """Let the others run for so many seconds; to be called by a job."""
        turn = threading.Semaphore(0)
        heapq.heappush(self._pauses, (self.now + seconds, next(self._numbers), turn))
        self._idle.release()
        turn.acquire()

    def run(self, *jobs: Callable[[], None]) -> None:
        """Run the jobs until the last one ends; raise what the first of them raised."""
        errors: list[BaseException] = []

        def live(job: Callable[[], None]) -> None:
            self.pause(0)
            try:
                job()
            except BaseException as exc:  # it belongs to the test, and this thread has no caller
                errors.append(exc)
            finally:
                self._idle.release()

        for job in jobs:
            threading.Thread(target=live, args=(job,), daemon=True).start()
            self._idle.acquire()
        while self._pauses:
            self.now, _number, turn = heapq.heappop(self._pauses)
            turn.release()
            self._idle.acquire()
        if errors:
            raise errors[0]
