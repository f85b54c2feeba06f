# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Others at work in the same folder, and a task that Ansible has given up on."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clock import next_second
from tests.faults import faults
from tests.faults.jobs import FOLDER, HANG, Trial, look, result_of
from tests.faults.playbook import run_playbook
from tests.faults.proxy import FaultProxy, Rule

CHANGES = "[ADP]*"  # AbortMultipartUpload, DeleteObject, DeleteObjects, PutObject
MakeTrial = Callable[[str], Trial]
MakeProxy = Callable[..., FaultProxy]


@pytest.mark.parametrize("job", ["objects", "versions", "uploads", "prune", "present"])
def test_two_tasks_do_the_same(make_trial: MakeTrial, make_proxy: MakeProxy, job: str) -> None:
    """The second has seen all that there is before the first begins to change it, and goes on when that is done."""
    trial = make_trial(job)
    seen = threading.Event()

    def let_first_go() -> None:
        seen.set()
        first.wait(HANG)

    waits = Rule(fault=faults.first_do(lambda: seen.wait(HANG)), operation=CHANGES, times=1)
    follows = Rule(fault=faults.first_do(let_first_go), operation=CHANGES, times=1)
    first, second = (
        trial.start(make_proxy(trial, rule).endpoint, workers=1, read_timeout=HANG) for rule in (waits, follows)
    )
    results = [result_of(first), result_of(second)]
    assert (waits.hits, follows.hits) == (1, 1)
    assert not [result["msg"] for result in results if result.get("failed")]
    after = look(trial.witness)
    assert trial.before - trial.wanted <= after
    assert not trial.wanted & after
    assert {thing.key for thing in after - trial.before} == trial.job.makes
    done = [sum(number for name, number in result["totals"].items() if name != "bytes") for result in results]
    assert max(done) <= len(trial.wanted) <= sum(done)


@pytest.mark.parametrize(("writes", "fails"), [(3, False), (1000, True)])
def test_somebody_writes_before_each_listing(
    make_trial: MakeTrial, make_proxy: MakeProxy, writes: int, fails: bool
) -> None:
    trial = make_trial("objects")
    numbers = itertools.count()
    write = faults.first_do(lambda: trial.witness.put([f"p/new/{next(numbers)}"]))
    proxy = make_proxy(trial, Rule(fault=write, operation="ListObjects", times=writes), page=1000)
    result = trial.run(proxy.endpoint)
    assert bool(result.get("failed")) == fails
    assert ("Keys keep appearing in 'p/'" in result.get("msg", "")) == fails
    assert result["totals"]["objects"] == len(FOLDER) + next(numbers)
    assert trial.before - trial.wanted <= look(trial.witness)
    trial.finish()


def test_somebody_writes_all_the_time(make_trial: MakeTrial, make_proxy: MakeProxy) -> None:
    trial = make_trial("objects")
    written: dict[str, float] = {}
    ended = threading.Event()

    def write() -> None:
        for number in range(2_000):  # or a pass could last for ever, if keys come faster than pages of five
            if ended.wait(0.01):
                return
            key = f"p/new/{number}"
            trial.witness.put([key])
            written[key] = time.monotonic()

    proxy = make_proxy(trial, page=5)
    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        result = trial.run(proxy.endpoint)
    finally:
        ended.set()
        writer.join(HANG)
    after = look(trial.witness)
    assert trial.before - trial.wanted <= after
    left = {thing.key for thing in after - (trial.before - trial.wanted)}
    assert result["totals"]["objects"] + len(left) == len(FOLDER) + len(written)
    if result.get("failed"):
        assert "Keys keep appearing in 'p/'" in result["msg"]
    else:
        last_look = max(arrival.at for arrival in proxy.log if arrival.operation == "ListObjects")
        assert all(written[key] > last_look for key in left)
    trial.finish()


@pytest.mark.parametrize(
    ("operation", "first", "rebuilt"),
    [("ListObjects", 4, ["p/1/a"]), ("ListObjects", 15, ["p/1/a", "p/1/new"]), ("DeleteObjects", 1, ["p/1/new"])],
    ids=["during the survey", "before the removal", "amid the removal"],
)
def test_a_rebuild_arrives_while_prune_runs(
    make_trial: MakeTrial, make_proxy: MakeProxy, operation: str, first: int, rebuilt: list[str]
) -> None:
    trial = make_trial("prune")

    def rebuild() -> None:
        trial.witness.put(rebuilt, b"rebuilt")
        next_second()  # whoever asks for the time from now on hears of a later second

    proxy = make_proxy(trial, Rule(fault=faults.first_do(rebuild), operation=operation, first=first, times=1), page=1)
    result = trial.run(proxy.endpoint, workers=1, read_timeout=10)
    assert not result.get("failed"), result["msg"]
    assert proxy.hits == 1
    after = look(trial.witness)
    assert trial.before - trial.wanted <= after
    assert {thing.key for thing in after - (trial.before - trial.wanted)} == set(rebuilt)
    for key in rebuilt:
        assert trial.witness.client.get_object(Bucket=trial.witness.space, Key=key)["Body"].read() == b"rebuilt"
    assert result["totals"]["objects"] == len({thing.key for thing in trial.wanted} - set(rebuilt))


def test_ansible_ends_a_task_that_takes_too_long(make_trial: MakeTrial, make_proxy: MakeProxy, tmp_path: Path) -> None:
    trial = make_trial("objects")
    ended = threading.Event()
    hangs = Rule(fault=faults.first_do(lambda: ended.wait(HANG)), operation="ListObjects", first=3)
    proxy = make_proxy(trial, hangs, page=1)
    mark = uuid.uuid4().hex
    options = {**trial.options(proxy.endpoint), "workers": 1, "read_timeout": HANG}
    for timeout in (15, 60, 240):  # seconds; a busy machine may need the first to start the module
        task = {"name": "Too long", "tidy.spaces.spaces_folder": options, "timeout": timeout}
        done = run_playbook(tmp_path, [task], environment={"TIDY_SPACES_MARK": mark, "TIDY_SPACES_IN_PROCESS": "false"})
        assert done.returncode != 0
        assert f"Timed out after {timeout} second(s)" in done.stdout
        if hangs.hits:
            break
    assert hangs.hits
    wait_until(lambda: not processes_with(mark))
    ended.set()
    proxy.wait_for_store()
    left = look(trial.witness)
    assert trial.before - trial.wanted <= left
    assert trial.wanted & left
    trial.finish()


def processes_with(mark: str) -> list[str]:
    """Name the processes that have a mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
    return found


def wait_until(true: Callable[[], bool]) -> None:
    """Return when it is true; it has to be, some time."""
    deadline = time.monotonic() + HANG
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)
