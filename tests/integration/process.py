# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a process of its own, the way that a task runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = """\
import json, sys
from ansible.module_utils.testing import patch_module_args
with patch_module_args(json.load(sys.stdin)):
    from ansible_collections.tidy.spaces.plugins.modules import spaces_folder
    spaces_folder.main()
"""


class Ended(NamedTuple):
    """A process that has ended; ``peak_memory`` is its largest resident set in bytes."""

    result: dict[str, Any]
    peak_memory: int


def run_module(directory: Path, **params: Any) -> Ended:
    """Run spaces_folder to its end."""
    output = directory / "output.json"
    with output.open("wb") as stdout:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=stdout)
        stdin = process.stdin
        assert stdin is not None
        stdin.write(json.dumps(params).encode())
        stdin.close()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(json.loads(output.read_text()), usage.ru_maxrss * 1024)
