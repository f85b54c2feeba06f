# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook that is stopped in the middle: its task says what it did, or the next run finishes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import faults
from tests.faults.jobs import HANG, Job, Trial
from tests.faults.proxy import FaultProxy, Rule
from tests.faults.test_concurrency import processes_with, wait_until
from tests.faults.test_crashes import BATCH, GRACE, many
from tests.integration.execution import EXECUTIONS, SETTINGS
from tests.integration.playbooks import Player
from tests.integration.task_runner import SPACES_FOLDER, VERBOSE, TaskRunner, registering, results_in
from tests.integration.warm import PROGRAM
from tests.servers.rgw import Rgw

pytestmark = pytest.mark.usefixtures("default_signals")

COUNT = 1_100  # two batches
TIMEOUT = 10 * HANG  # seconds: none ends by itself; see time_out


@pytest.fixture
def task_runner(rgw: Rgw, tmp_path: Path) -> TaskRunner:
    """Run tasks of playbooks."""
    return TaskRunner(Player(rgw, tmp_path), tmp_path)


@pytest.mark.parametrize(("job", "operation"), [("removal", "DeleteObjects"), ("listing", "ListObjects")])
def test_a_timeout_ends_it_with_what_was_done(
    task_runner: TaskRunner,
    make_trial: Callable[[Job], Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    job: str,
    operation: str,
) -> None:
    trial = make_trial(many(2_100))  # a batch that is removed, one of which nobody knows, and a rest
    proxy = make_proxy(trial, Rule(fault=faults.never_confirm, operation=operation, first=2), page=BATCH)
    options = trial.options(proxy.endpoint) | {"read_timeout": 10 * HANG, "workers": 1}
    playbook = task_runner.write(registering([{SPACES_FOLDER: options, "timeout": TIMEOUT}]))
    process = start(playbook, VERBOSE)
    wait_for(process, lambda: proxy.hits > 0)
    proxy.wait_for_store()
    time_out(process)
    output, _none = process.communicate(timeout=HANG)
    (result,) = results_in(output)
    assert result["failed"]
    assert f"timeout of {TIMEOUT} s ended it" in result["msg"]
    assert result["timedout"]["period"] == TIMEOUT
    trial.check(result)
    if job == "removal":
        assert result["totals"]["objects"] == BATCH
        assert {failure["code"] for failure in result["failures"]} == {"Unanswered"}
    asked = len(proxy.log)
    left = trial.finish()
    assert left
    assert len(proxy.log) == asked
    note(f"timeout: while {operation} is not answered", "objects", 1, "failed: not known", f"{left:,}")


def test_control_c_leaves_no_request_behind(
    task_runner: TaskRunner,
    make_trial: Callable[[Job], Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
) -> None:
    trial = make_trial(many(COUNT))
    proxy = make_proxy(trial, Rule(fault=faults.wait(2), operation="DeleteObjects"), page=BATCH)
    playbook = task_runner.write([{SPACES_FOLDER: trial.options(proxy.endpoint) | {"workers": 1}}])
    process = start(playbook)
    wait_for(process, lambda: any(each.operation == "DeleteObjects" for each in proxy.log))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the processes in the foreground
    at = time.monotonic()
    output, _none = process.communicate(timeout=HANG)
    proxy.wait_for_store()
    assert process.returncode != 0, output
    assert "Traceback" not in output
    assert max(arrival.at for arrival in proxy.log) - at < GRACE
    left = trial.finish()
    assert 0 < left < COUNT
    note(f"Ctrl-C amid {COUNT:,} objects", "objects", 1, "nothing", f"{left:,}")


@pytest.mark.parametrize("execution", EXECUTIONS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP], ids=lambda number: number.name)
def test_no_request_follows_when_ansible_playbook_is_killed(
    task_runner: TaskRunner,
    make_trial: Callable[[Job], Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    execution: str,
    number: signal.Signals,
) -> None:
    trial = make_trial(many(COUNT))
    proxy = make_proxy(trial, Rule(fault=faults.wait(3), operation="DeleteObjects"), page=BATCH)
    mark = uuid.uuid4().hex
    options = trial.options(proxy.endpoint) | {"workers": 1, "read_timeout": HANG}
    playbook = task_runner.write([{SPACES_FOLDER: options, "loop": ["one item", "another"]}])
    process = start(playbook, TIDY_SPACES_MARK=mark, **SETTINGS[execution])
    wait_for(process, lambda: any(each.operation == "DeleteObjects" for each in proxy.log))
    asked = len(proxy.log)
    process.send_signal(number)
    process.communicate(timeout=HANG)
    assert process.returncode == -number
    wait_until(lambda: not processes_with(mark))
    proxy.wait_for_store()
    assert len(proxy.log) == asked
    left = trial.finish()
    assert 0 < left < COUNT
    note(f"ansible-playbook ended by {number.name}, {execution}", "objects", 1, "nothing", f"{left:,}")


@pytest.mark.parametrize("execution", EXECUTIONS)
@pytest.mark.parametrize(
    "end", ["timeout", *map(signal.Signals, (signal.SIGINT, signal.SIGTERM, signal.SIGKILL))], ids=str
)
def test_a_helper_that_finds_credentials_ends_with_its_task(
    task_runner: TaskRunner, rgw: Rgw, tmp_path: Path, execution: str, end: str | signal.Signals
) -> None:
    mark = uuid.uuid4().hex
    begun = tmp_path / "begun"
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\nsleep {10 * HANG} & touch {begun}; wait\n")
    helper.chmod(0o700)
    (tmp_path / "config").write_text(f"[profile slow]\ncredential_process = {helper}\n")
    options = {"endpoint_url": rgw.endpoint, "profile": "slow", "space": "any-space", "path": "p", "state": "absent"}
    playbook = task_runner.write([{SPACES_FOLDER: options, **({"timeout": TIMEOUT} if end == "timeout" else {})}])
    environment = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "TIDY_SPACES_MARK": mark, **SETTINGS[execution]}
    process = start(playbook, **environment)
    wait_for(process, begun.exists)
    if isinstance(end, signal.Signals):
        process.send_signal(end)
    else:
        time_out(process)
    process.communicate(timeout=HANG)
    assert process.returncode != 0
    wait_until(lambda: not processes_with(mark))


def start(playbook: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a playbook as a terminal does: in a group of its own."""
    return subprocess.Popen(
        [PROGRAM, playbook, *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], begun: Callable[[], bool]) -> None:
    """Return when something has begun; the process must still run then."""
    wait_until(lambda: process.poll() is not None or begun())
    assert process.poll() is None, process.communicate()


def time_out(process: subprocess.Popen[str]) -> None:
    """Let the timeout of a playbook's task end it now: send the worker the signal of the alarm that Ansible set there.

    So a test waits for what has to be in progress, on a busy machine too, and not for a time.
    """
    (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGALRM)
