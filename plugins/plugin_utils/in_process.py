# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's call in the controller's process, with the task's options, environment and result as a module has them."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ansible import constants
from ansible.errors import AnsibleUndefinedConfigEntry
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.call import Call
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.connections import Connections
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.errand import Ending, Errand
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.workshop import Task
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Interrupted
from ansible_collections.tidy.spaces.plugins.module_utils._engine.requests import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.workers import GRACE

if TYPE_CHECKING:
    from .doors import TwoDoors

LAST_WORDS = GRACE + 0.5  # seconds that a task whose time is up gets to tell what it has done


@lru_cache(maxsize=1)
def connections_of(_task: str) -> Connections:
    """Return what the items of one task share; it goes when the next task comes, if the process lasts so long."""
    return Connections()


class InProcess:
    """One run of a task, or of an item of its loop."""

    def __init__(self, action: TwoDoors, call: Call, variables: Mapping[str, Any]) -> None:
        self._action = action
        self._task = action._task
        self._call = call
        self._variables = variables
        self._secrets: set[str] = set()
        self._cancellation = Cancellation()

    def run(self) -> dict[str, Any]:
        """Carry out the call; return the result that the module would give."""
        environment: dict[str, Any] = {}
        self._action._compute_environment_string(environment)
        with applied({name: str(value) for name, value in environment.items()}):
            validator = ArgumentSpecValidator(**self._call.specification)
            validation = validator.validate(self._arguments())
            params = validation.validated_parameters
            secret = [name for name, option in validator.argument_spec.items() if option.get("no_log")]
            self._secrets.update(str(params[name]) for name in secret if params.get(name))
            warnings = [
                f"Both option {both['option']} and its alias {both['alias']} are set." for both in validation._warnings
            ]
            if validation.error_messages:
                message = validation.errors.msg
                if isinstance(validation.errors[0], UnsupportedError):
                    message = f"Unsupported parameters for ({self._task.action}) module: {message}"
                return self._told({"failed": True, "msg": message}, params, warnings)
            ending, timed_out = self._carry_out(params)
        result = dict(ending.result)
        if ending.failure:
            connections_of(self._task._uuid).forget()
            result.update(failed=True, msg=ending.failure)
        if timed_out:
            result["timedout"] = {"period": self._task.timeout}
        if ending.traceback:
            result["exception"] = ending.traceback
        return self._told(result, params, [*warnings, *ending.warnings])

    def _arguments(self) -> dict[str, Any]:
        """Return the task's options as they reach a module: through JSON, without tags, with dates as text."""
        encoder = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
        arguments: dict[str, Any] = json.loads(json.dumps(self._task.args, cls=encoder))
        return arguments

    def _carry_out(self, params: Mapping[str, Any]) -> tuple[Ending, bool]:
        """Carry out the call in a thread; tell also whether the task's time was up before.

        In a thread, because the timeout strikes the main thread, wherever it is, and would leave half of a count there.
        """
        task = Task(
            params=params,
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
            environ=dict(os.environ),
            conceal=self._secrets.add,
            cancellation=self._cancellation,
            connections=connections_of(self._task._uuid),
        )
        errand = Errand(self._call, task)
        ended = threading.Event()

        def work() -> None:
            try:
                errand.prepare()
                errand.run()
            finally:
                ended.set()

        threading.Thread(target=work, name="tidy.spaces", daemon=True).start()
        try:
            ended.wait()
        except BaseException as exc:
            timed_out = not isinstance(exc, (Exception, KeyboardInterrupt, SystemExit))
            reason = f"The task was stopped by its timeout of {self._task.timeout} s" if timed_out else "It was stopped"
            reason += "; what it had not done yet is left as it is."
            self._cancellation.set(reason)
            ended.wait(LAST_WORDS)
            if not timed_out:
                raise
            errand.fail(Interrupted(reason))
            return errand.ending(), True
        return errand.ending(), False

    def _told(self, result: dict[str, Any], params: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
        """Finish a result as AnsibleModule does: with its options, and without secrets."""
        if self._shows_invocation():
            result["invocation"] = {"module_args": params}
        if warnings:
            result["warnings"] = warnings
        kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
        told: dict[str, Any] = json.loads(json.dumps(remove_values(result, self._secrets)))
        return {**told, **kept}

    def _shows_invocation(self) -> bool:
        try:
            return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=self._variables))
        except AnsibleUndefinedConfigEntry:  # before ansible-core 2.21 every result had it
            return True


@contextlib.contextmanager
def applied(environment: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the time of a task, and put back what there was."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
