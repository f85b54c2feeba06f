# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module's task in the controller's process, with the result that the module would return."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action.normal import ActionModule as ModuleAction

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.connections import Connections
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.context import Task
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.execute import Errand
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.progress import ProgressLines
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import with_slash

from ._environment import applied
from ._stoppable import run_in_thread
from ._switches import PROGRESS, is_on
from ._telling import censor_result

# When Ansible first loads an action it is the controller itself, later a worker that has no terminal any more.
INTERVAL = 3.0 if sys.stderr and sys.stderr.isatty() else 30.0  # seconds between lines of progress


@lru_cache(maxsize=1)
def connections_of(_task: str) -> Connections:
    """Return what the items of one task share; it goes when the next task comes, if the process lasts so long."""
    return Connections()


class InProcess(ModuleAction):
    """An action that can carry out its module's call by itself."""

    spec: ModuleSpec

    def run_in_process(self, variables: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out the call; return the result that the module would give."""
        shows_progress = not self._task.no_log and is_on(PROGRESS, variables, self._templar)
        with applied(environment), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they go to standard error, which is not for a worker to write to
            validation = ArgumentSpecValidator(**self.spec.specification).validate(self._arguments())
            params = validation.validated_parameters
            secrets = set(validation._no_log_values)  # noqa: SLF001 - where AnsibleModule finds them
            if validation.error_messages:
                result, further = self._refusal(validation), ()
            else:
                result, further = self._result(params, secrets, shows_progress=shows_progress)
        return censor_result(result, params=params, variables=variables, secrets=secrets, warnings=further)

    def _arguments(self) -> dict[str, Any]:
        """Return the task's options as they reach a module: through JSON, without tags, with dates as text."""
        encoder = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
        arguments: dict[str, Any] = json.loads(json.dumps(self._task.args, cls=encoder))
        return arguments

    def _refusal(self, validation: ValidationResult) -> dict[str, Any]:
        """Word it as AnsibleModule does."""
        message = validation.errors.msg
        if isinstance(validation.errors[0], UnsupportedError):
            message = f"Unsupported parameters for ({self._task.action}) module: {message}"
        return {"failed": True, "msg": message}

    def _result(
        self, params: Mapping[str, Any], secrets: set[str], *, shows_progress: bool
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Carry out the call; return its result and warnings."""
        connections = connections_of(self._task._uuid)  # noqa: SLF001 - nothing else tells one task from the next
        cancellation = Cancellation()
        task = Task(
            params=params,
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
            environ=dict(os.environ),
            add_secret=secrets.add,
            cancellation=cancellation,
            connections=connections,
            beat=self._progress_lines(params, secrets).beat if shows_progress else None,
        )
        errand = Errand(self.spec, task)
        in_time = run_in_thread(errand, cancellation=cancellation, timeout=self._task.timeout)
        ending = errand.ending()
        result = dict(ending.result)
        if ending.failure:
            connections.forget()
            result.update(failed=True, msg=ending.failure)
        if not in_time:
            result["timedout"] = {"period": self._task.timeout}
        if ending.traceback:
            result["exception"] = ending.traceback
        return result, ending.warnings

    def _progress_lines(self, params: Mapping[str, Any], secrets: set[str]) -> ProgressLines:
        """Return what shows how far a long task has come, on standard error, as results go to the other."""
        paths = params["paths"] if isinstance(params["paths"], list) else [params["path"]]
        return ProgressLines(
            name=self._task.action.rpartition(".")[2],
            paths=[with_slash(f"{path}") for path in paths],
            say=lambda line: self._display.display(remove_values(line, frozenset(secrets)), stderr=True),
            interval=INTERVAL,
        )
