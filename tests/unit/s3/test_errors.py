# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each failure is translated, and the advice that the user gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, HTTPClientError

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    BatchRefused,
    Cause,
    Denied,
    EngineError,
    NotFound,
    RequestFailed,
    SpaceNotFound,
    Transient,
    Unsupported,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Upload
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import Element
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from ansible_collections.tidy.spaces.plugins.module_utils._s3.errors import translate_errors
from ansible_collections.tidy.spaces.plugins.module_utils._s3.markers import S3FolderMarkers
from tests.servers.store import free_port
from tests.unit.s3.connecting import PAIR, SPACE, connect
from tests.unit.s3.scripted_server import OF_OBJECT, Reply, ScriptedServer

Call = Callable[[Connection], Any]
CALLS: dict[str, Call] = {
    "ListObjects": lambda connection: connection.lister.list_objects("p/", None),
    "ListObjectVersions": lambda connection: connection.lister.list_versions("p/", None),
    "ListMultipartUploads": lambda connection: connection.lister.list_uploads("p/", None),
    "ListParts": lambda connection: connection.lister.list_parts(Upload("p/u", "1"), 0),
    "GetBucketVersioning": lambda connection: connection.lister.versioning(),
    "HeadObject": lambda connection: connection.markers.size("p/"),
    "PutObject": lambda connection: connection.markers.create("p/"),
    "DeleteObject": lambda connection: connection.deleter(bypass_governance=False).delete_one(Entry("p/")),
    "DeleteObjects": lambda connection: connection.deleter(bypass_governance=False).delete_batch([Entry("p/")]),
    "AbortMultipartUpload": lambda connection: connection.deleter(bypass_governance=False).abort_upload(
        Upload("p/", "1")
    ),
    "GetBucketLifecycleConfiguration": lambda connection: connection.lifecycle.read(),
    "PutBucketLifecycleConfiguration": lambda connection: connection.lifecycle.write((Element("Rule"),)),
    "DeleteBucketLifecycle": lambda connection: connection.lifecycle.write(()),
}
EVERY_CALL = pytest.mark.parametrize(("operation", "call"), list(CALLS.items()), ids=list(CALLS))
SOME_CALLS = pytest.mark.parametrize("operation", ["ListObjects", "DeleteObjects", "DeleteObject", "PutObject"])
PERMISSIONS = {
    "ListObjects": "s3:ListBucket.",
    "ListObjectVersions": "s3:ListBucketVersions.",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads.",
    "ListParts": "s3:ListMultipartUploadParts.",
    "GetBucketVersioning": "s3:GetBucketVersioning.",
    "HeadObject": "s3:ListBucket.",  # it is a listing that says why
    "PutObject": "s3:PutObject.",
    "DeleteObject": "s3:DeleteObject ",
    "DeleteObjects": "s3:DeleteObject ",
    "AbortMultipartUpload": "s3:AbortMultipartUpload.",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration.",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration.",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration.",
}


def failure_of(server: ScriptedServer, connection: Connection, operation: str, reply: Reply) -> EngineError:
    """Return what a reply is translated into."""
    server.script(reply)
    with pytest.raises(EngineError) as caught:
        CALLS[operation](connection)
    return caught.value


def error(status: int, code: str, message: str | None = "Said so.", **headers: str) -> Reply:
    said = "" if message is None else f"<Message>{message}</Message>"
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=f"<Error><Code>{code}</Code>{said}</Error>".encode(), headers=names)


@SOME_CALLS
@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (error(400, "RequestTimeout"), Transient, ""),
        (error(400, "BadDigest"), Transient, ""),
        (error(409, "OperationAborted"), Transient, ""),
        (error(500, "InternalError"), Transient, ""),
        (error(403, "RequestTimeTooSkewed"), RequestFailed, "clock"),
        (error(403, "InvalidAccessKeyId"), RequestFailed, "as one set"),
        (error(403, "SignatureDoesNotMatch"), RequestFailed, "as one set"),
        (error(400, "ExpiredToken"), RequestFailed, "as one set"),
        (error(400, "AuthorizationHeaderMalformed"), RequestFailed, "region that signs"),
        (error(501, "NotImplemented"), Unsupported, ""),
        (error(405, "MethodNotAllowed"), Unsupported, ""),
        (error(409, "InvalidBucketState"), RequestFailed, ""),
        (error(418, "Teapot"), RequestFailed, ""),
    ],
    ids=lambda value: value.body.decode()[13:30] if isinstance(value, Reply) else "",
)
def test_errors_with_a_code(
    server: ScriptedServer, connection: Connection, operation: str, reply: Reply, kind: type, said: str
) -> None:
    failure = failure_of(server, connection, operation, reply)
    assert failure.__class__ is kind
    assert isinstance(failure, RequestFailed)
    assert f"<Code>{failure.code}</Code>".encode() in reply.body
    assert said in str(failure)
    for part in (operation, SPACE, failure.code, "Said so.", f"HTTP {reply.status}"):
        assert part in str(failure)
    if isinstance(failure, Transient):
        assert failure.cause in (Cause.REJECTED, Cause.BROKEN)


@EVERY_CALL
@pytest.mark.parametrize("status", [408, 500, 502, 504, 507, 520, 524, 429, 503])
@pytest.mark.parametrize("body", [b"", b"<html>Bad Gateway</html>", b"<Error/>"])
def test_statuses_that_may_pass(
    server: ScriptedServer, connection: Connection, operation: str, call: Call, status: int, body: bytes
) -> None:
    failure = failure_of(server, connection, operation, Reply(status=status, body=body))
    assert isinstance(failure, Transient)
    assert failure.cause.unavailable == (status in (429, 503, 504))
    assert failure.cause.overdue == (status == 504)
    assert failure.cause.replied
    assert failure.uncertain == (status >= 500 and status != 503)
    assert failure.code == str(status)


@SOME_CALLS
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (503, "SlowDown"),
        (503, "ServiceUnavailable"),
        (429, "TooManyRequests"),
        (400, "Throttling"),
        (403, "RequestLimitExceeded"),
    ],
)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [({"Retry_After": "7"}, 7.0), ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None), ({}, None)],
)
def test_a_store_that_pushes_back_may_say_for_how_long(
    server: ScriptedServer,
    connection: Connection,
    operation: str,
    status: int,
    code: str,
    header: Mapping[str, str],
    seconds: float | None,
) -> None:
    failure = failure_of(server, connection, operation, error(status, code, **header))
    assert isinstance(failure, Transient)
    assert (failure.code, failure.cause, failure.retry_after) == (code, Cause.OVERLOADED, seconds)


@pytest.mark.parametrize("operation", [operation for operation in CALLS if operation != "HeadObject"])
def test_a_space_that_is_missing(server: ScriptedServer, connection: Connection, operation: str) -> None:
    failure = failure_of(server, connection, operation, error(404, "NoSuchBucket", None))
    assert isinstance(failure, SpaceNotFound)
    for part in (SPACE, "region", "endpoint_url", "create the Space"):
        assert part in str(failure)


@EVERY_CALL
@pytest.mark.parametrize("message", ["Said so.", None])
def test_a_denial_names_the_permission(
    server: ScriptedServer, connection: Connection, operation: str, call: Call, message: str | None
) -> None:
    failure = failure_of(server, connection, operation, error(403, "AccessDenied", message))
    assert isinstance(failure, Denied)
    assert PERMISSIONS[operation] in f"{failure} "
    assert "None" not in str(failure)


@SOME_CALLS
@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_names_its_target_and_is_not_followed(
    server: ScriptedServer, connection: Connection, operation: str, status: int
) -> None:
    reply = Reply(status=status, headers={"Location": "https://elsewhere.example.com/"})
    failure = failure_of(server, connection, operation, reply)
    assert failure.__class__ is RequestFailed
    assert "https://elsewhere.example.com/" in str(failure)
    assert "endpoint_url or region" in str(failure)
    assert len(server.requests) == 1


@SOME_CALLS
def test_a_region_that_the_store_corrects_is_the_users_to_correct(
    server: ScriptedServer, connection: Connection, operation: str
) -> None:
    body = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-9</Region></Error>"
    failure = failure_of(server, connection, operation, Reply(status=400, body=body))
    assert "region that signs" in str(failure)
    assert len(server.requests) == 1


def test_a_redirect_without_a_target(server: ScriptedServer, connection: Connection) -> None:
    assert "another endpoint" in str(failure_of(server, connection, "ListObjects", Reply(status=301)))


@pytest.mark.parametrize("code", ["MalformedXML", "InvalidRequest"])
@pytest.mark.parametrize(
    ("operation", "kind"),
    [("DeleteObjects", BatchRefused), ("ListObjects", RequestFailed), ("PutObject", RequestFailed)],
)
def test_a_bad_request_refuses_a_batch_as_a_whole(
    server: ScriptedServer, connection: Connection, operation: str, kind: type, code: str
) -> None:
    assert failure_of(server, connection, operation, error(400, code)).__class__ is kind


@pytest.mark.parametrize("operation", ["ListObjects", "DeleteObject", "PutObject"])
def test_a_bare_404_is_gone(server: ScriptedServer, connection: Connection, operation: str) -> None:
    assert isinstance(failure_of(server, connection, operation, Reply(status=404)), NotFound)


@EVERY_CALL
def test_an_endpoint_that_nobody_serves_is_unreachable(operation: str, call: Call) -> None:
    with pytest.raises(Transient, match=r"region or endpoint_url") as caught:
        call(connect(endpoint_url=f"http://127.0.0.1:{free_port()}", **PAIR))
    assert caught.value.cause is Cause.UNREACHABLE


@pytest.mark.parametrize(
    ("host", "said"), [("nyc9.digitaloceanspaces.com", "'nyc9' is a region"), ("a.example", "region or")]
)
def test_a_host_that_is_not_found_may_be_a_region_that_does_not_exist(host: str, said: str) -> None:
    with pytest.raises(Transient, match=said), translate_errors(SPACE):
        raise EndpointConnectionError(endpoint_url=f"https://my-space.{host}/?prefix=a")


@EVERY_CALL
def test_a_connection_that_is_closed_before_the_reply(
    server: ScriptedServer, connection: Connection, operation: str, call: Call
) -> None:
    failure = failure_of(server, connection, operation, Reply(drop=True))
    assert isinstance(failure, Transient)
    assert failure.cause is not Cause.UNREACHABLE


@pytest.mark.parametrize("operation", ["ListObjects", "ListObjectVersions", "ListMultipartUploads", "DeleteObjects"])
def test_a_body_that_is_cut_short(server: ScriptedServer, connection: Connection, operation: str) -> None:
    failure = failure_of(server, connection, operation, Reply(body=b"<ListBucketResult/>", cut=5))
    assert isinstance(failure, Transient)


@EVERY_CALL
def test_a_store_that_does_not_answer_in_time(server: ScriptedServer, operation: str, call: Call) -> None:
    connection = connect(endpoint_url=server.endpoint, read_timeout=0.3, **PAIR)
    failure = failure_of(server, connection, operation, Reply(hang=True))
    assert isinstance(failure, Transient)
    assert failure.code == "ReadTimeoutError"
    assert failure.cause is not Cause.UNREACHABLE


def test_tls_to_a_store_without_it(server: ScriptedServer) -> None:
    with pytest.raises(RequestFailed, match="http://") as caught:
        connect(endpoint_url=server.endpoint.replace("http:", "https:"), **PAIR).markers.size("p/")
    assert not isinstance(caught.value, Transient)


def test_a_bundle_that_is_not_there(server: ScriptedServer) -> None:
    endpoint_url = server.endpoint.replace("http:", "https:")
    with pytest.raises(EngineError, match="ca_bundle") as caught:
        connect(endpoint_url=endpoint_url, ca_bundle="/nowhere/ca.pem", **PAIR).markers.size("p/")
    assert not isinstance(caught.value, Transient)


def test_a_request_that_botocore_refuses_is_not_sent(server: ScriptedServer, connection: Connection) -> None:
    with pytest.raises(RequestFailed) as caught:
        S3FolderMarkers(client=connection.markers._client, lister=lambda: connection.lister, space="not a name").size(
            "p/"
        )
    assert caught.value.code == "ParamValidationError"
    assert caught.value.__class__ is RequestFailed
    assert server.requests == []


@pytest.mark.parametrize(
    "headers",
    [{"Last-Modified": "yesterday"}, {"x-amz-missing-meta": "many"}, {"x-amz-object-lock-retain-until-date": "x"}],
)
def test_headers_that_make_no_sense_are_a_transient_failure(
    server: ScriptedServer, connection: Connection, headers: dict[str, str]
) -> None:
    failure = failure_of(server, connection, "HeadObject", Reply(headers={**OF_OBJECT, **headers}))
    assert isinstance(failure, Transient)
    assert failure.cause is Cause.UNANSWERED


@pytest.mark.parametrize(
    "message",
    [
        "Authorization: AWS4-HMAC-SHA256 Credential=AK, Signature=hunter2",
        "You sent Signature=hunter2&amp;x=1",
        "x" * 9999,
    ],
)
def test_a_message_of_the_store_is_shortened_and_shows_no_signature(
    server: ScriptedServer, connection: Connection, message: str
) -> None:
    failure = failure_of(server, connection, "ListObjects", error(400, "E" * 999, message))
    assert "hunter2" not in str(failure)
    assert len(str(failure)) < 400


def test_a_redirect_shows_no_login(server: ScriptedServer, connection: Connection) -> None:
    reply = Reply(status=307, headers={"Location": "http://user:hunter2@elsewhere/?X-Amz-Signature=hunter2"})
    failure = failure_of(server, connection, "ListObjects", reply)
    assert "http://***@elsewhere/" in str(failure)
    assert "hunter2" not in str(failure)


@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h", "nonsense", ""])
@pytest.mark.parametrize("login", ["user:hunter2", "hunter2", "user:hun/ter2", "user:x@hunter2", "user:hun ter2"])
def test_the_login_at_a_proxy_is_never_shown(monkeypatch: pytest.MonkeyPatch, scheme: str, login: str) -> None:
    proxy = f"{scheme}://{login}@127.0.0.1:{free_port()}" if scheme else f"{login}@127.0.0.1:{free_port()}"
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(EngineError) as caught:
        connect(endpoint_url="http://store.example.com", **PAIR).lister.list_objects("p/", None)
    for part in ("hun", "ter2"):
        assert part not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html><p>", b"{}", b"<VersioningConfiguration><Status>"])
def test_a_reply_that_botocore_cannot_parse(server: ScriptedServer, connection: Connection, body: bytes) -> None:
    assert isinstance(failure_of(server, connection, "GetBucketVersioning", Reply(body=body)), Transient)


@pytest.mark.parametrize(
    ("cause", "kind"), [(ValueError("Invalid header value b'hunter2'"), RequestFailed), (OSError("hunter2"), Transient)]
)
def test_an_error_while_a_request_is_written_is_not_quoted(cause: Exception, kind: type) -> None:
    with pytest.raises(RequestFailed) as caught, translate_errors(SPACE):
        raise HTTPClientError(error=cause)
    assert caught.value.__class__ is kind
    assert "hunter2" not in str(caught.value)
    assert type(cause).__name__ in str(caught.value)
