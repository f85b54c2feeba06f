# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a progress line is written, and what it contains."""

from __future__ import annotations

import time
from inspect import signature
from itertools import pairwise

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.progress import (
    FIRST,
    MOST,
    SAMPLE,
    WINDOW,
    ProgressLines,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Progress

INTERVAL = 3.0


class Task:
    """A task with a clock of its own; ``lines`` were written so far."""

    def __init__(self, *paths: str, interval: float = INTERVAL, redraws: bool = False) -> None:
        self.now = 1000.0
        self.lines: list[str] = []
        self.drawn: list[str] = []
        self.asked = 0
        self._progress = ProgressLines(
            name="spaces_folder",
            paths=paths or ["p/"],
            write=self.lines.append,
            interval=interval,
            redraw=self.drawn.append if redraws else None,
            clock=lambda: self.now,
        )

    def close(self, summary: str) -> None:
        self._progress.close(summary, check_mode=False)

    def update(self, found: Progress | None) -> None:
        """Report progress once, at this moment."""

        def ask() -> Progress | None:
            self.asked += 1
            return found

        self._progress.update(ask)

    def go(self, seconds: float, start: int, end: int, total: int | None = None, doing: str = "removed") -> None:
        """Report progress every quarter of a second, while what is done grows evenly."""
        steps = round(seconds * 4)
        for step in range(1, steps + 1):
            self.now += 0.25
            self.update(Progress(doing=doing, done=start + (end - start) * step // steps, total=total))

    @property
    def last_line(self) -> str:
        """Return what follows the head of the last line."""
        return self.lines[-1].partition(": ")[2]


def long_after(*, done: int, total: int | None, before: int = 0) -> str:
    """Return the last line of a task that had done ``before`` one ``WINDOW`` ago."""
    task = Task()
    task.update(Progress(doing="removed", done=before, total=total))
    task.now += WINDOW
    task.update(Progress(doing="removed", done=done, total=total))
    return task.last_line


def test_a_line_contains_the_amount_the_rate_and_the_time_left() -> None:
    task = Task("builds/42/")
    task.go(8.25, 39_150, 120_000, 431_000)
    assert task.lines[-1] == "spaces_folder builds/42/: 120,000 of 431,000 removed (27 %), 9,800/s, about 32 s left"


def test_without_a_total_no_time_left_is_shown() -> None:
    task = Task()
    task.go(8.25, 39_150, 120_000, doing="counted")
    assert task.last_line == "120,000 counted, 9,800/s"


def test_a_short_task_writes_no_line() -> None:
    task = Task()
    task.go(FIRST - 0.25, 0, 1000)
    assert task.lines == []


def test_a_long_task_writes_its_first_line_after_a_while_and_then_at_intervals() -> None:
    task = Task()
    times = []
    for _call in range(200):
        before = len(task.lines)
        task.go(0.25, 0, 0)
        if len(task.lines) > before:
            times.append(task.now - 1000)
    assert FIRST <= times[0] < FIRST + SAMPLE
    assert {later - sooner for sooner, later in pairwise(times)} == {INTERVAL}


def test_a_long_interval_makes_fewer_lines_with_a_rate_of_now() -> None:
    task = Task(interval=60)
    task.go(FIRST + 0.25, 0, 500_000)
    task.go(50, 500_000, 500_000)
    task.go(12, 500_000, 500_120)
    assert len(task.lines) == 2
    assert task.last_line.endswith("removed, 10/s")


def test_it_looks_no_more_than_once_in_a_while() -> None:
    task = Task()
    for _call in range(1000):
        task.update(Progress(doing="removed", done=0))
    assert task.asked == 1
    task.now += SAMPLE
    task.update(Progress(doing="removed", done=0))
    assert task.asked == 2


def test_an_operation_without_progress_writes_no_line() -> None:
    task = Task()
    task.now += 60
    task.update(None)
    assert task.lines == []
    task.now += SAMPLE
    task.update(Progress(doing="removed", done=1))
    assert task.last_line == "1 removed"


def test_one_sample_gives_no_rate() -> None:
    task = Task()
    task.now += 60
    task.update(Progress(doing="removed", done=10, total=100))
    assert task.last_line == "10 of 100 removed (10 %)"


def test_the_rate_starts_anew_with_other_work() -> None:
    task = Task()
    task.go(20, 0, 200_000, doing="counted")
    assert task.last_line.endswith("counted, 10,000/s")
    task.go(INTERVAL, 0, 0, 200_000)
    assert task.last_line == "0 of 200,000 removed (0 %)"
    task.go(0.25, 0, 0, 200_000)
    assert task.last_line == "0 of 200,000 removed (0 %), 0/s"
    task.now += INTERVAL
    task.update(Progress(doing="looked at", done=7))
    assert task.last_line == "7 looked at"


def test_the_rate_is_that_of_the_last_seconds() -> None:
    task = Task(interval=SAMPLE)
    task.go(60, 0, 60_000, 1_000_000)
    assert ", 1,000/s, " in task.last_line
    task.go(2, 60_000, 60_000, 1_000_000)
    assert ", 880/s, " in task.last_line
    task.go(WINDOW + SAMPLE, 60_000, 60_000, 1_000_000)
    assert task.last_line == "60,000 of 1,000,000 removed (6 %), 0/s"


@pytest.mark.parametrize(
    ("before", "done", "total", "shown"),
    [
        (0, 0, 0, "0 of 0 removed (100 %), 0/s"),
        (0, 0, 5, "0 of 5 removed (0 %), 0/s"),
        (0, 99, 10_000, "99 of 10,000 removed (0 %), 9.9/s"),
        (0, 100, 10_000, "100 of 10,000 removed (1 %), 10/s, about 16 min left"),
        (0, 999_999, 1_000_000, "999,999 of 1,000,000 removed (99 %), 100,000/s, about 1 s left"),
        (0, 1_000_000, 1_000_000, "1,000,000 of 1,000,000 removed (100 %), 100,000/s"),
        (50, 40, 100, "40 of 100 removed (40 %), 0/s"),
    ],
)
def test_the_ends_of_the_scale(before: int, done: int, total: int, shown: str) -> None:
    assert long_after(before=before, done=done, total=total) == shown


@pytest.mark.parametrize(
    ("done", "shown"),
    [
        (0, "0/s"),
        (1, "0.1/s"),
        (43, "4.3/s"),
        (99, "9.9/s"),
        (123, "12/s"),
        (12_345, "1,200/s"),
        (98_760_000, "9,900,000/s"),
    ],
)
def test_a_rate_has_two_digits(done: int, shown: str) -> None:
    assert long_after(done=done, total=None).endswith(f" removed, {shown}")


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (1, "1 s"),
        (99, "99 s"),
        (100, "2 min"),
        (240, "4 min"),
        (99 * 60, "99 min"),
        (100 * 60, "2 h"),
        (36_000_000, "10,000 h"),
    ],
)
def test_the_time_left_has_a_unit_that_fits(left: int, shown: str) -> None:
    assert long_after(before=left, done=left + 10, total=2 * left + 10).endswith(f", 1/s, about {shown} left")


@pytest.mark.parametrize(
    ("paths", "head"),
    [
        (["p/"], "spaces_folder p/: "),
        (["p/", "q/"], "spaces_folder p/ and 1 more: "),
        ([f"{number}/" for number in range(1001)], "spaces_folder 0/ and 1,000 more: "),
        (
            ["a\x1b[2J\n\r\x9b\u202e\u2028\ud800\U000e0001é/"],
            r"spaces_folder a\x1b[2J\n\r\x9b\u202e\u2028\ud800\U000e0001é/: ",
        ),
        (["x" * MOST], f"spaces_folder {'x' * MOST}: "),
        (["a" * 500 + "b" * 500], f"spaces_folder {'a' * 30}…{'b' * 29}: "),
        (["\x1b" * 500], r"spaces_folder \x1b\x1b\x1b\x1b\x1b\x1b\x1b\x…b\x1b\x1b\x1b\x1b\x1b\x1b\x1b: "),
    ],
    ids=["one", "two", "many", "escapes", "fits", "long", "long escapes"],
)
def test_a_line_names_the_first_path_as_a_terminal_can_bear(paths: list[str], head: str) -> None:
    task = Task(*paths)
    task.go(FIRST + SAMPLE, 0, 0)
    assert task.lines[0] == f"{head}0 removed, 0/s"
    assert task.lines[0].isprintable()


def test_a_task_without_paths_has_a_name() -> None:
    lines: list[str] = []
    now = iter([0.0, FIRST])
    progress = ProgressLines(name="spaces_folder", paths=[], write=lines.append, interval=1, clock=lambda: next(now))
    progress.update(lambda: Progress(doing="looked at", done=0, total=0))
    assert lines == ["spaces_folder: 0 of 0 looked at (100 %)"]


def test_it_goes_by_a_clock_that_nobody_sets() -> None:
    assert signature(ProgressLines).parameters["clock"].default is time.monotonic


def test_the_time_left_is_smoothed() -> None:
    task = Task(interval=SAMPLE)
    task.go(20.25, 0, 20_250, 100_000)
    assert task.last_line.endswith("1,000/s, about 80 s left")
    task.go(1, 20_250, 20_250, 100_000)
    assert task.last_line.endswith("900/s, about 80 s left")  # 89 s at this rate
    task.go(WINDOW + 1, 20_250, 20_250, 100_000)
    assert task.last_line.endswith(", 0/s")


def test_a_line_ends_with_what_the_task_waits_for() -> None:
    task = Task(interval=SAMPLE)
    task.go(FIRST + SAMPLE, 0, 6, 6)
    task.now += SAMPLE
    waiting = "attempt 3 of 9 after SlowDown"
    task.update(Progress(doing="removed", done=6, total=6, phase="checking that nothing is left", waiting=waiting))
    assert task.last_line == f"6 of 6 removed (100 %), checking that nothing is left, {waiting}"
    task.now += SAMPLE
    task.update(Progress(doing="removed", done=6, total=6, waiting="waiting for request_rate"))
    assert task.last_line == "6 of 6 removed (100 %), 0.77/s, waiting for request_rate"


def test_a_redrawn_line_is_removed_before_the_last_one() -> None:
    task = Task(interval=SAMPLE, redraws=True)
    task.go(FIRST + 2 * SAMPLE, 0, 14)
    assert task.drawn == ["spaces_folder p/: 10 removed, 2/s", "spaces_folder p/: 12 removed, 2/s"]
    task.close("removed 14 objects")
    assert task.drawn[2:] == [""]
    assert task.lines == ["spaces_folder p/: removed 14 objects, in 7 s"]
    task.go(FIRST, 14, 24)
    assert len(task.drawn) == 3


def test_a_line_that_was_never_drawn_is_not_removed() -> None:
    task = Task(redraws=True)
    task.go(SAMPLE, 0, 12)
    task.close("")
    assert (task.drawn, task.lines) == ([], [])
