# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments that Ansible would silently convert or drop."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import check_given
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from ansible_collections.tidy.spaces.plugins.modules import (
    spaces_folder,
    spaces_folder_expiration,
    spaces_folder_info,
    spaces_folder_prune,
)
from tests.unit.ansible.running import Task

SPECS = {
    module.__name__.rpartition(".")[2]: module.SPEC.argument_spec
    for module in (spaces_folder, spaces_folder_expiration, spaces_folder_info, spaces_folder_prune)
}
NUMBERS = [
    (name, option)
    for name, spec in SPECS.items()
    for option, facts in spec.items()
    if facts["type"] in ("int", "float")
]


@pytest.mark.parametrize(("module", "option"), NUMBERS)
def test_a_boolean_is_not_taken_for_a_number(module: str, option: str) -> None:
    with pytest.raises(InvalidOption, match=f"{option}: True is a boolean, not a number. Write a number"):
        check_given({"path": "a", option: True}, SPECS[module])


@pytest.mark.parametrize("module", SPECS)
def test_another_name_for_the_space_is_refused(module: str) -> None:
    with pytest.raises(InvalidOption, match=r"bucket: 'other' is not an option\. Write space, .*module_defaults"):
        check_given({"space": "mine", "path": "a", "bucket": "other"}, SPECS[module])


@pytest.mark.parametrize("value", [None, "", " "])
@pytest.mark.parametrize(
    "option", ["exclude", "include", "keep_newest", "max_objects", "min_depth", "older_than", "protect"]
)
def test_a_guard_without_a_value_is_refused(option: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=rf"{option}: .* has no value, .* use default\(omit\)"):
        check_given({option: value}, SPECS["spaces_folder_prune"])


@pytest.mark.parametrize("given", [{"keep_newest": "3"}, {"exact": True}, {"region": None}])
def test_other_arguments_are_left_to_ansible(given: dict[str, Any]) -> None:
    check_given(given, SPECS["spaces_folder_prune"])


@pytest.mark.parametrize("option", ["keep_newest", "max_objects", "sample_size", "workers", "retries"])
def test_the_module_by_itself_refuses_a_boolean_too(prune: Task, option: str) -> None:
    result = prune(path="a", **{"keep_newest": 1, option: True})
    assert result["failed"]
    assert f"{option}: True is a boolean" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_check_mode_refuses_a_boolean_for_days_too(expiration: Task, check: bool) -> None:
    result = expiration(path="a", days=True, check=check)
    assert "days: True is a boolean, not a number" in result["msg"]


@pytest.mark.parametrize("module", SPECS)
def test_no_option_has_a_second_name(module: str) -> None:
    """A default under a second name would override the value that the task itself gives under the first."""
    assert not [option for option, facts in SPECS[module].items() if "aliases" in facts]


@pytest.mark.parametrize(
    ("option", "advice"), [("secret_kye", "Did you mean secret_key?"), ("zzz", "The options are access_key, ")]
)
def test_an_unknown_option_is_named_and_its_value_is_not_shown(option: str, advice: str) -> None:
    with pytest.raises(EngineError) as caught:
        check_given({option: "hunter2"}, SPECS["spaces_folder"])
    assert str(caught.value).startswith(f"{option} is not an option of this module. {advice}")
    assert "hunter2" not in str(caught.value)
