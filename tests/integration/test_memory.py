# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of any size takes the same memory."""

from __future__ import annotations

from benchmarks.far_store import FarStore
from tests.integration.process import run_module

MIB = 1024**2


def remove(count: int) -> int:
    """Remove a folder of ``count`` objects; return the most memory that the module's process took, in bytes."""
    with FarStore(count=count) as store:
        ended = run_module(
            space="my-space",
            path="folder",
            state="absent",
            endpoint_url=store.endpoint,
            access_key=store.access_key,
            secret_key=store.secret_key,
        )
        assert ended.result["totals"]["objects"] == count
        assert (store.state()["left"], store.state()["siblings_lost"]) == (0, 0)
    return ended.peak_memory


def test_memory_stays_flat() -> None:
    small = remove(40_000)  # as many as are listed ahead and in flight at once, with the default of 16 workers
    large = remove(120_000)
    assert 20 * MIB < large < 120 * MIB
    assert large - small < 12 * MIB
