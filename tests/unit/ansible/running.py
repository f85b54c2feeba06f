# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module in this process, as Ansible runs it in a process of its own."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.parameters import PASS_VARS
from ansible.module_utils.testing import patch_module_args

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder

SPACE = "my-space"
PAIR = {"access_key": "AKOPTION", "secret_key": "secret-of-option"}


def documented(module: ModuleType, *parents: str) -> set[str]:
    """Return the keys that a module's RETURN documents, at the top or below a key."""
    returned = yaml.safe_load(module.RETURN)
    for parent in parents:
        returned = returned[parent]["contains"]
    return set(returned)


class Task:
    """Run a module as a task would; return its result, and keep all that it printed."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], endpoint_url: str | None = None, module: Any = spaces_folder
    ) -> None:
        self.printed = ""
        self._module = module
        self._capsys = capsys
        self.connection = {"space": SPACE, **PAIR}
        if endpoint_url:
            self.connection["endpoint_url"] = endpoint_url

    def __call__(self, *, check: bool = False, diff: bool = False, without: tuple[str, ...] = (), **given: Any) -> Any:
        options = {name: value for name, value in self.connection.items() if name not in without}
        arguments = {
            **options,
            **given,
            "_ansible_check_mode": check,
            "_ansible_diff": diff,
        }
        if (
            "inject_invocation" in PASS_VARS
        ):  # ansible-core 2.19 shows the options in every result, later ones with -vvv
            arguments["_ansible_inject_invocation"] = True
        with patch_module_args(arguments), pytest.MonkeyPatch.context() as patch:
            # Ansible keeps warnings for the life of the process, and another run in this one is another task.
            patch.setattr("ansible.module_utils.common.warnings._global_warnings", {})
            with pytest.raises(SystemExit) as ended:
                self._module.main()
        self.printed = "".join(self._capsys.readouterr())
        result = json.loads(self.printed)
        assert bool(ended.value.code) == bool(result.get("failed"))
        return result
