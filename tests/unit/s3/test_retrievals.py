# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials that botocore finds and renews: what goes wrong is said clearly, and no secret is shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from tests.unit.s3.connecting import PAIR as PAIR_OF_OPTIONS
from tests.unit.s3.connecting import connect
from tests.unit.s3.scripted_server import Reply, ScriptedServer

HELPER = """#!/bin/sh
echo x >> {directory}/calls
call=$(wc -l < {directory}/calls)
if [ "$call" -gt {successes} ]; then echo "password=hunter2" >&2; exit 1; fi
echo '{{"Version": 1, "AccessKeyId": "AK", "SecretAccessKey": "secret-'$call'", "SessionToken": "token-'$call'",
"Expiration": "{expiration}"}}'
"""
ROLE = "role_arn = arn:aws:iam::123456789012:role/r\nregion = us-east-1\n"
PAIR = "aws_access_key_id = AK\naws_secret_access_key = hunter2\n"


NOT_RETRIEVED = "credentials cannot be retrieved"


def configure(directory: Path, text: str) -> None:
    """Write the default profile."""
    (directory / "config").write_text(f"[default]\n{text}\n")


@pytest.fixture
def helper(tmp_path: Path) -> Callable[..., None]:
    """Configure a helper program that fails after so many calls; what it gives is good for so many minutes."""

    def install(*, successes: int, minutes: int = 5) -> None:
        expiration = datetime.now(timezone.utc) + timedelta(minutes=minutes)
        program = tmp_path / "helper"
        program.write_text(
            HELPER.format(directory=tmp_path, successes=successes, expiration=expiration.strftime("%Y-%m-%dT%H:%M:%SZ"))
        )
        program.chmod(0o700)
        configure(tmp_path, f"credential_process = {program}")

    return install


def test_renewed_secrets_are_censored_before_their_use(server: ScriptedServer, helper: Callable[..., None]) -> None:
    helper(successes=99)  # each use renews them, because little time is left
    censored: list[str] = []
    markers = connect(endpoint_url=server.endpoint, censored=censored).markers
    for _each in range(3):
        markers.size("p/")
    used = {request.headers["x-amz-security-token"] for request in server.requests}
    assert len(used) == 3
    assert used <= set(censored)
    assert {token.replace("token", "secret") for token in used} <= set(censored)


@pytest.mark.parametrize("successes", [0, 1, 3])
def test_the_output_of_a_helper_is_never_quoted(
    server: ScriptedServer, helper: Callable[..., None], caplog: pytest.LogCaptureFixture, successes: int
) -> None:
    caplog.set_level(logging.INFO)
    helper(successes=successes)

    def use_until_it_fails() -> None:
        markers = connect(endpoint_url=server.endpoint).markers
        for _each in range(9):
            markers.size("p/")

    with pytest.raises(EngineError, match=f"{NOT_RETRIEVED}: their source custom-process failed") as caught:
        use_until_it_fails()
    assert "hunter2" not in f"{caught.value} {caught.value.__cause__} {caplog.text}"
    assert not caught.value.uncertain


def test_an_early_renewal_that_fails_does_no_harm_and_is_not_quoted(
    server: ScriptedServer, helper: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    helper(successes=1, minutes=12)
    connect(endpoint_url=server.endpoint).markers.size("p/")
    assert server.requests[0].headers["x-amz-security-token"] == "token-1"
    assert "Refreshing temporary credentials failed" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_renewed_secret_that_no_header_can_carry_is_refused(
    server: ScriptedServer, helper: Callable[..., None], tmp_path: Path
) -> None:
    helper(successes=99)
    markers = connect(endpoint_url=server.endpoint).markers
    program = tmp_path / "helper"
    program.write_text(program.read_text().replace("token-", "hunter2 "))
    with pytest.raises(EngineError, match="token of the AWS configuration contains white space") as caught:
        markers.size("p/")
    assert "hunter2" not in str(caught.value)


def assume_role(directory: Path, monkeypatch: pytest.MonkeyPatch, endpoint_url: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", endpoint_url)
    configure(directory, f"{ROLE}source_profile = default\n{PAIR}")


DENIED = (
    b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>r is not for you; Signature=hunter2</Message></Error>"
    b"</ErrorResponse>"
)


def test_a_role_that_is_denied_is_an_error_of_the_credentials(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assume_role(tmp_path, monkeypatch, server.endpoint)
    server.script(Reply(status=403, body=DENIED))
    with pytest.raises(EngineError) as caught:
        connect(endpoint_url="http://127.0.0.1:9")
    assert f"{NOT_RETRIEVED}: AssumeRole failed: AccessDenied: r is not for you" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("reply", [Reply(), Reply(body=b"<html>"), Reply(body=b"<AssumeRoleResponse/>")])
def test_a_token_service_that_makes_no_sense_is_an_error_of_the_credentials(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reply: Reply
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assume_role(tmp_path, monkeypatch, server.endpoint)
    server.script(reply)
    with pytest.raises(EngineError, match=NOT_RETRIEVED):
        connect(endpoint_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    "text",
    [
        "credential_process = /nowhere/helper",
        "credential_process = /bin/echo",
        "credential_process = /bin/echo []",
        "credential_process = /bin/echo 1",
        "credential_process = /bin/echo '{\"Version\": 1}'",
        'credential_process = /bin/echo \'{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": 1}\'',
        "credential_process = 'unbalanced",
        f"{ROLE}source_profile = nowhere",
        f"{ROLE}source_profile = default",
        f"{ROLE}credential_source = Nonsense",
        f"{ROLE}web_identity_token_file = /nowhere/token",
        ROLE,
        "sso_account_id = 1\nsso_role_name = r\nsso_region = us-east-1\nsso_start_url = https://x.example.com",
        "sso_session = nowhere\nsso_account_id = 1\nsso_role_name = r",
        "sso_account_id = 1",
        "aws_access_key_id = AK",
    ],
)
def test_a_source_that_gives_nothing_is_an_error_of_the_credentials(tmp_path: Path, text: str) -> None:
    configure(tmp_path, text)
    with pytest.raises(EngineError, match=f"{NOT_RETRIEVED}|cannot be used|No credentials are set|is not a string"):
        connect(endpoint_url="http://127.0.0.1:9")


@pytest.mark.parametrize("cause", [TypeError("hunter2"), KeyError("hunter2"), ValueError("hunter2")])
def test_a_configuration_that_makes_no_client_is_an_error(monkeypatch: pytest.MonkeyPatch, cause: Exception) -> None:
    def fail(*_args: object, **_others: object) -> None:
        raise cause

    connection = connect(endpoint_url="http://127.0.0.1:9", **PAIR_OF_OPTIONS)
    monkeypatch.setattr("botocore.session.Session.create_client", fail)
    with pytest.raises(EngineError, match=f"No S3 client can be made from these settings: {type(cause).__name__}"):
        connection.markers  # noqa: B018 - the client is made when it is first asked for
