# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task or the store ends in the middle: the next run finishes, and both runs report the truth."""

from __future__ import annotations

import dataclasses
import signal
import threading
import time
from collections.abc import Callable

import pytest

from tests.faults import faults
from tests.faults.jobs import HANG, JOBS, SIBLINGS, Job, Trial, look, result_of
from tests.faults.proxy import Exchange, FaultProxy, Rule
from tests.servers.rgw import Rgw
from tests.unit.s3.scripted_server import Reply

GRACE = 5  # seconds that requests in flight get to end, as is promised
BATCH = 1000
SIZES = [  # and workers: few enough that something is left when each has a batch
    pytest.param(2_100, 1, id="2,100"),
    pytest.param(4_200, 2, id="4,200", marks=pytest.mark.long),
]


def many(count: int) -> Job:
    """Describe the removal of a folder with so many objects."""
    keys = [f"p/{number:06}" for number in range(count)]
    return dataclasses.replace(JOBS["objects"], fill=lambda witness: witness.put([*keys, *SIBLINGS], b"12345"))


def amid(action: Callable[[], object], *, after: int) -> Rule:
    """Do something once, while the store is asked for another batch after so many."""
    return Rule(fault=faults.first_do(action), operation="DeleteObjects", first=after + 1, times=1)


@pytest.mark.parametrize(("count", "workers"), SIZES)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_task_that_is_killed(
    make_trial: Callable[[Job], Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    number: signal.Signals,
    count: int,
    workers: int,
) -> None:
    trial = make_trial(many(count))
    struck: list[float] = []
    started = threading.Event()

    def strike() -> None:
        started.wait(HANG)
        process.send_signal(number)
        struck.append(time.monotonic())

    slow = Rule(fault=faults.wait(0.2), operation="DeleteObjects")
    # One batch more than there are workers: it cannot be asked for before another has been answered.
    proxy = make_proxy(trial, amid(strike, after=workers), slow, page=BATCH)
    process = trial.start(proxy.endpoint, sample_size=count, workers=workers)
    started.set()
    if number == signal.SIGKILL:
        process.communicate(timeout=HANG)
        proxy.wait_for_store()
        assert process.returncode == -signal.SIGKILL
        assert not trial.before - look(trial.witness) - trial.wanted
        said = "nothing"
    else:
        result = result_of(process)
        proxy.wait_for_store()
        assert result["failed"]
        assert f"stopped by {number.name}" in result["msg"]
        assert result["totals"]["objects"] > 0
        trial.check(result)
        said = f"{result['totals']['objects']:,} removed, {result['failures_total']:,} unknown"
    (at,) = struck
    assert max(arrival.at for arrival in proxy.log) - at < GRACE
    left = trial.finish()
    assert 0 < left < count
    note(f"{number.name} amid {count:,} objects", "objects", 1, said, f"{left:,}")


@pytest.mark.parametrize(
    ("job", "operation"),
    [("objects", "DeleteObjects"), ("uploads", "AbortMultipartUpload"), ("present", "PutObject")],
)
def test_a_task_that_is_stopped_while_the_store_is_silent(
    make_trial: Callable[[str], Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    job: str,
    operation: str,
) -> None:
    trial = make_trial(job)
    started = threading.Event()

    def work_and_strike(exchange: Exchange) -> Reply:
        silence = faults.never_confirm(exchange)
        started.wait(HANG)
        process.send_signal(signal.SIGTERM)
        return silence

    proxy = make_proxy(trial, Rule(fault=work_and_strike, operation=operation))
    process = trial.start(proxy.endpoint, read_timeout=10 * HANG)
    started.set()
    result = result_of(process)
    assert "stopped by SIGTERM" in result["msg"]
    assert "it is not known whether" in result["msg"]
    assert result["changed"]
    trial.check(result)
    note(f"SIGTERM while {operation} is not answered", job, 1, "failed: not known", trial.finish())


@pytest.mark.parametrize(("count", "workers"), SIZES)
def test_a_store_that_is_killed_and_comes_back(
    rgw: Rgw,
    make_trial: Callable[[Job], Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    count: int,
    workers: int,
) -> None:
    trial = make_trial(many(count))

    def restart() -> None:
        rgw.kill_gateway()
        rgw.start_gateway()

    proxy = make_proxy(trial, amid(restart, after=1), page=BATCH)
    result = trial.run(proxy.endpoint, retries=12, workers=workers)
    trial.check(result)
    said = f"failed: {result['totals']['objects']:,} removed" if result.get("failed") else "done"
    left = trial.finish()
    note(f"the gateway killed amid {count:,} objects, and restarted", "objects", 1, said, f"{left:,}")


def test_a_store_that_is_killed_and_stays_away(
    rgw: Rgw, make_trial: Callable[[Job], Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None]
) -> None:
    trial = make_trial(many(1_100))
    proxy = make_proxy(trial, amid(rgw.kill_gateway, after=1), page=BATCH)
    try:
        result = trial.run(proxy.endpoint, workers=1, read_timeout=HANG)  # nothing may be lost before it goes
    finally:
        rgw.start_gateway()
    assert result["failed"]
    assert result["totals"]["objects"] > 0
    trial.check(result)
    said = f"failed: {result['totals']['objects']:,} removed"
    note("the gateway killed, and away for good", "objects", 1, said, trial.finish())
