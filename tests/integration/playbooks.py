# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's playbooks, run the way that users run them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.integration.warm import warm_ansible
from tests.servers.store import Store


class Play(NamedTuple):
    """A playbook that has ended."""

    code: int
    output: str

    @property
    def changed(self) -> int:
        """Sum up the recap's changed tasks of all hosts."""
        return sum(map(int, re.findall(r" changed=(\d+) ", self.output)))

    @property
    def said(self) -> list[str]:
        """Return what it said was removed, or would be."""
        return re.findall(r"(?:Removed|Would be removed): ([^\"]*)\"", self.output)


class Player:
    """Runs playbooks against a store, with variables from a file: they keep their types there."""

    def __init__(self, store: Store, directory: Path) -> None:
        self._store = store
        self._directory = directory

    def play(
        self,
        name: str | Path,
        variables: Mapping[str, Any],
        *arguments: str,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        environment: Mapping[str, str] | None = None,
        anonymous: bool = False,
    ) -> Play:
        """Run ``tidy.spaces.NAME``, or a file; ``hosts`` are the fleet; an ``anonymous`` one gets no store."""
        values = self._directory / "variables.json"
        values.write_text(json.dumps(variables))
        playbook = name if isinstance(name, Path) else f"tidy.spaces.{name}"
        command: list[str | Path] = [playbook, "--extra-vars", f"@{values}", *arguments]
        if hosts is not None:
            command += ["--inventory", self._inventory(hosts)]
        whole = {**os.environ, **({} if anonymous else self._store.environment), **(environment or {})}
        output, errors = (self._directory / name for name in ("output.txt", "errors.txt"))
        for file in (output, errors):
            file.write_bytes(b"")
        code = warm_ansible(whole).run(command, whole, output=output, errors=errors)
        return Play(code, output.read_text() + errors.read_text())

    def _inventory(self, hosts: Mapping[str, Mapping[str, Any]]) -> Path:
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = self._directory / "hosts.json"
        fleet = {"hosts": {name: {**local, **own} for name, own in hosts.items()}}
        inventory.write_text(json.dumps({"all": {"children": {"spaces_fleet": fleet}}}))
        return inventory


def write_play(directory: Path, tasks: Sequence[Mapping[str, Any]], **play: Any) -> Path:
    """Write tasks down as a playbook for this machine; ``play`` adds to the play's keywords, or replaces them."""
    playbook = directory / "play.yml"
    whole = {"name": "Tasks", "hosts": "localhost", "gather_facts": False, **play, "tasks": list(map(dict, tasks))}
    playbook.write_text(yaml.safe_dump([whole]))
    return playbook


def fleet_of(number: int) -> dict[str, dict[str, Any]]:
    """Name so many hosts."""
    return {f"worker-{each}": {} for each in range(number)}


def folders(*paths: Any, space: str = "one", **options: Any) -> Sequence[dict[str, Any]]:
    """Write a layout of one Space."""
    return [{"space": space, "paths": list(paths), **options}]
