# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks refuse in their variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import CONNECTION
from ansible_collections.tidy.spaces.plugins.plugin_utils.variables import names_problem, value_problem

SECRET = "an-awfully-secret-key"


def entry(*paths: Any, space: Any = "one", **options: Any) -> dict[str, Any]:
    return {"space": space, "paths": list(paths), **options}


@pytest.mark.parametrize(
    ("names", "playbook", "problem"),
    [
        (
            ["spaces_max_object"],
            "teardown",
            "spaces_max_object is not a variable of these playbooks. They take spaces_",
        ),
        (["spaces_b", "spaces_a", "spaces_path"], "prune", "spaces_a, spaces_b are not variables of these playbooks."),
        (
            ["spaces_plan"],
            "fleet_teardown",
            "spaces_plan has no effect in fleet_teardown. Leave it out. It is for prune",
        ),
        (["spaces_report"], "restore", "spaces_report has no effect in restore."),
        (["spaces_records"], "scaffold", "spaces_records has no effect in scaffold."),
    ],
)
def test_a_variable_that_a_playbook_does_not_take_is_named(names: list[str], playbook: str, problem: str) -> None:
    assert names_problem(names, playbook).startswith(problem)


def test_variables_for_several_playbooks_may_stand_in_one_file() -> None:
    assert names_problem(["spaces_environment", "spaces_rules", "spaces_plan"], "teardown") == ""


ENVIRONMENTS = ["", "prod ", "prod\n", "..", "staging/prod", 1.1, True, ["prod"], None]
CONFIRMATIONS = [("1.1", 1.1), ("true", True), ("prod", "Prod"), ("prod", "prod "), ("prod", None)]
LISTS: list[tuple[Any, str]] = [
    (None, " is not set. Give a list"),
    ([], " is empty. Give a list"),
    ("", " is empty. Give a list"),
    ({}, " is not a list (dict). Give"),
    (entry("prod"), " is not a list (dict). Give"),
    ("a", " is not a list (str). Give"),
    (["one"], "[0] is not a dictionary with"),
    ([entry("prod"), {"paths": ["prod"]}], "[1] is not a dictionary with the name of one Space"),
    ([entry("prod", space=1.1)], "[0] is not a dictionary"),
    ([entry("prod", space=" ")], "[0] is not a dictionary"),
]
LAYOUTS: list[tuple[Any, str]] = [
    ([entry()], "[0].paths is empty. Give a list with at least one folder"),
    ([entry("prod"), {"space": "two", "path": "prod"}], "[1].paths is not set."),
    ([{"space": "one", "paths": "prod"}], "[0].paths is not a list (str)."),
    ([{"space": "one", "paths": {"a": "prod"}}], "[0].paths is not a list (dict)."),
    ([entry("prod"), entry("prod/b")], ' lists a Space twice: "one", "one". Put all'),
    ([entry("prod"), entry("prod", region="")], " lists a Space twice"),
]
FOREIGN: list[tuple[str, Any]] = [
    ("prod", "staging"),
    ("prod", "production/a"),
    ("prod", "env/preprod/a"),
    ("prod", "prod-2"),
    ("prod", "/"),
    ("prod", ""),
    ("1.1", "1.10"),
    ("1.1", "1x1"),
]
PATHS = [None, "", "/", "//", " / ", 1.1, ["f"]]
LIMITS = ["", -1, "1e3", "5 ", True, None, 1.5]


@pytest.mark.parametrize(
    ("variable", "value", "others", "problem"),
    [
        *(("spaces_environment", value, {}, "spaces_environment is ") for value in ENVIRONMENTS),
        *(
            ("spaces_confirm", value, {"confirms": "spaces_environment", "removed": removed}, "spaces_confirm is ")
            for removed, value in CONFIRMATIONS
        ),
        *(("spaces_layout", value, {}, f"spaces_layout{problem}") for value, problem in LISTS + LAYOUTS),
        *(("spaces_rules", value, {}, f"spaces_rules{problem}") for value, problem in LISTS),
        *(
            ("spaces_layout", [entry(environment, path)], {"environment": environment}, "spaces_layout has paths in ")
            for environment, path in FOREIGN
        ),
        ("spaces_connection", "region=nyc3", {}, "spaces_connection is not a dictionary (str)."),
        ("spaces_connection", None, {}, "spaces_connection is not a dictionary (no value)."),
        *(
            ("spaces_connection", {"region": "nyc3", option: []}, {}, f"spaces_connection has {option}, which is not ")
            for option in ("protect", "max_objects", "versions", "state", "record", "space", "bucket", 5)
        ),
        ("spaces_connection", {"state": "", "exact": ""}, {}, "spaces_connection has exact, state, which are not "),
        *(("spaces_space", value, {}, "spaces_space is ") for value in (None, " ", ["one"], 1.1)),
        *(("spaces_path", value, {}, "spaces_path is ") for value in PATHS),
        *(("spaces_max_objects", value, {}, "spaces_max_objects is ") for value in LIMITS),
        ("spaces_max_objects", "2", {"found": 3}, "spaces_max_objects allows 2, and 3 objects"),
        *(("spaces_versions", value, {}, "spaces_versions is ") for value in ("old", None, True, ["all"])),
        *(("spaces_protect", value, {}, "spaces_protect is ") for value in ("*.lock", None, {})),
        *(("spaces_plan_max_age", value, {}, "spaces_plan_max_age is ") for value in ("1 day", None, 24, "0h")),
        *(("spaces_report", value, {}, "spaces_report is ") for value in ("report.txt", ["report.md"], None, "d.md")),
        ("spaces_report", "no/such/directory/report.md", {}, 'spaces_report is "no/such/directory/report.md". Give'),
        ("spaces_plan", None, {"preview": True}, "spaces_plan is null. Give the name of a file."),
        ("spaces_plan", "there", {"preview": True}, 'spaces_plan is "there". This file exists'),
        ("spaces_plan", "none", {"preview": False}, 'spaces_plan is "none". There is no such file.'),
        *(("spaces_records", value, {}, "spaces_records is ") for value in (None, "none", "there", 5)),
        *(("spaces_records", value, {"one": True}, "spaces_records is ") for value in (None, "none", "")),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: Any, others: dict[str, Any], problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").touch()
    (tmp_path / "d.md").mkdir()
    said = value_problem(value, variable, **others)
    assert said.startswith(problem)
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("variable", "value", "others"),
    [
        *(("spaces_environment", value, {}) for value in ("prod", "1.10", "pr-2026_11", "é")),
        ("spaces_confirm", "prod", {"confirms": "spaces_environment", "removed": "prod"}),
        ("spaces_layout", [entry("a"), entry("a", space="two"), entry("a", region="fra1")], {}),
        ("spaces_layout", [entry("prod", "env/prod/a", "prod/")], {"environment": "prod"}),
        ("spaces_layout", [entry(1.1)], {"environment": "1.1"}),  # the module says how to write it
        ("spaces_rules", [{"space": "one"}, {"space": "one"}], {}),
        ("spaces_connection", {}, {}),
        ("spaces_connection", dict.fromkeys({*CONNECTION, "min_depth"} - {"space"}), {}),
        ("spaces_space", "one", {}),
        *(("spaces_path", value, {}) for value in ("f", "f/", "f/../g")),
        *(("spaces_max_objects", value, {"found": 3}) for value in (3, "3", 5)),
        *(("spaces_versions", value, {}) for value in ("current", "all")),
        *(("spaces_protect", value, {}) for value in ([], ["*.lock"])),
        ("spaces_plan_max_age", "90m", {}),
        *(("spaces_report", value, {}) for value in ("report.md", "~/report.html")),
        ("spaces_plan", "none", {"preview": True}),
        ("spaces_plan", "there", {"preview": False}),
        ("spaces_records", ".", {}),
        *(("spaces_records", value, {"one": True}) for value in (".", "there")),
    ],
)
def test_a_right_value_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: Any, others: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "there").touch()
    assert value_problem(value, variable, **others) == ""


@pytest.mark.parametrize("option", ["max_objects", "protect", "versions"])
def test_an_option_that_has_a_variable_of_its_own_is_refused_with_its_name(option: str) -> None:
    assert f"Playbooks that remove take spaces_{option}." in value_problem({option: "1"}, "spaces_connection")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("spaces_connection", SECRET),
        ("spaces_connection", {"secret": SECRET}),
        ("spaces_layout", {"secret_key": SECRET}),
        ("spaces_layout", [{"space": "one", "secret_key": SECRET}]),
        ("spaces_layout", [entry("a", secret_key=SECRET), entry("b", secret_key=SECRET)]),
        ("spaces_rules", [{"secret_key": SECRET}]),
    ],
)
def test_no_secret_is_shown(variable: str, value: Any) -> None:
    assert SECRET not in value_problem(value, variable)
    assert value_problem(value, variable)
