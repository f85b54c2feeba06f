# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks say of a client is what it did to the store."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest

from benchmarks import fixed, peers
from benchmarks.bulk import far, measure
from benchmarks.far_store import Distance
from benchmarks.peers import Client
from tests.integration.execution import IN_PROCESS, MODULE, SETTINGS
from tests.servers.moto import Moto
from tests.servers.witness import Witness

SLOPPY = """\
import sys, boto3
endpoint, space = sys.argv[1:]
bucket = boto3.resource("s3", endpoint_url=endpoint).Bucket(space)
bucket.objects.filter(Prefix="folder/build-000").delete()
bucket.objects.filter(Prefix="folder.").delete()
sys.exit("Error: that was enough")
"""


def test_a_client_that_leaves_keys_is_reported(tmp_path: Path) -> None:
    sloppy = Client(
        name="sloppy",
        setting="",
        command=lambda place: [sys.executable, "-c", SLOPPY, place.store.endpoint, place.space],
    )
    clients = [peers.ours(workers=4), peers.boto3(share=2), sloppy]
    ours, half, bad = measure(clients, partial(far, "subfolders", distance=Distance()), 4_000, 2, tmp_path)
    assert [len(row.samples) for row in (ours, half, bad)] == [2, 2, 2]
    assert ours.problems == half.problems == []
    assert ours.samples[0].requests["delete_batch"] == 4
    assert half.samples[0].requests["delete_batch"] == 2  # it was given half of the objects
    assert (ours.ours, half.ours) == (True, False)
    assert half.walls == [sample.wall * 2 for sample in half.samples]
    assert ours.peak_memory is not None
    assert ours.peak_memory > 20 * 1024**2
    assert bad.problems == ["ended with 1: Error: that was enough, left 3,900 keys, removed 1 siblings"]


def test_a_sample_reports_what_a_task_made_and_how_it_ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, IN_PROCESS, SETTINGS[MODULE])

    def problem(execution: str, *, created: int = 1) -> str:
        job = fixed.Job(
            client=fixed.OURS,
            setting="",
            tasks=[{fixed.OURS: {"path": execution}}],
            created=created,
            execution=execution,
        )
        return fixed.sample_of(job, store, execution, tmp_path).problem

    with Moto() as store:
        Witness.of(store, fixed.SPACE).create_space()
        assert problem(MODULE) == ""
        assert problem(IN_PROCESS) == "went module"
        assert problem(MODULE, created=7) == "1 folders are there, not 7"
