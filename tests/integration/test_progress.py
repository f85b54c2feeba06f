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

from tests.integration.playbooks import Player
from tests.integration.task_runner import SPACES_FOLDER, TaskRunner
from tests.integration.warm import LONGEST, PROGRAM
from tests.servers.store import Store
from tests.servers.witness import Witness

SPACE = "progress"
FOLDERS = 12
HOSTS = ("one", "two")
LINE = re.compile(
    rf"spaces_folder (\w+)/00/ and {FOLDERS - 1} more: "
    rf"(?:(?:\d+ counted|(\d+) of {FOLDERS} removed \(\d+ %\))(?:, \S+/s)?(?:, about \d+ s left)?"
    r"(?:, checking that nothing is left)?(?:, waiting for request_rate)?"
    rf"|(removed {FOLDERS} objects, in \d+ s))"
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


class Terminal:
    """A terminal of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._tmux = ["tmux", "-L", f"tidy-spaces-{uuid.uuid4().hex}", "-f", os.devnull]

    def show(self, command: list[str], environment: dict[str, str]) -> str:
        """Run a command; return what the screen shows in the end."""
        start, ended = (shlex.quote(str(self._directory / name)) for name in ("start", "ended"))
        line = f"until test -e {start}; do sleep 0.1; done; {shlex.join(command)}; touch {ended}; exec sleep {LONGEST}"
        self._run("new-session", "-d", "-x", "200", "-y", "100", line, env=environment)
        self._run("pipe-pane", f"cat > {shlex.quote(str(self._directory / 'written'))}")
        (self._directory / "start").touch()
        deadline = time.monotonic() + LONGEST
        while not (self._directory / "ended").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return self._run("capture-pane", "-p")

    def written(self) -> str:
        """Return everything that the terminal got."""
        return (self._directory / "written").read_bytes().decode()

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)

    def _run(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        return subprocess.run([*self._tmux, *arguments], env=env, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not here")
    found = Terminal(tmp_path)
    yield found
    found.close()


def test_a_terminal_shows_every_few_seconds_how_far_each_host_is(
    moto: Store, task_runner: TaskRunner, terminal: Terminal
) -> None:
    playbook = task_runner.write([slow_removal(moto)], hosts="all", connection="local")
    command = [str(PROGRAM), str(playbook), "--inventory", f"{','.join(HOSTS)},"]
    screen = terminal.show(command, {**os.environ, **moto.environment})
    assert f"changed: [{HOSTS[0]}]" in screen
    lines = [LINE.fullmatch(line) for line in screen.splitlines() if "more: " in line]
    assert all(lines), screen
    for host in HOSTS:
        done = [int(line[2]) for line in lines if line and line[1] == host and line[2]]
        assert len(done) >= 2, screen
        assert done == sorted(done)
        assert 0 < done[-1] <= FOLDERS
        assert len([line for line in lines if line and line[1] == host and line[3]]) == 1


def test_a_terminal_shows_one_line_that_is_redrawn(moto: Store, task_runner: TaskRunner, terminal: Terminal) -> None:
    playbook = task_runner.write([slow_removal(moto)])
    screen = terminal.show([str(PROGRAM), str(playbook)], {**os.environ, **moto.environment})
    head = f"spaces_folder localhost/00/ and {FOLDERS - 1} more: "
    shown = [line for line in screen.splitlines() if head in line]
    assert len(shown) == 1, screen
    assert re.fullmatch(rf"{re.escape(head)}removed {FOLDERS} objects, in \d+ s", shown[0])
    assert "changed: [localhost]" in screen.splitlines()
    drawn = [part for part in terminal.written().split("\r") if head in part and f" of {FOLDERS} removed" in part]
    assert len(drawn) >= 2
    assert not any("\n" in part for part in drawn)


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
        env={**os.environ, **moto.environment},
        capture_output=True,
        timeout=LONGEST,
        check=True,
    )
    stderr, stdout = done.stderr.decode(), done.stdout.decode()  # each character as it is, even a carriage return
    assert not {"\r", "\x1b"} & set(stderr)
    said = [line for line in stderr.splitlines() if line.startswith("spaces_folder ")]
    assert len(said) == 2, stderr
    assert f"spaces_folder ********/00/ and {FOLDERS - 1} more: " in said[0]
    assert re.search(rf": removed {FOLDERS} objects, in \d+ s$", said[1])
    assert "looked at" not in stdout
    assert " of " not in stdout


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
    assert f"spaces_folder one/: would have removed {FOLDERS} objects, in " in output
