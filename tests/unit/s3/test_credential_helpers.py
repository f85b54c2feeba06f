# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that find credentials end with the task, and so do the programs that they start."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, Interrupted
from tests.unit.s3.connecting import connect
from tests.unit.s3.scripted_server import ScriptedServer
from tests.unit.s3.signatures import signer

GUARD = 60  # seconds after which what was waited for will not come
PROFILES = """\
[profile direct]
credential_process = {helper}

[profile role]
role_arn = arn:aws:iam::123456789012:role/any
source_profile = direct
region = us-east-1
"""
# Neither it nor the program that it starts ends; both are noted.
HANGS = f"sleep {GUARD} & echo $$ $! >> started; wait\n"


class Program:
    """A helper program that the AWS configuration names, and the processes that it became."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "helper"
        self.started = directory / "started"
        (directory / "config").write_text(PROFILES.format(helper=self._path))

    def write(self, script: str) -> None:
        """Write what it does."""
        self._path.write_text(f"#!/bin/sh\ncd {self._path.parent}\n{script}")
        self._path.chmod(0o700)

    def stop(self) -> None:
        """Stop the task once the program and its child are running."""
        if self.has_started:
            raise Interrupted("The task was stopped.")

    def wait(self, true: Callable[[], bool]) -> None:
        """Return when it is true."""
        deadline = time.monotonic() + GUARD / 2
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    @property
    def has_started(self) -> bool:
        """Whether it and its child are running."""
        return self.started.exists() and self.started.read_text().endswith("\n")

    @property
    def is_gone(self) -> bool:
        """Whether it ran, and no process of it runs any more."""
        return not any(is_running(pid) for pid in self.started.read_text().split())


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def is_running(pid: str) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def children() -> set[str]:
    """Name this process's children, zombies among them."""
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Whatever becomes of a task, it leaves neither a process nor a zombie."""
    before = children()
    yield
    assert children() <= before


def credentials(*, minutes: int | None = None) -> str:
    """Write a script that prints credentials, which may expire."""
    found = {"Version": 1, "AccessKeyId": "AKHELPER", "SecretAccessKey": "secret-of-helper"}
    if minutes is not None:
        found["Expiration"] = (datetime.now(tz=timezone.utc) + timedelta(minutes=minutes)).isoformat()
    return f"echo '{json.dumps(found)}'\n"


@pytest.mark.parametrize("profile", ["direct", "role"])
def test_a_helper_that_hangs_is_ended_when_the_task_is_stopped(program: Program, profile: str) -> None:
    program.write(HANGS)
    with pytest.raises(Interrupted):
        connect(endpoint_url="http://127.0.0.1:9", profile=profile, check=program.stop)
    program.wait(lambda: program.is_gone)


@pytest.mark.parametrize("minutes", [5, 12], ids=["must be renewed", "should be renewed"])
def test_no_request_follows_a_helper_that_was_ended_while_it_renewed(
    server: ScriptedServer, program: Program, minutes: int
) -> None:
    program.write(credentials(minutes=20))
    markers = connect(endpoint_url=server.endpoint, profile="direct", check=program.stop).markers
    program.write(credentials(minutes=minutes))
    renewed = connect(endpoint_url=server.endpoint, profile="direct", check=program.stop).markers
    program.write(HANGS)
    markers.size("a/")  # these last
    assert len(server.requests) == 1
    with pytest.raises(Interrupted):
        renewed.size("a/")
    assert len(server.requests) == 1
    program.wait(lambda: program.is_gone)


def test_a_stopped_task_starts_no_helper(program: Program) -> None:
    def stop() -> None:
        raise Interrupted("The task was stopped.")

    program.write(HANGS)
    with pytest.raises(Interrupted):
        connect(endpoint_url="http://127.0.0.1:9", profile="direct", check=stop)
    assert not program.started.exists()


def test_a_helper_is_ended_when_the_task_s_process_is_killed(program: Program) -> None:
    program.write(HANGS)
    task = "from tests.unit.s3.connecting import connect; connect(endpoint_url='http://127.0.0.1:9', profile='direct')"
    process = subprocess.Popen([sys.executable, "-c", task], cwd=Path(__file__).parents[3])
    program.wait(lambda: program.has_started)
    process.send_signal(signal.SIGKILL)
    process.wait()
    program.wait(lambda: program.is_gone)


def test_the_credentials_that_a_helper_prints_are_used(server: ScriptedServer, program: Program) -> None:
    program.write(f"head -c 200000 /dev/zero | tr '\\0' ' '\n{credentials()}")
    connect(endpoint_url=server.endpoint, profile="direct", check=program.stop).markers.size("a/")
    [request] = server.requests
    assert signer(request, secrets={"AKHELPER": "secret-of-helper"})[0] == "AKHELPER"


def test_a_process_that_a_helper_leaves_running_is_not_ended(server: ScriptedServer, program: Program) -> None:
    program.write(f"sleep {GUARD} > /dev/null 2>&1 & echo $! > started\n{credentials()}")
    connect(endpoint_url=server.endpoint, profile="direct").markers.size("a/")
    assert not program.is_gone
    subprocess.run(["kill", program.started.read_text().strip()], check=True)


@pytest.mark.parametrize("script", ["exit 3", None], ids=["fails", "is not there"])
def test_a_helper_that_cannot_help_leaves_no_process(program: Program, script: str | None) -> None:
    if script:
        program.write(script)
    with pytest.raises(EngineError, match="credentials cannot be re"):
        connect(endpoint_url="http://127.0.0.1:9", profile="direct")
