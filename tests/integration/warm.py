# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook without its start-up: a process imports Ansible and the collection once, and forks for each run.

A start takes a second and a half of CPU, more than all tasks of a small play. The program that runs is the same.
Ansible reads some of its settings while it is imported, so a process serves only one set of them.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("ansible-playbook"))
READ_AT_START = ("ANSIBLE_", "COVERAGE_", "PYTHON", "LC_", "LANG", "NO_COLOR", "TERM")
"""How the names of variables begin that a program reads while it is imported."""
LONGEST = 900  # seconds after which a playbook counts as hung; forty tasks may take 300 on a busy machine
PATIENCE = 30  # seconds for the process to end
STREAMS = 3
LAUNCHER = """\
#!{python} -IS
import sys
sys.path.insert(0, {root!r})
from tests.integration.warm import launch
launch({address!r})
"""


class WarmAnsible:
    """Runs ansible-playbook, one run after another, in environments whose :func:`settings_in` are the same.

    ``programs`` is a directory for PATH. The ansible-playbook in it lets this process do the work, and starts the real
    program if its settings differ or if there is an ansible.cfg.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.programs = Path(tempfile.mkdtemp(prefix="tidy-spaces-warm-"))
        self._address = str(self.programs / "socket")
        launcher = self.programs / "ansible-playbook"
        launcher.write_text(LAUNCHER.format(python=sys.executable, root=str(ROOT), address=self._address))
        launcher.chmod(0o700)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.warm", str(listener.fileno())],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,  # the process ends when this is closed
                pass_fds=[listener.fileno()],
            )

    def close(self) -> None:
        """End the process, even if a run whose client has ended still goes on."""
        try:
            self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.programs, ignore_errors=True)

    def run(
        self,
        arguments: Sequence[str | Path],
        environment: Mapping[str, str],
        *,
        output: Path,
        errors: Path,
        longest: int = LONGEST,
    ) -> int:
        """Run it to its end; append what it prints to two files; return its code, or a signal's negative number."""
        with open(os.devnull) as nothing, output.open("ab") as out, errors.open("ab") as err:
            streams = [stream.fileno() for stream in (nothing, out, err)]
            code = _ask(self._address, list(map(str, arguments)), environment, streams, longest=longest)
        assert code is not None, "these settings need a process of their own"
        return code


_warm: dict[frozenset[tuple[str, str]], WarmAnsible] = {}


def warm_ansible(environment: Mapping[str, str]) -> WarmAnsible:
    """Return the process that runs playbooks in environments with these settings; it ends with the tests."""
    settings = settings_in(environment)
    if settings not in _warm:
        _warm[settings] = WarmAnsible(environment)
        atexit.register(_warm[settings].close)
    return _warm[settings]


def settings_in(environment: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the variables that a process reads when it starts."""
    return frozenset((name, value) for name, value in environment.items() if name.startswith(READ_AT_START))


def launch(address: str) -> None:
    """Be ansible-playbook: let a process that is ready do the work, or run the program itself."""
    code = None
    if not Path("ansible.cfg").exists():
        code = _ask(address, sys.argv[1:], os.environ, range(STREAMS), longest=LONGEST)
    if code is None:
        os.execv(PROGRAM, [PROGRAM, *sys.argv[1:]])
    sys.exit(code)


def _ask(
    address: str, arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[int], *, longest: int
) -> int | None:
    """Return the code of a run in this directory; None if its settings are not those of the process that is asked."""
    asked = {
        "arguments": arguments,
        "environment": dict(environment),
        "directory": str(Path.cwd()),
        "longest": longest,
    }
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        socket.send_fds(connection, [b"\n"], streams)
        connection.sendall(json.dumps(asked).encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile() as reply:
            text = reply.read()
    assert text, "the process that runs ansible-playbook has ended"
    code: int | None = json.loads(text)
    return code


def serve(listener: socket.socket) -> None:
    """Fork for each request; reply with the code of the process when it has ended."""
    settings = settings_in(os.environ)
    sys.path.pop(0)  # this directory, which ansible-playbook does not have there
    from ansible.plugins.loader import action_loader, init_plugin_loader

    init_plugin_loader()
    action_loader.get("tidy.spaces.spaces_folder", class_only=True)
    from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import preload  # now that Ansible imports it

    preload()
    warnings.filterwarnings("ignore", message="AnsibleCollectionFinder has already been configured")
    gc.freeze()
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _address = listener.accept()
        with connection:
            asked, streams = _receive(connection)
            code = None
            if asked and settings_in(asked["environment"]) == settings:
                code = _run(asked, streams, [listener, connection])
            for stream in streams:
                os.close(stream)
            with contextlib.suppress(OSError):  # the client has ended
                connection.sendall(json.dumps(code).encode())


def _receive(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """Return what a client asks for, and its streams; None if it has ended before it had asked."""
    streams: list[int] = []
    try:
        _first, streams, _flags, _from = socket.recv_fds(connection, 1, STREAMS)
        with connection.makefile() as reader:
            return json.load(reader), streams
    except (OSError, ValueError):
        return None, streams


def _run(asked: Mapping[str, Any], streams: Sequence[int], foreign: Sequence[socket.socket]) -> int:
    from ansible import constants
    from ansible.cli.playbook import PlaybookCLI

    process = os.fork()
    if not process:
        for each in foreign:
            each.close()
        os.chdir(asked["directory"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        for target, stream in enumerate(streams):
            os.dup2(stream, target)
            os.close(stream)
        os.makedirs(constants.DEFAULT_LOCAL_TMP, mode=0o700, exist_ok=True)  # the run before has removed it
        signal.alarm(asked["longest"])
        sys.argv = [PROGRAM, *asked["arguments"]]
        PlaybookCLI.cli_executor(sys.argv)
    _process, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as own:
        serve(own)
