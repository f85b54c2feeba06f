# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the documentation, run as they stand, but where Ansible is imported already."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.integration.warm import warm_ansible


def run_script(script: str, directory: Path, environment: Mapping[str, str]) -> str:
    """Run a script of bash in a directory; fail if one of its commands does; return what it printed."""
    whole = {**os.environ, **environment}
    programs = [warm_ansible(whole).programs, Path(sys.executable).parent, whole["PATH"]]
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=directory,
        env={**whole, "PATH": ":".join(map(str, programs))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
