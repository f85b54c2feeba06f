# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command with a store: ``python -m tests.servers moto -- molecule test --all``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.servers.registry import STARTABLE
from tests.servers.store import NotHere


def main() -> int:
    """Start the store, run the command with the environment that leads to it, end the store."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument("store", choices=list(STARTABLE))
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command; by default a shell")
    asked = parser.parse_args()
    command = [part for part in asked.command if part != "--"] or [os.environ.get("SHELL", "/bin/sh")]
    try:
        with STARTABLE[asked.store]() as store:
            return subprocess.run(command, env={**os.environ, **store.environment}, check=False).returncode
    except FileNotFoundError as missing:
        parser.exit(127, f"{missing}. The tools are in .venv: run make lint once, then '. .venv/bin/activate'.\n")
    except NotHere as missing:
        parser.exit(3, f"{asked.store} cannot be run here: {missing}\n")


if __name__ == "__main__":
    sys.exit(main())
