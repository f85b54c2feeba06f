# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one molecule scenario on one store, through molecule or with as few programs as possible."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import yaml

from tests.integration.execution import SETTINGS, VERBOSITY, executions_in
from tests.integration.warm import WarmAnsible
from tests.servers.store import Store

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "extensions" / "molecule"
MOLECULE = Path(sys.executable).with_name("molecule")
LONGEST = 1200  # seconds that one program may take
CHANGED = re.compile(r" changed=[1-9]")
FAILED_TASK = re.compile(r"^(?:fatal|failed): .{,200}", re.DOTALL | re.MULTILINE)


def read(scenario: str, name: str) -> dict[str, Any]:
    """Read one of the files that describe a scenario."""
    content: dict[str, Any] = yaml.safe_load((SCENARIOS / scenario / name).read_text())
    return content


def run_scenario(store: Store, scenario: str, execution: str, *, logs: Path, with_molecule: bool) -> str:
    """Run a scenario; return what went wrong, or nothing."""
    log = logs / f"{store.name}-{scenario}-{execution}.log"
    task_log = log.with_suffix(".tasks.log")
    task_log.write_text("")
    # A directory of its own: in another one molecule may remember that the scenario was prepared.
    ephemeral = store.directory / "molecule" / execution / scenario
    ephemeral.mkdir(parents=True)
    environment = {
        **os.environ,
        **SETTINGS[execution],
        **store.environment,
        "TEST_SPACE": f"{scenario}-{execution}".replace("_", "-"),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ephemeral),
        "ANSIBLE_LOG_PATH": str(task_log),
        "ANSIBLE_LOG_VERBOSITY": str(VERBOSITY),
        "NO_COLOR": "1",
    }
    with log.open("wb") as output:
        run = _run_molecule if with_molecule else _run_playbooks
        well = run(scenario, environment, output)
    if not well:
        return f"see {log}: {_first_failure(log)}"
    executions = executions_in(task_log.read_text(errors="replace"))
    if executions != [execution]:
        return f"its tasks ran {' and '.join(executions) or 'nowhere'}, see {task_log}"
    return ""


def _first_failure(log: Path) -> str:
    """Return what Ansible printed about the first task that failed."""
    found = FAILED_TASK.search(log.read_text(errors="replace"))
    if not found:
        return "no task failed: either a program did, or the second run changed something"
    return " ".join(found[0].split())


def _run_molecule(scenario: str, environment: Mapping[str, str], output: IO[bytes]) -> bool:
    return _run([MOLECULE, "test", "--scenario-name", scenario], environment, output)


def _run_playbooks(scenario: str, environment: Mapping[str, str], output: IO[bytes]) -> bool:
    """Do what molecule does, step by step, where a step is no program of its own unless it has to be."""
    directory = SCENARIOS / scenario
    prepare, converge, verify = (directory / f"{name}.yml" for name in ("prepare", "converge", "verify"))
    more = {
        **environment,
        "MOLECULE_PROJECT_DIRECTORY": str(ROOT),
        "MOLECULE_SCENARIO_DIRECTORY": str(directory),
        "MOLECULE_SCENARIO_NAME": scenario,
        "ANSIBLE_LOOKUP_PLUGINS": str(ROOT / "tests" / "integration" / "lookup_plugins"),  # as config.yml says
    }
    steps: list[list[str | Path]] = [[prepare, converge]]
    if "check" in read(scenario, "molecule.yml")["scenario"].get("test_sequence", ()):
        steps = [[prepare], [converge, "--check"], [converge]]
    log = Path(output.name)
    with closing(WarmAnsible(more)) as ansible:

        def play(*arguments: str | Path) -> bool:
            inventory = f"--inventory={SCENARIOS / 'inventory'}"
            return ansible.run([inventory, *arguments], more, output=log, errors=log, longest=LONGEST) == 0

        if not all(play(*step) for step in steps):
            return False
        begun = log.stat().st_size
        again = play(converge, verify)
    return again and not CHANGED.search(log.read_bytes()[begun:].decode(errors="replace"))


def _run(command: list[str | Path], environment: Mapping[str, str], output: IO[bytes]) -> bool:
    """Run a program to its end; return whether it ended well."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
