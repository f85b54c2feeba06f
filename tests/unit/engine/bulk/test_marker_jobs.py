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
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.marker_jobs import MarkerCreator, MarkerJob
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import Workbench


class OldestFirst:
    """A pool that finishes the oldest job when it collects, and notes when jobs begin and end."""

    def __init__(self, store: MemoryStore, workers: int) -> None:
        self.workers = workers
        self._store = store
        self.log: list[str] = []
        self._jobs: deque[tuple[str, Any, Callable[[Any], None]]] = deque()

    @property
    def in_flight(self) -> int:
        return len(self._jobs)

    def submit(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        result = job()
        ((key,),) = self._store.asked("size")[-1:]
        self._jobs.append((key, result, done))
        self.log.append(f"+{key}")

    def collect(self) -> None:
        key, result, done = self._jobs.popleft()
        self.log.append(f"-{key}")
        done(result)


def log_of(*keys: str, workers: int = 8) -> str:
    """Create markers; return when each began and ended."""
    created: list[None] = []
    store = MemoryStore()
    pool: Any = OldestFirst(store, workers)
    creator = MarkerCreator(markers=store, retrier=Workbench(store).retrier)
    creator.run(pool, [MarkerJob(key, created.append) for key in keys])
    assert store.current == sorted(keys)
    assert created == [None] * len(keys)
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
