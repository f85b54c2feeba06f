# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that report the progress of a long task."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence

from .._engine.model.report import Progress
from .printable import printable

FIRST = 5.0  # seconds: a task that ends earlier writes no line
SAMPLE = 1.0  # seconds between two samples of what was done
WINDOW = 10.0  # seconds over which the current rate is measured
MOST = 60  # characters of a path


class ProgressLines:
    """Write at intervals how much of a task is done, and how long the rest may take.

    Each line begins with ``name`` and ``paths``. ``interval``: seconds between two lines. ``redraw``, if there is one,
    gets these lines instead of ``write``: it replaces the last one, or removes it if the new one is empty.
    """

    def __init__(
        self,
        *,
        name: str,
        paths: Sequence[str],
        write: Callable[[str], None],
        interval: float,
        redraw: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._head = " ".join([name, *_where(paths)])
        self._write = write
        self._interval = interval
        self._redraw = redraw
        self._drawn = self._closed = False
        self._clock = clock
        self._began = self._next_sample = clock()
        self._next_line = self._next_sample + FIRST
        self._doing = ""
        self._samples: deque[tuple[float, int]] = deque()  # the time, and how much was done by then
        self._left: float | None = None  # seconds, smoothed

    def update(self, progress: Callable[[], Progress | None]) -> None:
        """Write a line if one is due; call this often."""
        now = self._clock()
        if now < self._next_sample:
            return
        self._next_sample = now + SAMPLE
        found = progress()
        if found is None or self._closed:
            return
        self._note(now, found)
        if now >= self._next_line:
            self._next_line = now + self._interval
            line = f"{self._head}: {_line(found, rate=self._rate(), left=self._left)}"
            if self._redraw:
                self._drawn = True
                self._redraw(line)
            else:
                self._write(line)

    def close(self, summary: str, *, check_mode: bool) -> None:
        """Remove the line that was redrawn, and write what was changed, if anything was; nothing is written later."""
        self._closed = True
        if self._redraw and self._drawn:
            self._redraw("")
        if summary:
            would = "would have " if check_mode else ""
            self._write(f"{self._head}: {would}{summary}, in {_duration(self._clock() - self._began)}")

    def _note(self, now: float, found: Progress) -> None:
        if found.doing != self._doing:
            self._doing = found.doing
            self._samples.clear()
            self._left = None
        self._samples.append((now, found.done))
        while len(self._samples) > 2 and self._samples[1][0] <= now - WINDOW:
            self._samples.popleft()
        self._left = self._estimate(found)

    def _estimate(self, found: Progress) -> float | None:
        """Return how many seconds are left; a new estimate weighs as much as its part of the window.

        Before 1 % is done there is none: a store that takes seconds for its first batches would seem to need an hour.
        """
        rate = self._rate()
        if not rate or found.total is None or found.done >= found.total or 100 * found.done < found.total:
            return None
        new = (found.total - found.done) / rate
        if self._left is None:
            return new
        now = self._samples[-1][0]
        elapsed = now - self._samples[-2][0]
        old = max(0.0, self._left - elapsed)
        return old + (new - old) * elapsed / (now - self._samples[0][0])

    def _rate(self) -> float | None:
        """Return the rate per second; ``None`` before there are two samples."""
        (before, less), (now, more) = self._samples[0], self._samples[-1]
        return max(0.0, (more - less) / (now - before)) if now > before else None


def _line(found: Progress, *, rate: float | None, left: float | None) -> str:
    done, total = found.done, found.total
    if total is None:
        parts = [f"{done:,} {found.doing}"]
    else:
        percent = 100 * done // total if total else 100
        parts = [f"{done:,} of {total:,} {found.doing} ({percent} %)"]
    if rate is not None and not found.phase:
        parts.append(f"{_two_digits(rate)}/s")
    if left is not None:
        parts.append(f"about {_duration(left)} left")
    return ", ".join([*parts, *filter(None, (found.phase, found.waiting))])


def _two_digits(rate: float) -> str:
    """Write a rate with two digits, because it is not known more precisely."""
    rounded = float(f"{rate:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def _duration(seconds: float) -> str:
    seconds = math.ceil(seconds)
    if seconds < 100:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{round(minutes / 60):,} h"


def _where(paths: Sequence[str]) -> list[str]:
    """Name the first path, and count the others."""
    if not paths:
        return []
    first = printable(paths[0])
    if len(first) > MOST:  # its beginning and end identify it better than its middle
        first = f"{first[: MOST // 2]}…{first[1 - MOST // 2 :]}"
    return [first, f"and {len(paths) - 1:,} more"] if len(paths) > 1 else [first]
