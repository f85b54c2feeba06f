# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An error says which access key signed, where it came from, and whether S3 wrote the reply."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import RequestFailed, Transient
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from tests.unit.s3.connecting import PAIR, connect
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import objects

XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
REFUSALS = [(403, "InvalidAccessKeyId"), (403, "AccessDenied"), (400, "ExpiredToken")]


def failure_of(server: ScriptedServer, connection: Connection, reply: Reply) -> RequestFailed:
    server.script(reply)
    with pytest.raises(RequestFailed) as caught:
        connection.lister.list_objects("p/", None)
    return caught.value


@pytest.mark.parametrize(("status", "code"), REFUSALS)
@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("options", "AKOP… (from access_key)"),
        ("SPACES", "SPAC… (from SPACES_ACCESS_KEY_ID)"),
        ("AWS", "AWSE… (from AWS_ACCESS_KEY_ID)"),
        ("profile", "PROF… (from the profile 'work')"),
    ],
)
def test_a_refusal_names_the_access_key_and_its_source(
    server: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: str,
    named: str,
    status: int,
    code: str,
) -> None:
    if source in ("SPACES", "AWS"):
        monkeypatch.setenv(f"{source}_ACCESS_KEY_ID", f"{source}EXAMPLE")
        monkeypatch.setenv(f"{source}_SECRET_ACCESS_KEY", "hunter2")
    (tmp_path / "credentials").write_text(
        "[work]\naws_access_key_id = PROFILEKEY\naws_secret_access_key = hunter2\n", encoding="utf-8"
    )
    given = {"options": PAIR, "profile": {"profile": "work"}}.get(source, {})
    connection = connect(endpoint_url=server.endpoint, **given)
    failure = failure_of(server, connection, Reply(status=status, body=f"<Error><Code>{code}</Code></Error>".encode()))
    assert named in str(failure)
    assert "hunter2" not in str(failure)


def fresh(server: ScriptedServer) -> Connection:
    """Connect to a server that has not answered yet."""
    return connect(endpoint_url=server.endpoint, **PAIR)


@pytest.mark.parametrize("status", [200, 400, 403, 404, 405, 418, 501])
@pytest.mark.parametrize(
    "body",
    [
        b"<html>Not found</html>",
        b"Client sent an HTTP request to an HTTPS server.\n",
        b'{"errors": []}',
        XML + b"<Errors/>",
    ],
)
def test_a_first_reply_that_s3_did_not_write_says_so(server: ScriptedServer, status: int, body: bytes) -> None:
    failure = failure_of(server, fresh(server), Reply(status=status, body=body))
    assert failure.__class__ is RequestFailed
    assert "does not speak S3" in str(failure)
    assert "endpoint_url" in str(failure)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 418, 501])
@pytest.mark.parametrize("body", [b"", b"<Error><Code>Odd</Code></Error>", XML + b'\n<Error xmlns="urn:x"/>'])
def test_a_first_reply_that_is_an_error_of_s3_is_reported_as_it_is(
    server: ScriptedServer, status: int, body: bytes
) -> None:
    assert "speak S3" not in str(failure_of(server, fresh(server), Reply(status=status, body=body)))


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf" + XML, XML + b"<!-- a -->\n<!-- <b> -->"])
def test_a_document_of_s3_may_begin_as_xml_may(server: ScriptedServer, start: bytes) -> None:
    assert "speak S3" not in str(failure_of(server, fresh(server), Reply(status=403, body=start + b"<Error/>")))
    listing = objects("p/a").partition(b"?>")[2]
    server.script(Reply(body=start + listing))
    assert [entry.key for entry in fresh(server).lister.list_objects("p/", None).items] == ["p/a"]


def test_a_reply_with_a_blank_body_is_no_web_page(server: ScriptedServer) -> None:
    assert "speak S3" not in str(failure_of(server, fresh(server), Reply(status=404, body=b"\n")))


def test_a_web_server_before_the_store_may_redirect_to_it(server: ScriptedServer) -> None:
    reply = Reply(status=301, headers={"location": "https://store.example/"}, body=b"<html>Moved</html>")
    failure = failure_of(server, fresh(server), reply)
    assert "redirects to https://store.example/: set endpoint_url" in str(failure)
    assert "speak S3" not in str(failure)


def test_a_proxy_that_asks_for_a_login_is_not_the_store(server: ScriptedServer) -> None:
    assert "speak S3" not in str(failure_of(server, fresh(server), Reply(status=407, body=b"<html>")))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_proxy_may_answer_first_while_the_store_is_away(server: ScriptedServer, status: int) -> None:
    assert isinstance(failure_of(server, fresh(server), Reply(status=status, body=b"<html>")), Transient)


@pytest.mark.parametrize(
    "proof", [Reply(status=404, headers={"x-amz-request-id": "1"}), Reply(status=403, body=b"<Error/>")]
)
def test_a_foreign_page_between_replies_of_s3_is_transient(server: ScriptedServer, proof: Reply) -> None:
    connection = fresh(server)
    failure_of(server, connection, proof)
    assert isinstance(failure_of(server, connection, Reply(body=b"<html>Sign in</html>")), Transient)
