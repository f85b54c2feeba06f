# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task with spaces_folder_expiration returns."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.expiration import describe_rules
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import Element, rule_changes
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.expire import ExpirationReport, RuleReport
from ansible_collections.tidy.spaces.plugins.modules import spaces_folder_expiration
from tests.servers.witness import Witness
from tests.unit.ansible.running import documented

FOREIGN = {"ID": "foreign", "Filter": {"Prefix": "f/"}, "Status": "Disabled", "Expiration": {"Days": 1}}
OURS = {"ID": "tidy.spaces:p/", "Filter": {"Prefix": "p/"}, "Status": "Enabled", "Expiration": {"Days": 14}}


@pytest.fixture
def ruled(witness: Witness) -> Witness:
    """Give the Space a rule that belongs to somebody else."""
    witness.set_rules(FOREIGN)
    return witness


def test_a_rule_comes_and_goes_as_check_mode_said(expiration: Any, ruled: Witness) -> None:
    preview = expiration(path="p", days=14, check=True, diff=True)
    assert ruled.rules() == [FOREIGN]
    result = expiration(path="p", days=14, diff=True)
    assert ruled.rules() == [FOREIGN, OURS]
    assert preview == result
    assert set(result) - {"changed", "diff", "invocation"} == documented(spaces_folder_expiration)
    [folder] = result["folders"]
    assert set(folder) == documented(spaces_folder_expiration, "folders")
    assert folder["rule"] == OURS
    [diff] = result["diff"]
    assert (diff["before"], yaml.safe_load(diff["after"])) == ("", OURS)
    assert not expiration(path="p", days=14)["changed"]

    gone = expiration(path="p", state="absent", diff=True)
    assert gone["changed"]
    assert ruled.rules() == [FOREIGN]
    assert (yaml.safe_load(gone["diff"][0]["before"]), gone["diff"][0]["after"]) == (OURS, "")
    again = expiration(path="p", state="absent", diff=True)
    assert not again["changed"]
    assert again["diff"] == []
    assert again["folders"][0]["rule"] is None


def test_a_rule_is_made_just_what_the_options_say(expiration: Any, ruled: Witness) -> None:
    ruled.set_rules({**OURS, "Status": "Disabled"}, {"ID": "mine", **{key: OURS[key] for key in OURS if key != "ID"}})
    result = expiration(path="p", noncurrent_days=7, abort_uploads_days=2, diff=True)
    rule = {
        "ID": "tidy.spaces:p/",
        "Filter": {"Prefix": "p/"},
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
    }
    assert result["folders"][0]["rule"] == rule
    assert ruled.rules()[0] == rule
    assert yaml.safe_load(result["diff"][0]["before"]) == {**OURS, "Status": "Disabled"}
    assert "another lifecycle rule for 'p/': 'mine'. It was left." in expiration.printed


def test_several_folders_take_one_write(expiration: Any, ruled: Witness) -> None:
    result = expiration(paths=["p", "q/r"], days=14)
    assert [folder["rule_id"] for folder in result["folders"]] == ["tidy.spaces:p/", "tidy.spaces:q/r/"]
    assert [rule["ID"] for rule in ruled.rules()] == ["foreign", "tidy.spaces:p/", "tidy.spaces:q/r/"]
    assert expiration(paths=["p", "q/r"], state="absent")["changed"]
    assert ruled.rules() == [FOREIGN]


def test_the_diff_of_a_rule_commands_no_terminal() -> None:
    hostile = "a\x7f\x85\x9b\u2028\u202e\U000e0001 é/"
    [change] = rule_changes([FolderPath.parse("p")], rule_id=None, days=None)
    before = Element("Rule", children=(Element("ID", hostile), Element("Odd\u200dName", hostile)))
    report = ExpirationReport(rules=(RuleReport(change=change, before=before, after=None),), warnings=())
    result = describe_rules(report, {"state": "absent"})
    [diff] = result.diff or []
    lines = diff["before"].splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    assert yaml.safe_load(lines[0]) == {"ID": hostile}


def test_the_diff_of_a_rule_with_several_conditions_is_yaml(expiration: Any, witness: Witness) -> None:
    tags = [{"Key": "a", "Value": "1: #x"}, {"Key": "b", "Value": "2"}]
    there = {"ID": "tidy.spaces:", "Filter": {"And": {"Tags": tags}}, "Status": "Enabled", "Expiration": {"Days": 1}}
    witness.set_rules({**there, "Filter": {"Prefix": ""}, "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}] * 2})
    result = expiration(path="/", allow_root=True, days=1, diff=True)
    assert yaml.safe_load(result["diff"][0]["before"])["Transition"] == [{"Days": 1, "StorageClass": "GLACIER"}] * 2
    witness.set_rules(there)
    refused = expiration(path="/", allow_root=True, days=1)
    assert "is the ID of a rule that is not for just '/'" in refused["msg"]
    assert refused["folders"][0]["rule"]["Filter"] == {"And": {"Tag": tags}}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "None of days, noncurrent_days, abort_uploads_days is set"),
        ({"days": None}, "None of days, noncurrent_days, abort_uploads_days is set"),
        ({"days": 0}, "days: 0 is out of range. Give 1 to 24,855 days"),
        ({"days": 1, "path": "/"}, "is the whole Space"),
        ({"days": 1, "path": 7}, "Quote it"),
        ({"days": 1, "path": None, "paths": ["a", "b"], "rule_id": "x"}, "cannot be the ID of several rules"),
        ({"days": 1, "rule_id": "foreign"}, "is the ID of a rule that is not for just 'p/'"),
        ({"state": "absent", "rule_id": "foreign"}, "is the ID of a rule that is not for just 'p/'"),
        ({"days": 1, "space": "nowhere"}, "does not exist"),
    ],
)
def test_invalid_options_are_refused_and_change_no_rule(
    expiration: Any, ruled: Witness, options: dict[str, Any], problem: str
) -> None:
    given = {key: value for key, value in {"path": "p", **options}.items() if value is not None or key != "path"}
    for check in (True, False):
        result = expiration(**given, check=check)
        assert result["failed"]
        assert problem in result["msg"]
        assert not result["changed"]
    assert ruled.rules() == [FOREIGN]


def test_a_rule_that_could_reach_a_protected_key_is_refused(expiration: Any, witness: Witness) -> None:
    for path, said in (("builds", "'builds/' may contain"), ("prod/a", "'prod/a/' is protected")):
        result = expiration(path=path, days=1, protect=["prod", "builds/*/keep"])
        assert result["failed"]
        assert said in result["msg"]
    assert "failed" not in expiration(path="previews", days=1, protect=["prod", "builds/*/keep"])
    assert "failed" not in expiration(path="prod", state="absent", protect=["prod"], min_depth=3)
