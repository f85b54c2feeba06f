# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the controller's process a task gets all that its playbook says, and leaves the process as it was."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.integration.execution import IN_PROCESS, executions_in
from tests.integration.playbooks import Player
from tests.integration.task_runner import SPACES_FOLDER, TaskRunner
from tests.servers.store import Store
from tests.servers.witness import Witness

INFO = f"{SPACES_FOLDER}_info"
_numbers = itertools.count()


@pytest.fixture
def task_runner(moto: Store, tmp_path: Path) -> TaskRunner:
    """Run tasks on moto, for what no store has a part in."""
    return TaskRunner(Player(moto, tmp_path), tmp_path)


@pytest.fixture
def space(moto: Store) -> Witness:
    """Create a Space on moto."""
    witness = Witness.of(moto, f"in-process-{next(_numbers)}")
    witness.create_space()
    return witness


def folder(space: Witness, path: str, **options: Any) -> dict[str, Any]:
    """Write a task that creates a folder."""
    return {SPACES_FOLDER: {"space": space.space, "path": path, **options}}


HANDED_OVER: dict[str, Mapping[str, Any]] = {
    "tidy_spaces_in_process is off": {"vars": {"tidy_spaces_in_process": False}},
    "the connection is ssh": {"vars": {"ansible_connection": "ssh", "ansible_ssh_executable": "/bin/false"}},
    "it becomes another user": {"become": True, "become_method": "su"},
    "it is asynchronous": {"async": 60, "poll": 1},
    "its environment sets PYTHONHASHSEED": {"environment": {"PYTHONHASHSEED": "1"}},
}


@pytest.mark.parametrize("reason", HANDED_OVER)
def test_a_task_is_handed_to_the_module(task_runner: TaskRunner, space: Witness, reason: str) -> None:
    play = task_runner.play([{**folder(space, "a"), **HANDED_OVER[reason]}], "-vvv")
    assert f"runs as a module, because {reason}" in play.output
    if "ssh" not in reason:
        assert play.code == 0, play.output
        assert space.keys() == ["a/"]


@pytest.mark.parametrize("in_process", [True, False])
def test_a_key_cannot_forge_a_diff_or_command_the_terminal(
    task_runner: TaskRunner, space: Witness, *, in_process: bool
) -> None:
    space.put(["p/a\u2028+forged\x9b31m\u202e/x"])
    removal = {**folder(space, "p", state="absent"), "vars": {"tidy_spaces_in_process": in_process}}
    play = task_runner.play([removal], "--diff")
    assert play.code == 0, play.output
    assert r"-p/a\u2028+forged\x9b31m\u202e/ (1 object, " in play.output
    assert all(line.isprintable() for line in play.output.split("\n"))


def test_another_python_gets_the_module_though_it_is_the_same_binary(
    task_runner: TaskRunner, space: Witness, tmp_path: Path
) -> None:
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    play = task_runner.play([folder(space, "a")], "-vvv", vars={"ansible_python_interpreter": str(other)})
    assert f"runs as a module, because its interpreter is {other}" in play.output
    assert space.keys() == []


@pytest.mark.parametrize(
    "interpreter", ["{{ ansible_playbook_python }}", "{{ nowhere | default(omit) }}", "{{ none }}", "auto_silent"]
)
def test_this_python_and_none_are_the_controller_s(task_runner: TaskRunner, space: Witness, interpreter: str) -> None:
    play = task_runner.play([folder(space, "a")], "-vvv", vars={"ansible_python_interpreter": interpreter})
    assert executions_in(play.output) == [IN_PROCESS], play.output
    assert space.keys() == ["a/"]


def test_a_controller_without_botocore_hands_over(task_runner: TaskRunner, space: Witness, tmp_path: Path) -> None:
    (tmp_path / "botocore.py").write_text("raise ImportError('not here')\n")
    play = task_runner.play([folder(space, "a")], "-vvv", environment={"PYTHONPATH": str(tmp_path)})
    assert "runs as a module, because this Python lacks a suitable botocore" in play.output
    assert "Failed to import the required Python library (boto3)" in play.output


def test_a_switch_that_is_neither_on_nor_off_is_refused(task_runner: TaskRunner, space: Witness) -> None:
    play = task_runner.play([{**folder(space, "a"), "vars": {"tidy_spaces_in_process": "perhaps"}}])
    assert "The variable tidy_spaces_in_process is 'perhaps'. Set it to true or false" in play.output
    play = task_runner.play([folder(space, "a")], environment={"TIDY_SPACES_IN_PROCESS": "perhaps"})
    assert "The environment variable TIDY_SPACES_IN_PROCESS is 'perhaps'. Set it to true or false" in play.output
    assert space.keys() == []


def test_the_environment_of_a_task_is_its_own(moto: Store, task_runner: TaskRunner, space: Witness) -> None:
    connection = moto.environment
    settings = {name: "{{ store_settings." + name + " }}" for name in connection if name.startswith("SPACES_")}
    tasks = [
        {**folder(space, "{{ item }}"), "loop": ["a", "b"], "environment": settings},
        {**folder(space, "c"), "ignore_errors": True},
        {
            **folder(space, "{{ item }}"),
            "loop": ["d", "e", "f"],
            "environment": "{{ store_settings if item != 'e' else {'SPACES_REGION': 'nowhere'} }}",
            "ignore_errors": True,
        },
    ]
    without = {name: "" for name in connection if name.startswith("SPACES_")}
    play = task_runner.play(tasks, "-vvv", vars={"store_settings": dict(connection)}, environment=without)
    assert executions_in(play.output) == [IN_PROCESS]
    assert space.keys() == ["a/", "b/", "d/", "f/"], play.output


def test_defaults_of_the_module_and_of_the_group_hold(task_runner: TaskRunner, space: Witness) -> None:
    defaults = {"group/tidy.spaces.spaces": {"space": space.space}, SPACES_FOLDER: {"parents": True}}
    tasks = [{SPACES_FOLDER: {"path": "a/b"}}, {INFO: {"path": "a"}}]
    (created, found) = task_runner.results(tasks, module_defaults=defaults)
    assert created["folders"][0]["sample"] == ["a/", "a/b/"]
    assert found["folders"][0]["objects"] == 2


def test_values_keep_the_types_that_templates_give_them(task_runner: TaskRunner, space: Witness) -> None:
    tasks = [
        {
            SPACES_FOLDER: {"space": space.space, "paths": "{{ wanted }}", "workers": "{{ number }}"},
            "vars": {"wanted": ["a", "b"], "number": 2},
        },
        {**folder(space, "{{ version }}"), "vars": {"version": 1.5}},
        {**folder(space, "{{ version }}"), "vars": {"version": "1.5"}},
    ]
    both, number, text = task_runner.results(tasks)
    assert both["changed"]
    assert "Quote it" in number["msg"]
    assert not text.get("failed")
    assert space.keys() == ["1.5/", "a/", "b/"]


def test_a_task_is_repeated_until_it_is_content(task_runner: TaskRunner, space: Witness) -> None:
    found, created = task_runner.results(
        [
            {
                INFO: {"space": space.space, "path": "a"},
                "until": "result_0.folders[0].exists",
                "retries": 2,
                "delay": 0,
            },
            {**folder(space, "b"), "delegate_to": "localhost", "throttle": 1, "run_once": True},
        ]
    )
    assert found["attempts"] == 2
    assert created["changed"]


def test_nothing_is_shown_of_a_task_without_log(task_runner: TaskRunner, space: Witness) -> None:
    space.put(["hidden/key"])
    task = {**folder(space, "hidden", state="absent"), "no_log": True, "diff": True}
    play = task_runner.play([task], "-vvvv")
    assert executions_in(play.output) == [IN_PROCESS]
    assert "output has been hidden" in play.output
    assert "hidden/" not in re.sub(r"Origin:.*|task path.*", "", play.output)
    assert space.keys() == []


def test_each_host_has_its_own_line(task_runner: TaskRunner, space: Witness) -> None:
    play = task_runner.play(
        [folder(space, "{{ inventory_hostname }}")],
        "--inventory",
        "one,two,three",
        "-vvv",
        hosts="all",
        connection="local",
    )
    assert play.code == 0, play.output
    assert space.keys() == ["one/", "three/", "two/"]
    assert len(re.findall(r"^<(?:one|two|three)> \S+ runs in this process$", play.output, re.MULTILINE)) == 3


def test_become_that_a_host_takes_back_is_none(task_runner: TaskRunner, space: Witness) -> None:
    task = {**folder(space, "a"), "become": True, "vars": {"ansible_become": False}}
    assert executions_in(task_runner.play([task], "-vvv").output) == [IN_PROCESS]
    assert space.keys() == ["a/"]


@pytest.mark.stores("rgw-tls")
def test_libraries_warn_nobody_past_ansible(store: Store, tmp_path: Path, witness: Witness) -> None:
    play = TaskRunner(Player(store, tmp_path), tmp_path).play([folder(witness, "a", validate_certs=False)], "-vvv")
    assert executions_in(play.output) == [IN_PROCESS]
    assert witness.keys() == ["a/"]
    assert "errantly" not in play.output
    assert "InsecureRequestWarning" not in play.output


@pytest.mark.needs("credentials")
def test_items_of_a_loop_share_nothing_across_credentials(store: Store, tmp_path: Path, witness: Witness) -> None:
    secrets = [store.secret_key, "not-the-secret", store.secret_key]
    task_runner = TaskRunner(Player(store, tmp_path), tmp_path)
    options = {"access_key": store.access_key, "secret_key": "{{ item.1 }}", "ca_bundle": str(store.ca_bundle or "")}
    task = {
        **folder(witness, "{{ item.0 }}", **options),
        "loop": [[f"n{each}", one] for each, one in enumerate(secrets)],
    }
    (result,) = task_runner.results([task])
    assert [item.get("failed", False) for item in result["results"]] == [False, True, False]
    assert witness.keys() == ["n0/", "n2/"]
