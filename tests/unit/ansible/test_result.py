# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result has one shape, the documented one, and holds no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder
from tests.servers.witness import Witness
from tests.unit.ansible.running import PAIR, Task
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import elements, objects, rejections

RETURN = yaml.safe_load(spaces_folder.RETURN)
OF_ANSIBLE = {"changed", "failed", "msg", "invocation", "diff", "warnings", "exception", "deprecations"}
DENIED = Reply(status=403, body=b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>")
REJECTED = [
    Reply(body=objects("a/x", "a/y")),
    Reply(body=rejections(elements(Key="a/y", Code="AccessDenied", Message="No."))),
]


def assert_documented(result: Any) -> None:
    """Compare every level of a result with the documentation, both ways."""
    assert "changed" in result
    always = {name for name, value in RETURN.items() if value["returned"] == "always"}
    assert always <= set(result) - OF_ANSIBLE <= set(RETURN)
    assert set(result["totals"]) == set(RETURN["totals"]["sample"])
    contains = RETURN["folders"]["contains"]
    for folder in result["folders"]:
        conditional = {name for name, value in contains.items() if value.get("returned", "always") != "always"}
        assert set(contains) - conditional <= set(folder) <= set(contains)
        assert set(folder["removed"]) == set(contains["removed"]["sample"])
    for failure in result["failures"]:
        assert set(failure) == set(RETURN["failures"]["contains"])


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("diff", [False, True])
@pytest.mark.parametrize(
    ("given", "changed", "failed", "folders"),
    [
        ({"path": "new"}, True, False, 1),
        ({"path": "a"}, False, False, 1),
        ({"path": "a", "state": "absent"}, True, False, 1),
        ({"paths": ["a", "a/b", "c"], "state": "absent"}, True, False, 3),
        ({"path": "none", "state": "absent"}, False, False, 1),
        ({"path": "a", "state": "absent", "max_objects": 0}, False, True, 1),
        ({"path": "a", "state": "absent", "space": "not-there"}, False, True, 1),
        ({"path": "a", "state": "present", "space": "not-there"}, False, True, 1),
        ({"path": "a", "state": "absent", "space": "not-there", "missing_space": "ok"}, False, False, 1),
        ({"path": 1}, False, True, 0),
        ({"path": "a", "workers": 0}, False, True, 0),
        ({"path": "a", "secret_key": ""}, False, True, 0),
        ({"path": "a", "endpoint_url": "ftp://x"}, False, True, 0),
    ],
    ids=str,
)
def test_one_shape_on_every_path(
    task: Any,
    witness: Witness,
    given: dict[str, Any],
    changed: bool,
    failed: bool,
    folders: int,
    check: bool,
    diff: bool,
) -> None:
    witness.put(["a/", "a/x"])
    result = task(**given, check=check, diff=diff)
    assert_documented(result)
    assert (result["changed"], bool(result.get("failed")), len(result["folders"])) == (changed, failed, folders)
    assert ("diff" in result) == diff
    assert ("msg" in result) == failed
    assert result["failures_total"] >= len(result["failures"])


def test_keys_that_were_not_removed_are_named_and_the_task_has_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer(*REJECTED) as server:
        result = Task(capsys, server.endpoint)(path="a", state="absent", uploads=False, diff=True)
    assert_documented(result)
    assert result["failed"]
    assert result["changed"]
    assert result["totals"]["objects"] == 1
    assert result["failures"] == [{"key": "a/y", "version_id": None, "code": "AccessDenied", "message": "No."}]
    assert result["msg"] == "1 key was not removed. The first is 'a/y': No."
    assert result["diff"][0]["before"] == "a/ (1 object, 5 B, newest 2026-01-01T00:00:00Z)\na/y (AccessDenied)\n"
    assert result["diff"][0]["after"] == "a/y (AccessDenied)\n"


def test_a_removal_that_is_denied_reports_what_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer(Reply(body=objects("a/x", "a/y")), DENIED) as server:
        result = Task(capsys, server.endpoint)(path="a", state="absent", uploads=False)
    assert_documented(result)
    assert "s3:DeleteObject" in result["msg"]
    assert result["failures_total"] == 2
    assert not result["changed"]


def test_uploads_that_may_not_be_looked_for_are_warned_of_or_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    for uploads, failed in ((None, False), (True, True)):
        with ScriptedServer(Reply(body=objects()), DENIED) as server:
            result = Task(capsys, server.endpoint)(path="a", state="absent", uploads=uploads, workers=1)
        assert_documented(result)
        assert bool(result.get("failed")) == failed
        said = result["msg"] if failed else str(result["warnings"])
        assert "s3:ListBucketMultipartUploads" in said


@pytest.mark.parametrize("source", ["options", "SPACES_*", "AWS_*", "profile", "AWS_PROFILE"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_secrets_are_never_shown(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: str,
    state: str,
) -> None:
    secret, token = "hunter2-the-secret", "hunter2-the-token"
    given: dict[str, Any] = {}
    if source == "options":
        given = {"access_key": "AK", "secret_key": secret, "session_token": token}
    elif source.endswith("*"):
        monkeypatch.setenv(source.replace("*", "ACCESS_KEY_ID"), "AK")
        monkeypatch.setenv(source.replace("*", "SECRET_ACCESS_KEY"), secret)
        monkeypatch.setenv(source.replace("*", "SESSION_TOKEN"), token)
    else:
        (tmp_path / "credentials").write_text(
            f"[mine]\naws_access_key_id = AK\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
        )
        if source == "profile":
            given = {"profile": "mine"}
        else:
            monkeypatch.setenv("AWS_PROFILE", "mine")
    given |= {"uploads": False} if state == "absent" else {}
    quoted = f"{secret} {token}" if source != "SPACES_*" else secret
    refusal = f"<Error><Code>AccessDenied</Code><Message>I saw {quoted}!</Message></Error>".encode()
    with ScriptedServer(Reply(status=403, body=refusal)) as server:
        task = Task(capsys, server.endpoint)
        result = task(path=f"a/{secret}/", state=state, diff=True, without=tuple(PAIR), **given)
        assert server.requests
    assert_documented(result)
    assert result["failed"]
    assert "hunter2" not in task.printed


def test_secrets_are_not_shown_in_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    refusal = f"<Error><Code>AccessDenied</Code><Message>I saw {PAIR['secret_key']}!</Message></Error>".encode()
    with ScriptedServer(Reply(body=objects()), Reply(status=403, body=refusal)) as server:
        task = Task(capsys, server.endpoint)
        result = task(path="a", state="absent", workers=1)
    assert "AccessDenied" in str(result["warnings"])
    assert PAIR["secret_key"] not in task.printed


@pytest.mark.parametrize("source", ["endpoint_url", "SPACES_ENDPOINT_URL", "AWS_ENDPOINT_URL"])
def test_a_password_in_the_endpoint_is_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    with ScriptedServer(DENIED) as server:
        endpoint_url = server.endpoint.replace("//", "//user:hunter2@")
        task = Task(capsys)
        if source.isupper():
            monkeypatch.setenv(source, endpoint_url)
            result = task(path="a")
        else:
            result = task(path="a", endpoint_url=endpoint_url)
    assert_documented(result)
    assert result["failed"]
    assert "hunter2" not in task.printed


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("endpoint_url", "http://user:hun/ter2@127.0.0.1:9"),
        ("endpoint_url", "http:/user:hunter2@127.0.0.1:9"),
        ("endpoint_url", "user:hunter2%40127.0.0.1:9"),
        ("region", "https://user:hunter2@nyc3.digitaloceanspaces.com"),
        ("space", "https://user:hunter2@nyc3.digitaloceanspaces.com"),
    ],
)
def test_a_password_in_an_option_that_is_refused_is_never_shown(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    task = Task(capsys)
    result = task(path="a", **{"endpoint_url": "http://127.0.0.1:9", option: value})
    assert_documented(result)
    assert result["failed"]
    assert "hun" not in task.printed
    assert "ter2" not in task.printed


@pytest.mark.parametrize("status", [200, 400, 403, 404, 405, 501])
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_web_server_is_not_taken_for_a_store(
    capsys: pytest.CaptureFixture[str], state: str, check: bool, status: int
) -> None:
    headers = {"ETag": '"1"', "Content-Type": "text/html"}
    page = Reply(status=status, body=b"<html><body>Welcome</body></html>", headers=headers)
    with ScriptedServer(page) as server:
        result = Task(capsys, server.endpoint)(path="a", state=state, check=check)
    assert_documented(result)
    assert result["failed"]
    assert not result["changed"]
    assert "does not speak S3" in result["msg"]
    assert "endpoint_url" in result["msg"]
    assert len(server.requests) <= 3  # no attempt is repeated


def test_a_message_of_the_store_is_shortened_and_shows_no_signature(capsys: pytest.CaptureFixture[str]) -> None:
    def said(request: str) -> bytes:
        return f"<Error><Code>AccessDenied</Code><Message>{request} {'no ' * 9999}</Message></Error>".encode()

    with ScriptedServer(Reply(status=403, body=said("Authorization: AWS4-HMAC-SHA256 Signature=hunter2"))) as server:
        task = Task(capsys, server.endpoint)
        result = task(path="a", state="absent", uploads=False)
    assert result["failed"]
    assert "AccessDenied" in result["msg"]
    assert len(result["msg"]) < 600
    assert "hunter2" not in task.printed
