# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks in either execution, and what a user sees of them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.integration.execution import IN_PROCESS, SETTINGS, executions_in
from tests.integration.playbooks import Play, Player, write_play

SPACES_FOLDER = "tidy.spaces.spaces_folder"


class TaskRunner:
    """Runs tasks in a playbook of their own."""

    def __init__(self, player: Player, directory: Path) -> None:
        self._player = player
        self._directory = directory

    def play(
        self,
        tasks: Sequence[Mapping[str, Any]],
        *arguments: str,
        execution: str = IN_PROCESS,
        environment: Mapping[str, str] | None = None,
        **play: Any,
    ) -> Play:
        """Play tasks on this machine; ``play`` adds to the play's keywords."""
        switched = {**SETTINGS[execution], **(environment or {})}
        return self._player.play(self.write(tasks, **play), {}, *arguments, environment=switched)

    def write(self, tasks: Sequence[Mapping[str, Any]], **play: Any) -> Path:
        """Write tasks down as a playbook."""
        return write_play(self._directory, tasks, **play)

    def results(self, tasks: Sequence[Mapping[str, Any]], *arguments: str, **how: Any) -> list[Any]:
        """Return what each task registers, failed or not; check that each ran in the expected way."""
        execution = how.get("execution", IN_PROCESS)
        names = [f"result_{number}" for number in range(len(tasks))]
        # As a message, because a file would be written by modules, which take longer than most tasks.
        shown = {"ansible.builtin.debug": {"msg": f"RESULTS {{{{ [{', '.join(names)}] | to_json | b64encode }}}}"}}
        whole = [{**task, "register": name, "ignore_errors": True} for name, task in zip(names, tasks, strict=True)]
        ended = self.play([*whole, shown], "-vvv", *arguments, **how)
        assert ended.code == 0, ended.output
        assert executions_in(ended.output) == [execution], ended.output
        (found,) = re.findall(r'"msg": "RESULTS (\S+)"', ended.output)
        return list(json.loads(base64.b64decode(found)))


def without_times(value: Any, space: str) -> Any:
    """Return a result without the times that no two runs share, the etags made from them, and the name of the Space."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", json.dumps(value))
    text = re.sub(r"\b(v1-[0-9a-f]{8})-[0-9a-f]{64}\b", r"\1-ETAG", text)
    return json.loads(text.replace(space, "SPACE"))
