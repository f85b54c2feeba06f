# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands at the head of each playbook and in their README is the same, and true."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder
from ansible_collections.tidy.spaces.plugins.plugin_utils.variables import TAKEN
from tests.integration.scripts import run_script
from tests.servers.store import Store
from tests.servers.witness import Witness

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
README = (PLAYBOOKS / "README.md").read_text()
NAMES = sorted(path.stem for path in PLAYBOOKS.glob("*.yml"))
REMOTE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


INTERPRETER = "ansible_python_interpreter"


def set_by(node: Any) -> Iterator[str]:
    """Name the variables that plays and tasks set."""
    if isinstance(node, list):
        for each in node:
            yield from set_by(each)
    elif isinstance(node, dict):
        yield from node.get("vars", {})
        yield from node.get("ansible.builtin.set_fact", {})
        if "register" in node:
            yield node["register"]
        for each in node.values():
            yield from set_by(each)


def chapter(name: str) -> str:
    """Take one playbook's chapter out of the README."""
    [text] = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    return str(text)


def test_the_readme_lists_every_playbook() -> None:
    assert NAMES
    assert sorted(re.findall(r"^\| `tidy\.spaces\.(\w+)` \|", README, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_variables_are_documented_twice_alike(name: str) -> None:
    playbook = (PLAYBOOKS / f"{name}.yml").read_text()
    head = re.findall(r"^# (spaces_\w+) ", playbook, re.MULTILINE)
    table = re.findall(r"^\| `(spaces_\w+)` \|", chapter(name), re.MULTILINE)
    assert head
    assert sorted(head) == sorted(table)
    tasks = "".join(path.read_text() for path in (PLAYBOOKS / "tasks").glob("*.yml"))
    body = playbook.partition("\n- name:")[2] + tasks
    assert [variable for variable in head if not re.search(rf"\b{variable}\b", body)] == []


def test_every_variable_of_the_playbooks_is_known_to_the_check_of_names() -> None:
    documented = set(re.findall(r"^\| `(spaces_\w+)` \|", README, re.MULTILINE))
    assert list(TAKEN) == sorted(documented)


def test_the_playbooks_own_variables_cannot_be_taken_for_others() -> None:
    texts = "".join(path.read_text() for path in PLAYBOOKS.rglob("*.yml"))
    documents = [yaml.safe_load(path.read_text()) for path in PLAYBOOKS.rglob("*.yml")]
    own = {name for document in documents for name in set_by(document)} - {"ansible_connection", INTERPRETER}
    assert len(own) > 20
    assert [name for name in own if not name.startswith("_spaces_")] == ["spaces_fleet"]
    assert set(re.findall(r"(?<![.\w])spaces_\w+", texts)) - {"spaces_folder"} <= set(TAKEN)


def test_scaffold_leaves_out_the_options_that_its_module_would_refuse() -> None:
    [play] = yaml.safe_load((PLAYBOOKS / "scaffold.yml").read_text())
    assert play["vars"]["_spaces_ignored"] == sorted(spaces_folder.SPEC.without_effect["present"])


def test_the_commands_of_the_readme_run(moto: Store, tmp_path: Path) -> None:
    for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL):
        name = re.match(r"# (\w+\.yml)", block)
        assert name
        (tmp_path / name[1]).write_text(block.replace("https://minio.example.com:9000", moto.endpoint))
    (tmp_path / "vault.yml").rename(tmp_path / "typed.yml")
    (tmp_path / "password").write_text("a-password-for-tests")
    prompt = f"--vault-password-file {tmp_path / 'password'}"
    unattended = {
        "/var/lib/tidy": str(tmp_path),
        "ansible-vault create": f"EDITOR='cp typed.yml' ansible-vault create --skip-tty-check {prompt}",
        "--ask-vault-pass": prompt,
        "\\\n": "",
    }
    text = README
    for shown, done in unattended.items():
        text = text.replace(shown, done)
    hosts = yaml.safe_load((tmp_path / "hosts.yml").read_text())
    hosts["spaces_fleet"]["vars"] = REMOTE
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(hosts))
    spaces = {name: Witness.of(moto, name) for name in ("my-space", "my-backups")}
    for witness in spaces.values():
        witness.create_space(versioned=True)
    spaces["my-space"].put(["builds/1/a", "builds/release-1/a", "previews/1/a", "logs/2019/01/a", "logs/2018/a"])
    seen = []
    for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        run_script(command, tmp_path, moto.environment)
        for playbook in re.findall(r"^ansible-playbook tidy\.spaces\.(\w+)", command):
            seen.append((playbook, [witness.keys() for witness in spaces.values()]))
    held = ["builds/1/a", "builds/release-1/a", "logs/2018/a", "logs/2019/01/a", "previews/1/a"]
    gone = [key for key in held if not key.startswith("logs/2019/")]
    staging, environment = ["staging/cache/", "staging/uploads/"], ["environments/", "environments/staging/"]
    assert seen == [
        ("scaffold", [[*held, *staging], environment]),
        ("report", [[*held, *staging], environment]),
        ("teardown", [held, ["environments/"]]),
        ("prune", [held, ["environments/"]]),
        ("teardown", [held, ["environments/"]]),  # its plan
        ("teardown", [held, ["environments/"]]),
        ("fleet_teardown", [held, ["environments/"]]),  # --check
        ("fleet_teardown", [gone, ["environments/"]]),
        ("restore", [[*gone, *staging], environment]),
    ]
