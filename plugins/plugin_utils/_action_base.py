# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a task in the controller's process if that is its target, and as a module everywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleValueOmittedError

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.arguments import check_given
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.requirements import require_botocore
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption

from ._in_process import InProcess
from ._parent_watch import end_with_controller
from ._switches import IN_PROCESS, is_on

READ_EARLY = ("PYTHON", "LD_", "OPENSSL_")  # variables that a process obeys when it starts, and not later


class ActionBase(InProcess):
    """Run a module's call in this process, if the module would run on this machine, as this user, with this Python.

    It refuses here what neither way could see any more, because Ansible converts arguments first.
    """

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task; return what the module returns, by whichever door."""
        end_with_controller()
        variables = task_vars or {}
        try:
            check_given(self._task.args, self.spec.specification["argument_spec"])
        except InvalidOption as exc:
            return {"failed": True, "msg": str(exc)}
        reason = self._reason_for_module(variables)
        environment = {} if reason else self._environment()
        early = next((name for name in environment if name.startswith(READ_EARLY)), None)
        if early:
            reason = f"its environment sets {early}"
        door = f"as a module, because {reason}" if reason else "in this process"
        self._display.vvv(f"{self._task.action} runs {door}", host=variables.get("inventory_hostname"))
        if reason:
            return super().run(tmp, task_vars)
        return self.run_in_process(variables, environment)

    def _reason_for_module(self, variables: Mapping[str, Any]) -> str | None:
        """Say what keeps the task from being run here, if anything does."""
        if not is_on(IN_PROCESS, variables, self._templar):
            return f"{IN_PROCESS} is off"
        if not self._connection.matches_name(["local"]):
            return f"the connection is {self._connection.transport}"
        if self._connection.become:
            return "it becomes another user"
        if self._task.async_val:
            return "it is asynchronous"
        interpreter = self._interpreter(variables)
        if interpreter and os.path.abspath(interpreter) != os.path.abspath(sys.executable):
            return f"its interpreter is {interpreter}"
        try:
            require_botocore()
        except EngineError:
            return "this Python lacks a suitable botocore"
        return None

    def _environment(self) -> dict[str, Any]:
        """Return the environment that the playbook gives the task."""
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        return environment

    def _interpreter(self, variables: Mapping[str, Any]) -> str | None:
        """Return the Python that is set for the target, if one is; abspath, as virtual environments share a binary."""
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        configured = constants.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
        try:
            interpreter = self._templar.template(configured)
        except AnsibleValueOmittedError:
            return None
        return None if not interpreter or str(interpreter).startswith("auto") else str(interpreter)
