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

from tests.integration.execution import IN_PROCESS, SETTINGS, VERBOSITY, executions_in
from tests.integration.playbooks import Play, Player, write_play

SPACES_FOLDER = "tidy.spaces.spaces_folder"
VERBOSE = f"-{VERBOSITY * 'v'}"


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
        ended = self.play(registering(tasks), VERBOSE, *arguments, **how)
        assert ended.code == 0, ended.output
        return results_in(ended.output, how.get("execution", IN_PROCESS))


def registering(tasks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return tasks that may fail, and one that shows what each registered."""
    names = [f"result_{number}" for number in range(len(tasks))]
    # As a message, because a file would be written by modules, which take longer than most tasks.
    shown = {"ansible.builtin.debug": {"msg": f"RESULTS {{{{ [{', '.join(names)}] | to_json | b64encode }}}}"}}
    whole = [{**task, "register": name, "ignore_errors": True} for name, task in zip(names, tasks, strict=True)]
    return [*whole, shown]


def results_in(output: str, execution: str = IN_PROCESS) -> list[Any]:
    """Read what :func:`registering` showed, with :data:`VERBOSE`; check that each task ran in the expected way."""
    assert executions_in(output) == [execution], output
    (found,) = re.findall(r'"msg": "RESULTS (\S+)"', output)
    return list(json.loads(base64.b64decode(found)))


def without_times(value: Any, space: str) -> Any:
    """Return a result without the times that no two runs share, the etags made from them, and the name of the Space."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", json.dumps(value))
    text = re.sub(r"\b(v1-[0-9a-f]{8})-[0-9a-f]{64}\b", r"\1-ETAG", text)
    return json.loads(text.replace(space, "SPACE"))
