# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook without its start-up: a process imports Ansible and the collection once, and forks for each run.

A start takes a second and a half of CPU, more than all tasks of a small play. The program that runs is the same.
Ansible reads some of its settings while it is imported, so a process serves only one set of them.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("ansible-playbook"))
READ_AT_START = ("ANSIBLE_", "COVERAGE_", "PYTHON", "LC_", "LANG", "NO_COLOR", "TERM")
"""How the names of variables begin that a program reads while it is imported."""
LONGEST = 900  # seconds after which a playbook counts as hung; forty tasks may take 300 on a busy machine


class WarmAnsible:
    """Runs ansible-playbook, one run after another; :func:`settings_in` must be the same for each environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.warm"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

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
        assert self._process.stdin
        assert self._process.stdout
        asked = {
            "arguments": [PROGRAM, *map(str, arguments)],
            "environment": dict(environment),
            "streams": [os.devnull, str(output), str(errors)],
            "longest": longest,
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def settings_in(environment: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the variables that a process reads when it starts."""
    return frozenset((name, value) for name, value in environment.items() if name.startswith(READ_AT_START))


def serve(requests: IO[str], replies: IO[str]) -> None:
    """Fork for each request; reply with the code of the process when it has ended."""
    from ansible import constants
    from ansible.cli.playbook import PlaybookCLI
    from ansible.plugins.loader import action_loader, init_plugin_loader

    sys.path.pop(0)  # this directory, which ansible-playbook does not have there
    init_plugin_loader()
    action_loader.get("tidy.spaces.spaces_folder", class_only=True)
    from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import preload  # now that Ansible imports it

    preload()
    warnings.filterwarnings("ignore", message="AnsibleCollectionFinder has already been configured")
    gc.freeze()
    for line in requests:
        asked = json.loads(line)
        process = os.fork()
        if not process:
            os.environ.clear()
            os.environ.update(asked["environment"])
            for target, path in enumerate(asked["streams"]):
                opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
                os.dup2(opened, target)
                os.close(opened)
            os.makedirs(constants.DEFAULT_LOCAL_TMP, mode=0o700, exist_ok=True)  # the run before has removed it
            signal.alarm(asked["longest"])
            sys.argv = asked["arguments"]
            PlaybookCLI.cli_executor(sys.argv)
        _process, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), file=replies, flush=True)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
