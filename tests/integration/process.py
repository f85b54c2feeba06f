# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as a process of its own, the way that a task runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType
from typing import Any, NamedTuple

PROGRAM = """\
import importlib, json, re, sys
from ansible.module_utils.testing import patch_module_args
try:
    with patch_module_args(json.load(sys.stdin)):
        importlib.import_module(f"ansible_collections.tidy.spaces.plugins.modules.{sys.argv[1]}").main()
finally:
    with open("/proc/self/status") as status:
        sys.stderr.write(re.search(r"VmHWM:\\s*(\\d+) kB", status.read())[1])
"""


class Ended(NamedTuple):
    """A process that has ended; ``peak_memory`` is its largest resident set in bytes.

    The kernel's figure for the program itself: that of a finished child counts the parent that it was forked from.
    """

    result: dict[str, Any]
    peak_memory: int


def command(module: str = "spaces_folder") -> list[str]:
    """Return what runs a module with the parameters that come as JSON on standard input."""
    return [sys.executable, "-c", PROGRAM, module]


def read(stdout: str, stderr: str) -> Ended:
    """Read what that command printed."""
    return Ended(json.loads(stdout), int(stderr) * 1024)


def run_module(**params: Any) -> Ended:
    """Run spaces_folder to its end."""
    done = subprocess.run(command(), input=json.dumps(params), capture_output=True, text=True, check=False)
    return read(done.stdout, done.stderr)


def start_module(module: ModuleType, **params: Any) -> subprocess.Popen[str]:
    """Start a module as a process, and hand it its options; its result is what it prints."""
    process = subprocess.Popen(
        [sys.executable, str(module.__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": params}))
    process.stdin.close()
    process.stdin = None  # or communicate would want to close it
    return process
