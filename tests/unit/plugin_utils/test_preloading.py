# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the controller loads botocore for its workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.playbooks import write_play


@pytest.mark.parametrize(
    ("tasks", "switch", "loaded"),
    [(1, "", False), (2, "", True), (2, "no", False), (2, "perhaps", False)],
)
def test_the_controller_imports_botocore_for_the_workers_of_several_tasks(
    tasks: int, switch: str, loaded: bool, tmp_path: Path
) -> None:
    play = write_play(tmp_path, [{"tidy.spaces.spaces_folder_info": {}, "when": False}] * tasks)
    program = f"""\
import atexit, sys
from ansible.cli.playbook import PlaybookCLI
atexit.register(lambda: print('botocore.client' in sys.modules, 'botocore.httpsession' in sys.modules))
PlaybookCLI.cli_executor(['ansible-playbook', {str(play)!r}])
"""
    environment = {**os.environ, "TIDY_SPACES_IN_PROCESS": switch}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == f"{loaded} {loaded}", done.stderr
