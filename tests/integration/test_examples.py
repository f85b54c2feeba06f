# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation runs as it stands, but for the store that it is pointed at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.tidy.spaces.plugins.modules import (
    spaces_folder,
    spaces_folder_expiration,
    spaces_folder_info,
    spaces_folder_prune,
    spaces_folder_restore,
)
from tests.integration.playbooks import Player, write_play
from tests.servers.store import Store
from tests.servers.witness import Witness

ROOT = Path(__file__).parents[2]
CONNECTION = ("region", "endpoint_url", "access_key", "secret_key", "ca_bundle", "profile")
MODULES = tuple(
    f"tidy.spaces.{name}"
    for name in (
        "spaces_folder",
        "spaces_folder_expiration",
        "spaces_folder_info",
        "spaces_folder_prune",
        "spaces_folder_restore",
    )
)
VARIABLES = {"build_number": 42}
FILLED = ["builds/42/a", "staging/uploads/b", "staging/cache/c", "backups/old/d", "builds/41/e"]


def tasks_of(text: str) -> list[dict[str, Any]]:
    """Parse tasks, and take their connection out: the environment brings that of the store."""
    tasks: list[dict[str, Any]] = yaml.safe_load(text)
    for task in tasks:
        for module in MODULES:
            for name in CONNECTION:
                task.get(module, {}).pop(name, None)
    return tasks


def readme_playbooks() -> list[str]:
    """Take the YAML blocks out of the README."""
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def on_this_machine(tasks: list[dict[str, Any]], tmp_path: Path) -> list[dict[str, Any]]:
    """Put the files of the examples into a directory of the test."""
    return json.loads(json.dumps(tasks).replace("/var/lib/tidy", str(tmp_path)))


@pytest.fixture
def space(moto: Store) -> Witness:
    """Create the Space of the examples."""
    witness = Witness.of(moto, "my-space")
    witness.create_space()
    return witness


Run = Callable[..., list[str]]


@pytest.fixture
def run(space: Witness, player: Player, tmp_path: Path) -> Run:
    """Run tasks on a Space that holds what the examples speak of; return the keys that they leave."""

    def run(tasks: list[dict[str, Any]], **keywords: Any) -> list[str]:
        space.put(FILLED)
        playbook = write_play(tmp_path, on_this_machine(tasks, tmp_path), **{"vars": VARIABLES, **keywords})
        done = player.play(playbook, {})
        assert done.code == 0, done.output
        return space.keys()

    return run


def test_the_examples_of_spaces_folder_run(run: Run) -> None:
    tasks = tasks_of(spaces_folder.EXAMPLES)
    assert len(tasks) == 8
    folders = ["releases/", "releases/v2/", "releases/v3/", "releases/v3/linux/", "releases/v3/linux/amd64/"]
    assert run(tasks[:-1]) == ["builds/41/e", *folders]
    assert run(tasks) == []


def test_the_examples_of_spaces_folder_info_run(run: Run) -> None:
    tasks = tasks_of(spaces_folder_info.EXAMPLES)
    assert len(tasks) == 8
    assert run(tasks[:-1]) == sorted(FILLED)
    assert run(tasks) == sorted(set(FILLED) - {"builds/41/e"})


def test_the_examples_of_spaces_folder_prune_run(run: Run) -> None:
    tasks = tasks_of(spaces_folder_prune.EXAMPLES)
    assert len(tasks) == 4
    assert run(tasks) == sorted(FILLED)


def test_the_examples_of_spaces_folder_restore_run(space: Witness, run: Run) -> None:
    space.create_space(versioned=True)
    tasks = tasks_of(spaces_folder_restore.EXAMPLES)
    assert len(tasks) == 4
    assert run(tasks) == sorted(FILLED)


def test_the_examples_of_spaces_folder_expiration_run(run: Run) -> None:
    tasks = tasks_of(spaces_folder_expiration.EXAMPLES)
    assert len(tasks) == 4
    assert run(tasks) == sorted(FILLED)


def test_the_playbook_and_the_task_of_the_readme_run(run: Run) -> None:
    task, playbook = readme_playbooks()
    [play] = yaml.safe_load(playbook)
    play["module_defaults"]["group/tidy.spaces.spaces"].pop("region")
    left = [key for key in FILLED if not key.startswith("builds/41/")]
    assert run([*play.pop("tasks"), *tasks_of(task)], **play) == sorted([*left, "builds/42/"])
