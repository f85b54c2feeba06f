# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a task on the controller if the controller is its target; otherwise hand it over to the module."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleUndefinedConfigEntry, AnsibleValueOmittedError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as ModuleAction

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.context import Connections, TaskContext
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.execute import execute
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.progress import ProgressLines
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import (
    ModuleSpec,
    check_given,
    require_botocore,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import with_slash

from ._controller import end_with_controller, environment_applied, run_in_thread

IN_PROCESS = "tidy_spaces_in_process"
PROGRESS = "tidy_spaces_progress"
READ_EARLY = ("PYTHON", "LD_", "OPENSSL_")  # variables that a process reads when it starts, and not later
# Ansible first loads an action in the controller itself, later in a worker, which has no terminal any more.
TERMINAL = bool(sys.stderr and sys.stderr.isatty())
INTERVAL = 3.0 if TERMINAL else 30.0  # seconds between lines of progress
REDRAW = "\r\x1b[?7l{}\x1b[K\x1b[?7h"  # over the old line, cut at the terminal's edge, without the rest of the old line
REDRAW_INTERVAL = 1.0  # seconds


@lru_cache(maxsize=1)
def connections_of(_task: str) -> Connections:
    """Return the connections that the items of one task share; the cache drops them when the next task runs."""
    return Connections()


class LoadsForWorkers:
    """``False``, and botocore is loaded when a second task asks for it.

    A strategy asks an action whether it bypasses the loop over hosts, in the controller, before it forks a worker for
    the task. To load botocore takes a quarter of a second: a single task does so in its worker, if it needs it at all;
    of several, each would.
    """

    def __init__(self) -> None:
        self._asked = 0

    def __get__(self, _action: object, _owner: type) -> bool:
        self._asked += 1
        if self._asked == 2:
            self._load()
        return False

    def _load(self) -> None:
        from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import preload

        with contextlib.suppress(AnsibleActionFail), warnings.catch_warnings():  # each task says what is wrong
            warnings.simplefilter("ignore")  # in a module, Ansible hides what the libraries warn of
            if switched_on(IN_PROCESS):
                preload()


class ActionBase(ModuleAction):
    """Run a module's task in this process, if the module would run on this machine, as this user, with this Python.

    It refuses arguments whose mistakes could not be detected later, because Ansible converts them first.
    """

    spec: ModuleSpec
    BYPASS_HOST_LOOP = LoadsForWorkers()

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task; return what the module returns, wherever it runs."""
        end_with_controller()
        variables = task_vars or {}
        try:
            check_given(self._task.args, self.spec.argument_spec)
        except EngineError as exc:
            return {"failed": True, "msg": str(exc)}
        reason = self._reason_for_module(variables)
        environment = {} if reason else self._environment()
        early = next((name for name in environment if name.startswith(READ_EARLY)), None)
        if early:
            reason = f"its environment sets {early}"
        where = f"as a module, because {reason}" if reason else "in this process"
        self._display.vvv(f"{self._task.action} runs {where}", host=variables.get("inventory_hostname"))
        if reason:
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        return self._run_on_controller(variables, environment)

    def _reason_for_module(self, variables: Mapping[str, Any]) -> str | None:
        """Return why the task cannot run here; ``None`` if it can."""
        if not switched_on(IN_PROCESS, self._templar.template(variables.get(IN_PROCESS))):
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
        """Return the Python that is set for the target, if any, with its links: virtual environments share a binary."""
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        configured = constants.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
        try:
            interpreter = self._templar.template(configured)
        except AnsibleValueOmittedError:
            return None
        return None if not interpreter or str(interpreter).startswith("auto") else str(interpreter)

    def _run_on_controller(self, variables: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
        """Run the task in this process; return the result that the module would return."""
        shows_progress = not self._task.no_log and switched_on(
            PROGRESS, self._templar.template(variables.get(PROGRESS))
        )
        with environment_applied(environment), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python writes them to standard error, where a worker must not write
            validation = ArgumentSpecValidator(**self.spec.specification).validate(as_module_arguments(self._task.args))
            params = validation.validated_parameters
            secrets = set(validation._no_log_values)  # noqa: SLF001 - where AnsibleModule finds them
            further: tuple[str, ...] = ()
            if validation.error_messages:
                values = {"failed": True, "msg": validation.errors.msg}
            else:
                values, further = self._executed(params, variables, secrets, shows_progress=shows_progress)
        return censor_result(values, params=params, variables=variables, secrets=secrets, warnings=further)

    def _executed(
        self, params: Mapping[str, Any], variables: Mapping[str, Any], secrets: set[str], *, shows_progress: bool
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Execute the task; return its result and warnings."""
        connections = connections_of(self._task._uuid)  # noqa: SLF001 - nothing else identifies a task
        cancellation = Cancellation()
        lines = self._progress_lines(params, variables, secrets) if shows_progress else None
        context = TaskContext(
            params=params,
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
            environ=dict(os.environ),
            add_secret=secrets.add,
            cancellation=cancellation,
            connections=connections,
            on_progress=lines.update if lines else None,
        )
        result = execute(
            self.spec,
            context,
            run=lambda work: run_in_thread(work, cancellation=cancellation, timeout=self._task.timeout),
        )
        if lines:
            lines.close(result.summary, check_mode=context.check_mode)
        if result.failure:
            connections.forget()
        values = result.as_dict()
        if result.interrupted:
            values["timedout"] = {"period": self._task.timeout}
        return values, result.warnings

    def _progress_lines(
        self, params: Mapping[str, Any], variables: Mapping[str, Any], secrets: set[str]
    ) -> ProgressLines:
        """Return the object that writes progress lines to standard error, because results may go to standard output."""
        paths = params["paths"] if isinstance(params["paths"], list) else [params["path"]]

        def censored(line: str) -> str:
            return str(remove_values(line, frozenset(secrets)))

        def redraw(line: str) -> None:
            self._display.display(REDRAW.format(censored(line)), stderr=True, screen_only=True, newline=False)

        redraws = may_redraw(variables)
        return ProgressLines(
            name=self._task.action.rpartition(".")[2],
            paths=[with_slash(f"{path}") for path in paths],
            write=lambda line: self._display.display(censored(line), stderr=True),
            interval=REDRAW_INTERVAL if redraws else INTERVAL,
            redraw=redraw if redraws else None,
        )


def may_redraw(variables: Mapping[str, Any]) -> bool:
    """Return whether nothing else is written while a task runs, so that it may redraw a line of the terminal.

    The results of other hosts would end up in that line. A worker does not know when they are written.
    """
    alone = len(variables.get("ansible_play_hosts_all", ())) == 1
    return TERMINAL and alone and os.environ.get("TERM", "dumb") != "dumb"


def switched_on(name: str, value: Any = None) -> bool:
    """Return whether a switch is on: the variable's value, or else the controller's environment; on by default."""
    where = f"The variable {name}"
    if value is None:
        where, value = f"The environment variable {name.upper()}", os.environ.get(name.upper())
    if value is None or value == "":
        return True
    try:
        return bool(boolean(value))
    except TypeError as exc:
        raise AnsibleActionFail(f"{where} is {value!r}. Set it to true or false, or leave it out.") from exc


def as_module_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task's options in the form that a module gets: through JSON, without tags, with dates as text."""
    encoder = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
    arguments: dict[str, Any] = json.loads(json.dumps(given, cls=encoder))
    return arguments


def censor_result(
    values: Mapping[str, Any],
    *,
    params: Mapping[str, Any],
    variables: Mapping[str, Any],
    secrets: set[str],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Return a result as AnsibleModule does: without secrets, through JSON, with the options if Ansible shows them."""
    whole = dict(values)
    if _shows_invocation(variables):
        whole["invocation"] = {"module_args": dict(params)}
    if warnings:
        whole["warnings"] = list(warnings)
    kept = {name: value for name, value in whole.items() if value is None or isinstance(value, bool)}
    censored: dict[str, Any] = json.loads(json.dumps(remove_values(whole, secrets)))
    return {**censored, **kept}


def _shows_invocation(variables: Mapping[str, Any]) -> bool:
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleUndefinedConfigEntry:  # the first versions of ansible-core always show it
        return True
