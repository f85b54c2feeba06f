# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens, in either execution and at any verbosity: no secret is written anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import faults
from tests.faults.jobs import Trial
from tests.faults.playbook import run_playbook
from tests.faults.proxy import FaultProxy, Rule
from tests.integration.execution import EXECUTIONS, IN_PROCESS, MODULE, SETTINGS, executions_in

WRONG_SECRET = "not-the-secret-of-this-key"
TOKEN = "a-session-token-for-tests-only"
PRINTED = "printed-by-a-helper-that-fails"
HELPER = """#!/bin/sh
if ! mkdir "$1" 2> /dev/null; then echo "password=$PRINTED" >&2; exit 1; fi
printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s", "SessionToken": "", "Expiration": "%s"}' \\
    "$SPACES_ACCESS_KEY_ID" "$SPACES_SECRET_ACCESS_KEY" "$(date -u -d '12 minutes' +%Y-%m-%dT%H:%M:%SZ)"
"""  # it succeeds once; botocore tries to renew what is good for less than 15 minutes
UNSEEN = "shown-by-nobody"  # a folder that only a task with no_log knows of
MODULES: dict[str, dict[str, Any]] = {
    "tidy.spaces.spaces_folder": {"path": "p", "state": "absent"},
    "tidy.spaces.spaces_folder_info": {"path": "p"},
    "tidy.spaces.spaces_folder_prune": {"path": "p", "keep_newest": 1},
    "tidy.spaces.spaces_folder_expiration": {"path": "p", "days": 1},
}
FIRST = next(iter(MODULES))


def from_environment(name: str) -> str:
    """Keep the playbook itself free of what is looked for."""
    return f"{{{{ lookup('ansible.builtin.env', '{name}') }}}}"


def tasks(module: str, space: str, *, as_options: bool) -> list[dict[str, Any]]:
    """Write tasks that go well and that fail, in the foreground and in the background, and one that shows nothing."""
    options = {"space": space, "retries": 0, "read_timeout": 10, "endpoint_url": from_environment("RIGHT_ENDPOINT")}
    if as_options:
        options["access_key"] = from_environment("SPACES_ACCESS_KEY_ID")
        options["secret_key"] = from_environment("SPACES_SECRET_ACCESS_KEY")
    options |= MODULES[module]
    wrong = {"access_key": "tidy-spaces", "secret_key": from_environment("WRONG_SECRET")}
    return [
        {"name": "Right", module: options},
        {"name": "Wrong secret", module: {**options, **wrong}, "ignore_errors": True},
        {
            "name": "Wrong token",
            module: {**options, **wrong, "session_token": from_environment("TOKEN")},
            "ignore_errors": True,
        },
        {
            "name": "Broken endpoint",
            module: {**options, "endpoint_url": from_environment("BROKEN_ENDPOINT")},
            "ignore_errors": True,
        },
        {
            "name": "Credentials that cannot be renewed",
            module: {**shared(options), "profile": "renewing"},
        },
        {
            "name": "Credentials that cannot be had",
            module: {**shared(options), "profile": "failing"},
            "ignore_errors": True,
        },
        {"name": "Right, and nobody's business", module: {**options, "path": UNSEEN}, "no_log": True},
        {
            "name": "Wrong secret, in the background",
            module: {**options, **wrong},
            "async": 300,
            "poll": 0,
            "register": "job",
        },
        {
            "name": "Wait for it",
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "waited",
            "until": "waited is finished",
            "retries": 300,
            "delay": 1,
            "ignore_errors": True,
        },
    ]


def shared(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options without credentials."""
    return {name: value for name, value in options.items() if name not in ("access_key", "secret_key")}


def configure_helpers(directory: Path) -> Path:
    """Write profiles whose helper fails: the first time that it is asked for new credentials, and at once."""
    helper, configuration = directory / "helper", directory / "config"
    helper.write_text(HELPER)
    helper.chmod(0o700)
    configuration.write_text(
        f"[profile renewing]\ncredential_process = {helper} {directory / 'asked'}\n"
        f"[profile failing]\ncredential_process = {helper} {directory}\n"
    )
    return configuration


def tasks_with_environment(module: str, space: str) -> list[dict[str, Any]]:
    """Write a task whose items get secrets of their own from ``environment``, and one that says which went well.

    Not for modules: Ansible itself shows their environment, in the command lines that -vvv prints.
    """
    (task, *_others) = tasks(module, space, as_options=False)
    return [
        {
            **task,
            "name": "Wrong and right secret, by environment",
            "environment": {
                "SPACES_ACCESS_KEY_ID": "tidy-spaces",
                "SPACES_SECRET_ACCESS_KEY": "{{ lookup('ansible.builtin.env', item) }}",
            },
            "loop": ["WRONG_SECRET", "SPACES_SECRET_ACCESS_KEY"],
            "register": "items",
            "ignore_errors": True,
        },
        {
            "name": "Each item had its own",
            "ansible.builtin.assert": {"that": "items.results | map(attribute='failed') | list == [true, false]"},
        },
    ]


@pytest.mark.parametrize(
    ("module", "execution", "as_options"),
    [
        *(pytest.param(module, IN_PROCESS, True, id=f"{module}, options, {IN_PROCESS}") for module in MODULES),
        # All modules run, print and find credentials in the same code.
        pytest.param(FIRST, MODULE, True, id=f"{FIRST}, options, {MODULE}"),
        *(
            pytest.param(FIRST, execution, False, id=f"{FIRST}, environment, {execution}", marks=pytest.mark.long)
            for execution in EXECUTIONS
        ),
    ],
)
def test_no_secret_is_written_anywhere(
    make_trial: Callable[[str], Trial],
    make_proxy: Callable[..., FaultProxy],
    tmp_path: Path,
    module: str,
    execution: str,
    as_options: bool,
) -> None:
    trial = make_trial("objects")
    right, broken = make_proxy(trial), make_proxy(trial, Rule(fault=faults.garble))
    witness = trial.witness
    witness.put([f"{UNSEEN}/key"])
    environment = {
        **SETTINGS[execution],
        "RIGHT_ENDPOINT": right.endpoint,
        "BROKEN_ENDPOINT": broken.endpoint,
        "SPACES_ACCESS_KEY_ID": witness.access_key,
        "SPACES_SECRET_ACCESS_KEY": witness.secret_key,
        "WRONG_SECRET": WRONG_SECRET,
        "TOKEN": TOKEN,
        "PRINTED": PRINTED,
        "AWS_CONFIG_FILE": str(configure_helpers(tmp_path)),
        "ANSIBLE_INJECT_INVOCATION": "true",  # show the options of every task
        "ANSIBLE_LOG_PATH": str(tmp_path / "log"),
        "ANSIBLE_ASYNC_DIR": str(tmp_path / "async"),
    }
    play = tasks(module, witness.space, as_options=as_options)
    if execution == IN_PROCESS:
        play += tasks_with_environment(module, witness.space)
    done = run_playbook(tmp_path, play, "-vvvv", environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ok={len(play)} " in done.stdout
    assert f"ignored={sum('ignore_errors' in task for task in play)} " in done.stdout
    assert '"module_args"' in done.stdout
    _before, *shown = re.split(r"^TASK \[", done.stdout, flags=re.MULTILINE)
    for task, text in zip(play, shown, strict=True):
        assert executions_in(text) == ([] if module not in task else [MODULE if "async" in task else execution]), text
    authorized = {arrival.request.headers["authorization"] for proxy in (right, broken) for arrival in proxy.log}
    signatures = {re.search("Signature=([0-9a-f]{64})", value)[1] for value in authorized}  # type: ignore[index]
    assert len(signatures) > 4
    (tmp_path / "stdout").write_text(done.stdout)
    (tmp_path / "stderr").write_text(done.stderr)
    written = {path: path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()}
    assert any("SignatureDoesNotMatch" in text for path, text in written.items() if path.parent.name == "async")
    assert [path for path, text in written.items() if UNSEEN in text] == [tmp_path / "play.yml"]
    for path, text in written.items():
        for secret in (witness.secret_key, WRONG_SECRET, TOKEN, PRINTED, *authorized, *signatures):
            assert secret not in text, path
