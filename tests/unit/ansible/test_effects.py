# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option has an effect, or is refused."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.context import Connections, TaskContext
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from ansible_collections.tidy.spaces.plugins.modules import (
    spaces_folder,
    spaces_folder_expiration,
    spaces_folder_info,
    spaces_folder_prune,
    spaces_folder_restore,
)

GIVEN: dict[str, Any] = {"path": "a", "space": "my-space", "region": "nyc3", "access_key": "AK", "secret_key": "s"}
TASKS: list[tuple[ModuleType, dict[str, Any]]] = [
    (spaces_folder, {"state": "present"}),
    (spaces_folder, {"state": "absent"}),
    (spaces_folder_expiration, {"state": "present", "days": 1}),
    (spaces_folder_expiration, {"state": "absent"}),
    (spaces_folder_info, {"gather": ["totals"]}),
    (spaces_folder_info, {"gather": ["etag"]}),
    (spaces_folder_prune, {"keep_newest": 1}),
    (spaces_folder_restore, {"since": "2h", "max_objects": 1}),
]
FOR_DEFAULTS = {"protect", "min_depth"}
VALUES: dict[str, Any] = {"missing_space": "ok", "versions": "all", "record_versions": False}  # others than the default


class Noted(dict[str, Any]):
    """Options that note which of them are read."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.read: set[str] = set()

    def __getitem__(self, option: str) -> Any:
        self.read.add(option)
        return super().__getitem__(option)

    def get(self, option: str, default: Any = None) -> Any:
        self.read.add(option)
        return super().get(option, default)


def options_of(module: ModuleType, given: dict[str, Any]) -> dict[str, Any]:
    defaults = {option: facts.get("default") for option, facts in module.SPEC.argument_spec.items()}
    return {**defaults, **GIVEN, **given}


@pytest.mark.parametrize(("module", "given"), TASKS)
def test_an_option_is_read_or_refused(module: ModuleType, given: dict[str, Any], tmp_path: Path) -> None:
    record = {"record": str(tmp_path)} if "record" in module.SPEC.options and given.get("state") != "present" else {}
    params = Noted({**options_of(module, given), **record})
    context = TaskContext(
        params=params,
        check_mode=True,
        diff=True,
        environ={"PATH": os.defpath},
        add_secret=lambda _secret: None,
        cancellation=Cancellation(),
        connections=Connections(),
    )
    context.check_connection_options()
    operation = module.SPEC.build(context)
    report = operation.report()
    if isinstance(report, Report):  # as if the task had ended, and found nothing
        report = replace(report, complete=True)
    module.SPEC.describe(report, params)
    refused = set(module.SPEC.without_effect.get(given.get("state", ""), ()))
    refused |= {option for option, choice in module.SPEC.gathered_with.items() if choice not in given["gather"]}
    assert set(module.SPEC.argument_spec) - params.read - refused - FOR_DEFAULTS - {"path", "paths"} == set()
    assert not refused & FOR_DEFAULTS


@pytest.mark.parametrize(
    ("module", "state", "option"),
    [
        (module, state, option)
        for module in (spaces_folder, spaces_folder_expiration)
        for state, options in module.SPEC.without_effect.items()
        for option in options
    ],
)
def test_an_option_that_the_state_ignores_is_refused(module: ModuleType, state: str, option: str) -> None:
    default = module.SPEC.argument_spec[option].get("default")
    params = options_of(module, {"state": state})
    module.SPEC.require_effect(params)
    value = VALUES.get(option, True if default is False else 5)
    with pytest.raises(InvalidOption, match=f"{option}: .* has no effect with state: {state}. Remove it"):
        module.SPEC.require_effect({**params, option: value})


@pytest.mark.parametrize(("option", "value"), [("versions", "all"), ("uploads", True), ("uploads", False)])
def test_an_option_of_an_etag_that_is_not_gathered_is_refused(option: str, value: Any) -> None:
    spec, params = spaces_folder_info.SPEC, options_of(spaces_folder_info, {option: value})
    spec.require_effect({**params, "gather": ["totals", "etag"]})
    with pytest.raises(
        InvalidOption, match=f"{option}: .* has no effect without etag in gather. Remove it, or add etag"
    ):
        spec.require_effect(params)
