# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scaffold, report, teardown, prune and restore refuse, and that nothing was touched by then."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.playbooks import Player, folders
from tests.servers.store import Store
from tests.servers.witness import Witness

FILLED = {
    "one": ["1.1/a", "1.10/a", "a", "prod/a", "prod/b/c", "production/a", "staging/prod", "staging/x"],
    "two": ["builds/1/a", "builds/2/a", "env/prod-2/a", "env/prod/a"],
}
SECRET = "an-awfully-secret-key"
Variables = dict[str, Any]


@pytest.fixture
def spaces(moto: Store) -> dict[str, Witness]:
    """Fill two Spaces."""
    witnesses = {name: Witness.of(moto, name) for name in FILLED}
    for name, witness in witnesses.items():
        witness.create_space()
        witness.put(FILLED[name])
    return witnesses


def held(spaces: dict[str, Witness]) -> dict[str, list[str]]:
    """List what the Spaces hold."""
    return {name: witness.keys() for name, witness in spaces.items()}


def teardown(name: Any = "prod", confirm: Any = "prod", **others: Any) -> Variables:
    """Write the variables of a teardown that is in order, but for what a test changes."""
    return {
        "spaces_environment": name,
        "spaces_confirm": confirm,
        "spaces_layout": folders("{{ spaces_environment }}/"),
        **others,
    }


def layout(value: Any) -> Variables:
    return {"spaces_layout": value}


def rules(*values: Any) -> Variables:
    return {"spaces_rules": list(values)}


BUILDS = {"space": "two", "path": "builds", "keep_newest": 1}
REFUSED: list[tuple[str, Variables, str]] = [
    ("teardown", {}, "spaces_environment is null"),
    ("teardown", teardown(spaces_max_object=1), "spaces_max_object is not a variable of these playbooks"),
    ("teardown", teardown(spaces_preview=True), "spaces_preview is not a variable of these playbooks"),
    ("teardown", teardown(confirm="other", problem="", found=0), 'spaces_confirm is "other"'),
    ("scaffold", {**layout(folders("new")), "spaces_plan": "plan.yml"}, "spaces_plan has no effect in scaffold"),
    ("prune", {**rules(BUILDS), "spaces_version": "all"}, "spaces_version is not a variable of these playbooks"),
    ("teardown", teardown(1.10, 1.10), "spaces_environment is 1.1. "),
    ("teardown", teardown(confirm="Prod"), "spaces_confirm is "),
    ("teardown", teardown(spaces_layout=None), "spaces_layout is not set"),
    ("teardown", teardown(spaces_layout=[{"space": "one", "paths": "prod"}]), "spaces_layout[0].paths is not a list"),
    ("teardown", teardown(spaces_layout=folders("prod", "production/a")), "not a whole segment"),
    ("teardown", teardown("1.1", "1.1", spaces_layout=folders(1.10)), "Quote it"),
    ("teardown", teardown(spaces_layout=folders("prod", "prod/../staging")), "segment '..'"),
    ("teardown", teardown(spaces_layout=[*folders("prod"), *folders("prod", space="tow")]), "does not exist"),
    (
        "teardown",
        teardown(spaces_layout=folders("prod", max_object=1)),
        "max_object is not an option of this module. Did you mean max_objects?",
    ),
    ("teardown", teardown(spaces_layout=folders("prod", max_objects=1)), "max_objects allows 1"),
    ("teardown", teardown(spaces_max_objects=1), "max_objects allows 1"),
    ("teardown", teardown(spaces_protect=["**/c"]), "would be removed: 'prod/b/c'"),
    ("teardown", teardown(spaces_max_objects=True), "spaces_max_objects is true"),
    ("teardown", teardown(spaces_versions="every"), "spaces_versions is "),
    ("teardown", teardown(spaces_connection="region=nyc3"), "spaces_connection is not a dictionary"),
    ("teardown", teardown(spaces_connection={"protect": ["**/c"]}), "Playbooks that remove take spaces_protect"),
    ("teardown", teardown(spaces_connection={"min_depth": 2}), "min_depth asks for 2"),
    ("teardown", teardown(spaces_layout=[*folders("prod"), {"bucket": "two", "paths": ["prod"]}]), "Write space: my"),
    ("teardown", teardown(spaces_layout=folders("prod", bucket="two")), "bucket: 'two' is not an option. Write space"),
    ("scaffold", {**layout(folders("new")), "spaces_connection": {"parents": True}}, "spaces_connection has parents"),
    (
        "report",
        {**layout(folders("prod")), "spaces_report": "report.md", "spaces_connection": {"protect": ["**/c"]}},
        "Playbooks that remove take spaces_protect",
    ),
    (
        "teardown",
        teardown(
            spaces_layout=[*folders("prod"), *folders("env/prod", space="two")],
            spaces_max_objects=2,
        ),
        "spaces_max_objects allows 2, and 3 objects",
    ),
    ("teardown", teardown(spaces_report="report.txt"), "that ends in .md or .html"),
    ("teardown", teardown(spaces_records="no-such-directory"), "spaces_records is "),
    ("prune", {**rules(BUILDS), "spaces_records": None}, "spaces_records is null"),
    ("prune", {**rules(BUILDS), "spaces_plan": "no-such-plan.yml"}, "There is no such file"),
    ("prune", {**rules(BUILDS), "spaces_report": ["report.md"]}, "that ends in .md or .html"),
    ("report", layout(folders("prod")), "spaces_report is null"),
    ("report", {**layout([]), "spaces_report": "report.md"}, "spaces_layout is empty"),
    ("report", {**layout(folders("prod")), **rules(), "spaces_report": "report.md"}, "spaces_rules is empty"),
    ("report", {**layout(folders("prod", path=["a"])), "spaces_report": "report.md"}, "path"),
    ("scaffold", {}, "spaces_layout is not set"),
    ("scaffold", layout([*folders("new"), *folders("new", space="tow")]), "does not exist"),
    ("scaffold", layout([*folders("new"), *folders("a//b", space="two")]), "write 'a/b'"),
    ("scaffold", layout(folders("new", "/")), "is the whole Space"),
    ("scaffold", layout(folders("new", 2026)), "Quote it"),
    ("prune", {}, "spaces_rules is not set"),
    ("prune", rules(BUILDS, {"space": "two", "path": "builds"}), "older_than, keep_newest"),
    ("prune", rules(BUILDS, {**BUILDS, "exlude": ["2"]}), "Did you mean exclude?"),
    ("prune", rules(BUILDS, {**BUILDS, "older_than": "5 days"}), "older_than"),
    ("prune", rules(BUILDS, {**BUILDS, "path": "/"}), "is the whole Space"),
    ("prune", rules(BUILDS, {**BUILDS, "keep_newest": 0}), "keep_newest"),
    ("prune", rules(BUILDS, {**BUILDS, "keep_newest": True}), "keep_newest: True is a boolean"),
    ("prune", rules(BUILDS, {**BUILDS, "exclude": None}), "exclude: None has no value"),
    ("prune", rules(BUILDS, {**BUILDS, "exclude": "2"}), "exclude: '2' is not a list"),
    ("prune", rules(BUILDS, {**BUILDS, "exclude": ["{{ kept }}"]}) | {"kept": ["2"]}, "is a list in a list"),
    ("prune", rules(BUILDS, {**BUILDS, "include": []}), "include: [] is empty"),
    (
        "prune",
        {**rules(BUILDS), "spaces_connection": {"protect": ["1/a"]}},
        "Playbooks that remove take spaces_protect",
    ),
    ("restore", {"spaces_records": ".", "spaces_connection": {"include": ["a"]}}, "spaces_connection has include"),
    ("prune", {**rules(BUILDS), "spaces_max_objects": 0}, "max_objects allows 0"),
]


@pytest.mark.parametrize(("name", "variables", "because"), REFUSED)
def test_a_playbook_refuses_mistakes_before_it_changes_anything(
    spaces: dict[str, Witness], player: Player, name: str, variables: Variables, because: str
) -> None:
    refused = player.play(name, variables)
    assert refused.code == 2, refused.output
    assert because in refused.output
    assert "undefined" not in refused.output
    assert refused.changed == 0
    assert held(spaces) == FILLED


@pytest.mark.parametrize(
    "guard", ["spaces_max_objects", "spaces_plan", "spaces_protect", "spaces_records", "spaces_versions"]
)
def test_a_guard_that_contains_an_undefined_variable_is_an_error(
    spaces: dict[str, Witness], player: Player, guard: str
) -> None:
    refused = player.play("teardown", teardown(**{guard: "{{ nobody.knows }}"}))
    assert refused.code == 2, refused.output
    assert "'nobody' is undefined" in refused.output
    assert held(spaces) == FILLED


STEPS = [
    ("scaffold", layout(folders("new")), ("Preview all entries", "Create the folders")),
    ("teardown", teardown(confirm="other"), ("Preview all entries", "Remove the folders")),
    ("prune", rules(BUILDS), ("Preview all rules", "Prune the folders")),
]


@pytest.mark.parametrize(
    ("name", "variables", "step"), [(name, given, step) for name, given, two in STEPS for step in two]
)
def test_the_checks_cannot_be_left_out(
    spaces: dict[str, Witness], player: Player, name: str, variables: Variables, step: str
) -> None:
    refused = player.play(name, variables, "--start-at-task", step)
    assert f"TASK [{step}]" in refused.output
    assert refused.code == 2
    assert held(spaces) == FILLED


def test_a_preview_reports_what_the_run_does(spaces: dict[str, Witness], player: Player) -> None:
    variables = teardown(spaces_layout=[*folders("prod", "none/prod"), *folders("env/prod", space="two")])
    preview = player.play("teardown", variables, "--check", "--diff")
    assert held(spaces) == FILLED
    run = player.play("teardown", variables, "--diff")
    again = player.play("teardown", variables)
    assert [play.code for play in (preview, run, again)] == [0, 0, 0]
    assert [play.changed for play in (preview, run, again)] == [1, 1, 0]
    assert preview.said == run.said
    assert run.said == ["3 objects."]
    assert again.said == ["nothing."]
    assert "(item=one: prod, none/prod)" in run.output
    assert [line.startswith("-prod/b/ (1 object, ") for line in preview.output.splitlines()].count(True) == 1
    assert [line for line in preview.output.splitlines() if line.startswith(("-", "+"))] == [
        line for line in run.output.splitlines() if line.startswith(("-", "+"))
    ]
    assert held(spaces) == {
        "one": [key for key in FILLED["one"] if not key.startswith("prod/")],
        "two": ["builds/1/a", "builds/2/a", "env/prod-2/a"],
    }


def test_a_glob_of_a_rule_that_matches_nothing_is_warned_of(spaces: dict[str, Witness], player: Player) -> None:
    variables = rules({**BUILDS, "keep_newest": "1", "exclude": "{{ kept }}"}) | {"kept": ["v1", "1"]}
    for arguments in (["--check"], []):
        done = player.play("prune", variables, *arguments)
        assert done.code == 0, done.output
        assert "'v1' matches nothing in 'builds/'" in done.output
        assert "'1' matches nothing" not in done.output
    assert held(spaces) == FILLED


def test_variables_of_the_command_line_are_strings(spaces: dict[str, Witness], player: Player) -> None:
    variables = layout(folders("{{ spaces_environment }}"))
    settings = "spaces_environment=1.10 spaces_confirm=1.10 spaces_max_objects=5 spaces_versions=all"
    assert player.play("teardown", variables, "--extra-vars", settings).code == 0
    assert held(spaces)["one"] == [key for key in FILLED["one"] if key != "1.10/a"]


@pytest.mark.parametrize("space", ["one", "no-such-space"])
@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("scaffold", {"spaces_layout": [{"paths": ["new"], "session_token": SECRET + "-token"}]}),
        ("teardown", teardown(spaces_layout=[{"paths": ["prod"], "session_token": SECRET + "-token"}])),
        ("prune", rules({"path": "prod", "keep_newest": 1, "session_token": SECRET + "-token"})),
    ],
)
def test_no_secret_is_printed(
    spaces: dict[str, Witness], player: Player, moto: Store, name: str, variables: Variables, space: str
) -> None:
    entries = next(value for value in variables.values() if isinstance(value, list))
    entries[0]["space"] = space
    connection = {"endpoint_url": moto.endpoint, "region": "us-east-1", "access_key": "key", "secret_key": SECRET}
    done = player.play(name, {**variables, "spaces_connection": connection}, "-vvv", "--diff", anonymous=True)
    assert done.code == (0 if space == "one" else 2), done.output
    assert moto.endpoint in done.output
    assert SECRET not in done.output


def test_scaffold_and_teardown_take_the_same_layout(spaces: dict[str, Witness], player: Player) -> None:
    entries = folders("new/{{ spaces_environment }}", parents=True, versions="all", max_objects=5)
    scaffolded = player.play("scaffold", teardown(spaces_layout=entries))
    assert scaffolded.code == 0, scaffolded.output
    assert held(spaces)["one"] == sorted([*FILLED["one"], "new/", "new/prod/"])
    removed = player.play("teardown", teardown(spaces_layout=entries))
    assert removed.code == 0, removed.output
    assert held(spaces)["one"] == sorted([*FILLED["one"], "new/"])


def test_one_scaffold_makes_folders_in_many_spaces(spaces: dict[str, Witness], player: Player) -> None:
    variables = layout([*folders("new", "prod"), *folders("deep/down", space="two", parents=True)])
    preview = player.play("scaffold", variables, "--check")
    assert held(spaces) == FILLED
    run = player.play("scaffold", variables)
    again = player.play("scaffold", variables)
    assert "3 folders would be created" in preview.output
    assert "3 folders were created" in run.output
    assert "0 folders were created" in again.output
    assert [play.changed for play in (preview, run, again)] == [1, 1, 0]
    assert held(spaces) == {
        "one": sorted([*FILLED["one"], "new/", "prod/"]),
        "two": sorted([*FILLED["two"], "deep/", "deep/down/"]),
    }
