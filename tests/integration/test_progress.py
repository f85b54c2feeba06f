# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of a long task while it works: in a terminal, in a log, and where nobody wants to see it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbooks import LONGEST, PROGRAM, Player
from tests.integration.task_runner import SPACES_FOLDER, TaskRunner
from tests.servers.store import Store, unmeasured_environment
from tests.servers.witness import Witness

SPACE = "progress"
FOLDERS = 12
HOSTS = ("one", "two")
LINE = re.compile(
    rf"spaces_folder (\w+)/00/ and {FOLDERS - 1} more: "
    rf"(?:(?:\d+ counted|(\d+) of {FOLDERS} removed \(\d+ %\))(?:, \S+/s)?(?:, about \d+ s left)?"
    rf"|(removed {FOLDERS} objects, 0 B, in \d+ s))"
)


@pytest.fixture
def task_runner(moto: Store, tmp_path: Path) -> TaskRunner:
    """Run tasks on moto."""
    return TaskRunner(Player(moto, tmp_path), tmp_path)


def slow_removal(moto: Store, **keywords: Any) -> dict[str, Any]:
    """Write a task that takes about ten seconds, by its rate; what it removes is there."""
    witness = Witness.of(moto, SPACE)
    witness.create_space()
    witness.put(f"{host}/{number:02}/x" for host in (*HOSTS, "localhost") for number in range(FOLDERS))
    options = {
        "space": SPACE,
        "paths": [f"{{{{ inventory_hostname }}}}/{number:02}" for number in range(FOLDERS)],
        "state": "absent",
        "uploads": False,
        "request_rate": 3,
        "max_objects": 1000,
    }
    return {"name": "Remove", SPACES_FOLDER: options, **keywords}


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Any]:
    """Run a command in a terminal of its own; return what that shows in the end."""
    if not shutil.which("tmux"):
        pytest.skip("tmux is not here")
    tmux = ["tmux", "-L", f"tidy-spaces-{uuid.uuid4().hex}", "-f", os.devnull]

    def show(command: list[str], environment: dict[str, str]) -> str:
        ended = tmp_path / "ended"
        line = f"{shlex.join(command)}; touch {shlex.quote(str(ended))}; exec sleep {LONGEST}"
        subprocess.run([*tmux, "new-session", "-d", "-x", "200", "-y", "100", line], env=environment, check=True)
        deadline = time.monotonic() + LONGEST
        while not ended.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True).stdout

    yield show
    subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)


def test_a_terminal_shows_every_few_seconds_how_far_each_host_is(
    moto: Store, task_runner: TaskRunner, terminal: Any
) -> None:
    playbook = task_runner.write([slow_removal(moto)], hosts="all", connection="local")
    command = [str(PROGRAM), str(playbook), "--inventory", f"{','.join(HOSTS)},"]
    screen = terminal(command, {**unmeasured_environment(), **moto.environment})
    assert f"changed: [{HOSTS[0]}]" in screen
    lines = [LINE.fullmatch(line) for line in screen.splitlines() if "more: " in line]
    assert all(lines), screen
    for host in HOSTS:
        done = [int(line[2]) for line in lines if line and line[1] == host and line[2]]
        assert len(done) >= 2, screen
        assert done == sorted(done)
        assert 0 < done[-1] <= FOLDERS
        assert len([line for line in lines if line and line[1] == host and line[3]]) == 1


def test_a_log_gets_a_line_beside_the_result(moto: Store, task_runner: TaskRunner) -> None:
    removal = slow_removal(moto)
    # A secret that stands in the path, too: Ansible hides it from the result, and nobody from these lines but we.
    removal[SPACES_FOLDER] |= {
        "access_key": moto.access_key,
        "secret_key": moto.secret_key,
        "session_token": "localhost",
    }
    playbook = task_runner.write([removal])
    done = subprocess.run(
        [PROGRAM, playbook, "-v"],
        env={**unmeasured_environment(), **moto.environment},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=True,
    )
    said = [line for line in done.stderr.splitlines() if line.startswith("spaces_folder ")]
    assert len(said) == 2, done.stderr
    assert f"spaces_folder ********/00/ and {FOLDERS - 1} more: " in said[0]
    assert re.search(rf": removed {FOLDERS} objects, 0 B, in \d+ s$", said[1])
    assert "looked at" not in done.stdout
    assert " of " not in done.stdout


def test_nothing_is_shown_where_nobody_wants_it(moto: Store, task_runner: TaskRunner) -> None:
    for environment, keywords in (
        ({"TIDY_SPACES_PROGRESS": "false"}, {}),
        ({}, {"vars": {"tidy_spaces_progress": False}}),
        ({}, {"no_log": True}),
    ):
        output = task_runner.play([slow_removal(moto, **keywords)], environment=environment).output
        assert "removed (" not in output
        assert ": removed " not in output


def test_check_mode_says_what_would_have_been_removed(moto: Store, task_runner: TaskRunner) -> None:
    removal = slow_removal(moto, check_mode=True)
    removal[SPACES_FOLDER] = {"space": SPACE, "path": "one", "state": "absent"}
    output = task_runner.play([removal]).output
    assert f"spaces_folder one/: would have removed {FOLDERS} objects, 0 B, in " in output
