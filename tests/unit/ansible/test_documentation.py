# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts that are stated in two places agree."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import MINIMUM_BOTOCORE

COLLECTION = Path(__file__).parents[3]
PLUGINS = "ansible_collections.tidy.spaces.plugins"
MODULES = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("*.py") if path.stem != "__init__")
RUNTIME = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text())
GALAXY = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())


class Constructed(Exception):
    """The arguments that a module passes to AnsibleModule."""


def documentation_of(module: str) -> dict[str, Any]:
    """Return a module's documentation with its fragments in it."""
    merged: dict[str, Any] = {"options": {}, "requirements": [], "attributes": {}}
    own = yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{module}").DOCUMENTATION)
    parts = [own]
    for name in own["extends_documentation_fragment"]:
        fragment = importlib.import_module(f"{PLUGINS}.doc_fragments.{name.removeprefix('tidy.spaces.')}")
        parts.append(yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION))
    for part in parts:
        assert not merged["options"].keys() & part.get("options", {}).keys()
        merged["options"] |= part.get("options", {})
        merged["attributes"] |= part.get("attributes", {})
        merged["requirements"] += part.get("requirements", [])
    return {**own, **merged}


def construction_of(module: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the keyword arguments with which a module makes its AnsibleModule."""

    def construct(**arguments: Any) -> None:
        raise Constructed(arguments)

    imported = importlib.import_module(f"{PLUGINS}.modules.{module}")
    monkeypatch.setattr(imported, "AnsibleModule", construct)
    with patch_module_args({}), pytest.raises(Constructed) as caught:
        imported.main()
    arguments: dict[str, Any] = caught.value.args[0]
    return arguments


@pytest.mark.parametrize("module", MODULES)
def test_options_are_documented_as_they_are_taken(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    documented = documentation_of(module)["options"]
    taken = construction_of(module, monkeypatch)["argument_spec"]
    facts = {"type": "str", "required": False, "default": None, "choices": None, "aliases": [], "elements": None}
    assert {
        option: {fact: spec.get(fact, absent) for fact, absent in facts.items()} for option, spec in taken.items()
    } == {
        option: {fact: spec.get(fact, absent) for fact, absent in facts.items()} for option, spec in documented.items()
    }
    assert all(spec["description"] for spec in documented.values())


@pytest.mark.parametrize("module", MODULES)
def test_the_documented_check_mode_support_is_true(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    support = documentation_of(module)["attributes"]["check_mode"]["support"]
    assert construction_of(module, monkeypatch).get("supports_check_mode", False) == (support == "full")


@pytest.mark.parametrize("module", MODULES)
def test_secrets_are_taken_as_such(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = construction_of(module, monkeypatch)["argument_spec"]
    assert {name for name, option in spec.items() if option.get("no_log")} == {"secret_key", "session_token"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_documented_under_its_own_name(module: str) -> None:
    documentation = documentation_of(module)
    assert documentation["module"] == module
    assert tuple(map(int, documentation["version_added"].split("."))) <= tuple(map(int, GALAXY["version"].split(".")))


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_the_options_that_there_are(module: str) -> None:
    examples = yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{module}").EXAMPLES)
    options = documentation_of(module)["options"]
    used = [task[f"tidy.spaces.{module}"] for task in examples if f"tidy.spaces.{module}" in task]
    assert used
    assert set().union(*used) <= set(options)


def test_the_action_group_names_every_module() -> None:
    assert MODULES
    assert sorted(RUNTIME["action_groups"]["spaces"]) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_the_action_group_is_documented(module: str) -> None:
    groups = {f"{GALAXY['namespace']}.{GALAXY['name']}.{group}" for group in RUNTIME["action_groups"]}
    assert set(documentation_of(module)["attributes"]["action_group"]["membership"]) == groups


@pytest.mark.parametrize("module", MODULES)
def test_the_minimum_of_botocore_is_the_same_everywhere(module: str) -> None:
    listed = dict(line.split(">=") for line in (COLLECTION / "meta/ee-requirements.txt").read_text().split())
    assert listed == {"boto3": MINIMUM_BOTOCORE, "botocore": MINIMUM_BOTOCORE}
    [named] = re.findall(r"botocore >= ([0-9.]+)", " ".join(documentation_of(module)["requirements"]))
    assert named == MINIMUM_BOTOCORE


def test_the_execution_environment_asks_for_the_listed_requirements() -> None:
    environment = yaml.safe_load((COLLECTION / "meta/execution-environment.yml").read_text())
    assert (COLLECTION / environment["dependencies"]["python"]).is_file()
