# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the items of a loop share, and what they never share."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.context import Connections
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from ansible_collections.tidy.spaces.plugins.module_utils._s3.settings import Settings
from tests.integration.harness import DEFAULTS

ENVIRON = {"PATH": os.defpath}
PAIR = {"access_key": "AKOPTION", "secret_key": "secret-of-option"}


def settings(**given: Any) -> Settings:
    return Settings.from_params({**DEFAULTS, "space": "my-space", "region": "nyc3", **PAIR, **given})


def connect(connections: Connections, environ: dict[str, str] | None = None, **given: Any) -> Any:
    return connections.connect(
        settings(**given), environ=environ or ENVIRON, add_secret=lambda _secret: None, check=lambda: None
    )


def test_equal_settings_share_a_connection() -> None:
    connections = Connections()
    assert connect(connections) is connect(connections)


@pytest.mark.parametrize(
    "other",
    [
        {"access_key": "AKOTHER"},
        {"secret_key": "another-secret"},
        {"session_token": "token"},
        {"region": "ams3"},
        {"space": "other-space"},
        {"validate_certs": False},
        {"read_timeout": 1.0},
        {"workers": 3},
        {"environ": {**ENVIRON, "AWS_CA_BUNDLE": "/nowhere"}},
    ],
    ids=str,
)
def test_any_other_setting_has_a_connection_of_its_own(other: dict[str, Any]) -> None:
    connections = Connections()
    first = connect(connections)
    assert connect(connections, **other) is not first


def test_every_task_that_gets_a_connection_is_given_its_secrets() -> None:
    connections = Connections()
    environ = {**ENVIRON, "SPACES_ACCESS_KEY_ID": "AK", "SPACES_SECRET_ACCESS_KEY": "from-the-environment"}
    anonymous = settings(access_key=None, secret_key=None)
    for _each in range(2):
        secrets: list[str] = []
        connections.connect(anonymous, environ=environ, add_secret=secrets.append, check=lambda: None)
        assert secrets == ["from-the-environment"]


def test_new_secrets_are_given_to_the_task_that_has_the_connection(tmp_path: Path) -> None:
    program = tmp_path / "helper"
    program.write_text(
        "#!/bin/sh\n"
        f"date +%s%N > {tmp_path}/now; now=$(cat {tmp_path}/now)\n"
        """echo '{"Version": 1, "AccessKeyId": "AK", "SecretAccessKey": "secret-'$now'",\n"""
        """"SessionToken": "token-'$now'",\n"""
        f'"Expiration": "{datetime.now(timezone.utc) + timedelta(minutes=5)}"}}\'\n'
    )
    program.chmod(0o700)
    (tmp_path / "config").write_text(f"[profile mine]\ncredential_process = {program}\n")
    connections = Connections()
    anonymous = settings(access_key=None, secret_key=None, profile="mine")
    first: set[str] = set()
    second: set[str] = set()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        connections.connect(anonymous, environ=ENVIRON, add_secret=first.add, check=lambda: None)
        before = set(first)
        connection = connections.connect(anonymous, environ=ENVIRON, add_secret=second.add, check=lambda: None)
        assert second == before != set()
        connection.markers._client._get_credentials().get_frozen_credentials()
    assert first == before
    assert f"token-{(tmp_path / 'now').read_text().strip()}" in second - before


def test_a_connection_is_made_again_after_a_failure() -> None:
    connections = Connections()
    first = connect(connections)
    connections.forget()
    assert connect(connections) is not first


def test_a_connection_that_could_not_be_made_is_not_kept() -> None:
    connections = Connections()
    for _each in range(2):
        with pytest.raises(EngineError, match="No credentials"):
            connect(connections, {**ENVIRON, "AWS_EC2_METADATA_DISABLED": "true"}, access_key=None, secret_key=None)


def test_tasks_with_the_same_rate_share_a_limiter() -> None:
    connections = Connections()
    assert connections.rate_limiter(2.0) is connections.rate_limiter(2.0)
    assert connections.rate_limiter(2.0) is not connections.rate_limiter(None)
    assert connections.rate_limiter(0.001).reserve() == 0
    assert connections.rate_limiter(0.001).reserve() > 900


def test_no_more_than_one_connection_is_kept() -> None:
    connections = Connections()
    first = connect(connections)
    connect(connections, space="other-space")
    assert connect(connections) is not first


def test_a_failed_task_gives_back_the_requests_that_it_did_not_send() -> None:
    connections = Connections()
    rate_limiter = connections.rate_limiter(0.001)
    for _each in range(5):
        rate_limiter.reserve()
    connections.forget()
    assert connections.rate_limiter(0.001) is rate_limiter
    assert 900 < rate_limiter.reserve() <= 1000
