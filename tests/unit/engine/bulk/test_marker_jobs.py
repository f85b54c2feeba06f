# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order folder markers are created, and which at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk import marker_jobs
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.marker_jobs import MarkerJob, run_marker_jobs


class OldestFirst:
    """A pool that finishes the oldest job when it collects, and notes when jobs begin and end."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.log: list[str] = []
        self._jobs: deque[tuple[str, Callable[[Any], None]]] = deque()

    @property
    def in_flight(self) -> int:
        return len(self._jobs)

    def submit(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        key = job()
        self._jobs.append((key, done))
        self.log.append(f"+{key}")

    def collect(self) -> None:
        key, done = self._jobs.popleft()
        self.log.append(f"-{key}")
        done(key)


def log_of(*keys: str, workers: int = 8) -> str:
    """Create markers; return when each began and ended."""
    created: list[str] = []
    pool: Any = OldestFirst(workers)
    run_marker_jobs(pool, [MarkerJob(key, lambda key=key: key, created.append) for key in keys])
    assert sorted(created) == sorted(keys)
    return " ".join(pool.log)


def test_an_outer_folder_is_created_before_those_inside_it() -> None:
    assert log_of("a/b/", "a/") == log_of("a/", "a/b/") == "+a/ -a/ +a/b/ -a/b/"


def test_all_others_are_created_at_the_same_time() -> None:
    assert log_of("a/", "a-b/", "b/") == "+a/ +a-b/ +b/ -a/ -a-b/ -b/"
    assert log_of("a/b/", "a/c/", "a/", "b/") == "+a/ +b/ -a/ +a/b/ +a/c/ -b/ -a/b/ -a/c/"


def test_no_more_are_created_at_the_same_time_than_there_are_workers() -> None:
    assert log_of("a/", "b/", "c/", workers=2) == "+a/ +b/ -a/ +c/ -b/ -c/"


def test_an_inner_folder_that_is_being_created_already_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marker_jobs, "SORTED", 1)
    assert log_of("a/b/", "a/") == "+a/b/ -a/b/ +a/ -a/"
