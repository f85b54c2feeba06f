# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which folder markers are created at the same time."""

from __future__ import annotations

from threading import Event, Lock

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.marker_jobs import MarkerJob, run_marker_jobs
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import ThreadPool

MOMENT = 0.2  # seconds in which a job would begin if nothing kept it from it


@pytest.mark.parametrize(
    ("keys", "together"),
    [(["a/", "a/b/"], 1), (["a/b/", "a/"], 1), (["a/", "a-b/", "b/"], 3), (["a/b/", "a/c/", "a/", "b/"], 2)],
)
def test_all_markers_are_created_at_once_except_in_each_other(keys: list[str], together: int) -> None:
    lock, all_at_once, done = Lock(), Event(), []
    at_work = most = 0

    def work(key: str) -> str:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        if most == len(keys):
            all_at_once.set()
        all_at_once.wait(MOMENT)
        with lock:
            at_work -= 1
        return key

    with ThreadPool(workers=8, cancellation=Cancellation()) as pool:
        run_marker_jobs(pool, [MarkerJob(key, lambda key=key: work(key), done.append) for key in keys])
    assert (sorted(done), most) == (sorted(keys), together)
