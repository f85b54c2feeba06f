# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removals with a record that end in the middle, and restores that do: what was removed comes back, and no more."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder, spaces_folder_restore
from tests.faults import faults
from tests.faults.jobs import HANG, Job, Trial, look, result_of
from tests.faults.proxy import FaultProxy, Rule
from tests.integration.running import RunningModule

COUNT = 1_200


def keys_of(count: int) -> list[str]:
    return [f"p/{number:05}" for number in range(count)]


KEYS = keys_of(COUNT)


def job(count: int) -> Job:
    """Describe the removal of a folder with so many objects."""
    return Job(
        module=spaces_folder,
        options={"path": "p", "state": "absent", "workers": 2},
        fill=lambda witness: witness.put([*keys_of(count), "pp"], b"12345"),
        removes=lambda key: key.startswith("p/"),
        versioned=True,
    )


@pytest.fixture
def trial(make_trial: Callable[[Job], Trial]) -> Trial:
    """Prepare a folder in a Space that keeps versions."""
    return make_trial(job(COUNT))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 448 KiB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=448k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def restore(trial: Trial, endpoint: str, record: Path) -> RunningModule:
    """Start a restore."""
    options = trial.options(endpoint)
    del options["state"]
    return RunningModule(spaces_folder_restore, {**options, "from_record": str(record)})


def kill_at(proxy: FaultProxy, number: int, start: Callable[[], RunningModule]) -> None:
    """Start a process, and kill it while the store is asked for a batch."""
    started = threading.Event()

    def strike() -> None:
        started.wait(HANG)
        process.send_signal(signal.SIGKILL)

    proxy.rules.append(Rule(fault=faults.first_do(strike), operation="DeleteObjects", first=number, times=1))
    process = start()
    started.set()
    process.communicate(timeout=HANG)
    assert process.returncode == -signal.SIGKILL
    proxy.wait_for_store()
    proxy.rules.clear()


def batches(proxy: FaultProxy) -> str:
    """Return all batches that were asked for."""
    return "".join(arrival.request.body.decode() for arrival in proxy.log if arrival.operation == "DeleteObjects")


def lines_of(record: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record.read_text().splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.parametrize(
    ("count", "cut"),
    [
        pytest.param(COUNT, 0, id="as it was left"),
        pytest.param(COUNT, 25, id="cut within a line"),
        pytest.param(20_000, 25, id="20,000", marks=pytest.mark.long),
    ],
)
def test_keys_of_a_killed_removal_are_restored_although_the_restore_is_killed_too(
    make_trial: Callable[[Job], Trial], make_proxy: Callable[..., FaultProxy], tmp_path: Path, count: int, cut: int
) -> None:
    trial, record = make_trial(job(count)), tmp_path / "r.jsonl"
    proxy = make_proxy(trial, page=1000)
    kill_at(proxy, max(2, count // 2000), lambda: trial.start(proxy.endpoint, record=str(record)))
    assert "VersionId" not in batches(proxy)
    assert all(arrival.operation != "DeleteObject" for arrival in proxy.log)
    gone = set(keys_of(count)) - set(trial.witness.keys("p/"))
    recorded = {line["key"] for line in lines_of(record)[1:]}
    assert gone
    assert gone <= recorded
    with record.open("ab") as file:
        file.write(b'{"key": "p/00001", "version_id": "x'[:cut])
    kill_at(proxy, 1, lambda: restore(trial, proxy.endpoint, record))
    result = result_of(restore(trial, proxy.endpoint, record))
    assert not result.get("failed"), result
    assert "no last line" in str(result["warnings"])
    left = result["folders"][0]["left"]
    assert result["totals"]["objects"] + left["in_place"] == len(recorded)
    assert look(trial.witness) == trial.before


def test_a_rebuild_that_arrives_amid_a_restore_stays(
    trial: Trial, make_proxy: Callable[..., FaultProxy], tmp_path: Path
) -> None:
    record, rebuilt = tmp_path / "r.jsonl", KEYS[:3]
    proxy = make_proxy(trial, page=1000)
    removed = trial.run(proxy.endpoint, record=str(record))
    assert removed["totals"]["objects"] == len(KEYS), removed
    rebuild = faults.first_do(lambda: trial.witness.put(rebuilt, b"rebuilt"))
    proxy.rules.append(Rule(fault=rebuild, operation="DeleteObjects", times=1))
    result = result_of(restore(trial, proxy.endpoint, record))
    assert not result.get("failed"), result
    assert result["folders"][0]["left"]["differs"] == len(rebuilt)
    assert result["totals"]["objects"] == len(KEYS) - len(rebuilt)
    newer = look(trial.witness) - trial.before
    assert sorted((thing.key, thing.kind) for thing in newer) == [(key, "Versions") for key in rebuilt]
    assert look(trial.witness) > trial.before
    heads = [trial.witness.client.head_object(Bucket=trial.witness.space, Key=key) for key in rebuilt]
    assert [head["ContentLength"] for head in heads] == [len(b"rebuilt")] * len(rebuilt)


def test_a_full_disk_ends_the_removal_before_the_next_request(
    make_trial: Callable[[Job], Trial], make_proxy: Callable[..., FaultProxy], small_disk: Path
) -> None:
    count = 3_000  # lines, of which the disk holds those of the first batch, and not all
    trial, record = make_trial(job(count)), small_disk / "r.jsonl"
    proxy = make_proxy(trial, page=100)
    result = trial.run(proxy.endpoint, record=str(record), workers=1)  # so that no batch is in flight then
    assert result["failed"]
    assert "cannot be written: No space left on device" in result["msg"]
    gone = set(keys_of(count)) - set(trial.witness.keys("p/"))
    assert gone <= {line["key"] for line in lines_of(record)[1:]}
    assert 0 < len(gone) == result["totals"]["objects"] < count
    result = result_of(restore(trial, proxy.endpoint, record))
    assert not result.get("failed"), result
    assert look(trial.witness) == trial.before


def test_keys_of_a_removal_with_lost_replies_are_restored(
    trial: Trial, make_proxy: Callable[..., FaultProxy], tmp_path: Path
) -> None:
    record = tmp_path / "r.jsonl"
    proxy = make_proxy(trial, Rule(fault=faults.lose_answer, operation="DeleteObjects", probability=0.3), page=100)
    trial.run(proxy.endpoint, record=str(record))
    proxy.rules.clear()
    result = result_of(restore(trial, proxy.endpoint, record))
    assert not result.get("failed"), result
    assert look(trial.witness) == trial.before
