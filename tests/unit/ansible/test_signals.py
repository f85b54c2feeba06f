# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that is stopped reports it, and its process ends. Signals are sent to a process, so the module runs as one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder
from tests.integration.process import start_module
from tests.unit.ansible.running import PAIR, SPACE
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import objects, rejections

GUARD = 300  # seconds after which a process counts as one that never ends


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Lend a server that never answers."""
    with ScriptedServer(Reply(hang=True)) as running:
        yield running


@pytest.fixture
def start(server: ScriptedServer) -> Iterator[Any]:
    """Start the module as a process; it is ended with the test, if it has not ended by itself."""
    started: list[subprocess.Popen[str]] = []

    def start(**given: Any) -> subprocess.Popen[str]:
        options = {"space": SPACE, "path": "a", "endpoint_url": server.endpoint, "workers": 2, **PAIR, **given}
        started.append(start_module(spaces_folder, **options))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_signal_ends_the_task_with_a_result(
    server: ScriptedServer, start: Any, number: signal.Signals, state: str
) -> None:
    process = start(state=state)
    server.wait_for_request()
    process.send_signal(number)
    output, complaints = process.communicate(timeout=GUARD)
    result = json.loads(output)
    assert result["failed"]
    assert f"stopped by {number.name}" in result["msg"]
    assert [folder["path"] for folder in result["folders"]] == ["a/"]
    assert not result["changed"]
    assert process.returncode == 1
    assert "Traceback" not in complaints


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_helper_that_finds_credentials_ends_with_the_task(
    start: Any, tmp_path: Path, monkeypatch: Any, number: signal.Signals
) -> None:
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\nexec 3> {begun}\necho begun >&3\nexec sleep {GUARD}\n")
    helper.chmod(0o700)
    (tmp_path / "config").write_text(f"[profile slow]\ncredential_process = {helper}\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    process = start(profile="slow", access_key=None, secret_key=None)
    with begun.open() as pipe:
        assert pipe.readline() == "begun\n"
        process.send_signal(number)
        assert pipe.read() == ""  # when no process has it open any more
    output, _complaints = process.communicate(timeout=GUARD / 2)
    if number == signal.SIGTERM:
        assert "stopped by SIGTERM" in json.loads(output)["msg"]


def test_the_result_reports_removals_before_the_signal(server: ScriptedServer, start: Any) -> None:
    page = Reply(body=objects(*(f"a/{number:03}" for number in range(1000)), truncated=True))
    server.script(page, Reply(body=rejections()), Reply(hang=True))
    process = start(state="absent", uploads=False, workers=1)
    server.wait_for_request(3)
    process.send_signal(signal.SIGTERM)
    result = json.loads(process.communicate(timeout=GUARD)[0])
    assert result["failed"]
    assert "stopped by SIGTERM" in result["msg"]
    assert result["changed"]
    assert result["totals"]["objects"] == 1000


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_task_whose_output_nobody_reads_ends(server: ScriptedServer, start: Any, state: str) -> None:
    process = start(state=state)
    server.wait_for_request()
    process.stdout.close()
    process.wait(timeout=GUARD)
    assert process.returncode != 0
    assert len(server.requests) <= 2


def test_a_wait_between_attempts_is_cut_short(server: ScriptedServer, start: Any) -> None:
    server.script(Reply(status=503, headers={"Retry-After": "100000"}))
    process = start()
    server.wait_for_request()
    process.send_signal(signal.SIGTERM)
    result = json.loads(process.communicate(timeout=GUARD)[0])
    assert "stopped by SIGTERM" in result["msg"]
    assert len(server.requests) == 1
