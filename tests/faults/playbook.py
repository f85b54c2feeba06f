# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks as users run them: by ansible-playbook."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.faults.jobs import HANG
from tests.integration.playbooks import write_play
from tests.integration.warm import PROGRAM


def run_playbook(
    directory: Path, tasks: Sequence[Mapping[str, Any]], *options: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a play on this machine, with all that Ansible keeps below ``directory``."""
    return subprocess.run(
        [PROGRAM, write_play(directory, tasks), *options],
        env={**os.environ, "ANSIBLE_HOME": str(directory / "ansible"), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
