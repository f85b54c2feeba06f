# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches, single deletions and markers: the requests that a store gets, and how its replies are read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    BatchRefused,
    Cause,
    Denied,
    EngineError,
    NotFound,
    ProtocolError,
    RequestFailed,
    Transient,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Rejection, Upload
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from ansible_collections.tidy.spaces.plugins.module_utils._s3.deletion import S3Deleter
from tests.unit.s3.connecting import SPACE
from tests.unit.s3.scripted_server import OF_OBJECT, Reply, Request, ScriptedServer
from tests.unit.s3.xml_samples import DENIED, NAMESPACE, document, elements, objects, rejections

DONE = Reply(body=rejections())
AWKWARD = ["p/\r", "p/\r\n", "p/\n", "p/\t", "p/ ", "p/&<>]]>\"'", "p/ü😀", "p/%41", "p/a+b", "p/\x7f\x85\u2028", "//"]


@pytest.fixture
def deleter(connection: Connection) -> S3Deleter:
    return connection.deleter(bypass_governance=False)


def batch_in(request: Request) -> list[dict[str, str]]:
    """Return the objects named in a batch that arrived."""
    root = ElementTree.fromstring(request.body)
    return [
        {field.tag.rpartition("}")[2]: field.text or "" for field in item}
        for item in root
        if item.tag.rpartition("}")[2] == "Object"
    ]


def test_a_batch_names_keys_and_versions_to_the_letter(server: ScriptedServer, deleter: S3Deleter) -> None:
    server.script(DONE)
    entries = [*map(Entry, AWKWARD), Entry("p/v", version_id="v+1"), Entry("p/v", version_id="null")]
    assert deleter.delete_batch(entries) == {}
    [request] = server.requests
    assert (request.method, request.path, request.query) == ("POST", f"/{SPACE}", {"delete": ""})
    assert batch_in(request) == [
        *({"Key": key} for key in AWKWARD),
        {"Key": "p/v", "VersionId": "v+1"},
        {"Key": "p/v", "VersionId": "null"},
    ]
    assert b"<Quiet>true</Quiet>" in request.body


def test_the_checksum_of_a_batch_is_that_of_its_body(server: ScriptedServer, deleter: S3Deleter) -> None:
    server.script(DONE)
    deleter.delete_batch([Entry(f"p/{number}") for number in range(1000)])
    [request] = server.requests
    digest = hashlib.md5(request.body, usedforsecurity=False).digest()
    assert request.headers["content-md5"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize("bypass", [True, False])
def test_governance_is_bypassed_only_when_asked_for(
    server: ScriptedServer, connection: Connection, bypass: bool
) -> None:
    deleter = connection.deleter(bypass_governance=bypass)
    server.script(DONE, Reply(status=204))
    deleter.delete_batch([Entry("p/a")])
    deleter.delete_one(Entry("p/a"))
    sent = [request.headers.get("x-amz-bypass-governance-retention") for request in server.requests]
    assert sent == (["true", "true"] if bypass else [None, None])


@pytest.mark.parametrize("namespace", [True, False])
def test_rejected_keys_are_reported_with_their_reason(
    server: ScriptedServer, deleter: S3Deleter, namespace: bool
) -> None:
    first, second, third, fourth = entries = [
        Entry("p/a&b", size=1),
        Entry("p/b", version_id="v1"),
        Entry("p/b", version_id="v2"),
        Entry("p/c", version_id=None),
    ]
    body = rejections(
        elements(Key="p/a&amp;b", VersionId="", Code="AccessDenied", Message="No."),
        elements(Key="p/b", VersionId="v2", Code="SlowDown"),
        elements(Key="p/c", VersionId="null", Code="InternalError", Message="Oops"),
        namespace=namespace,
    )
    server.script(Reply(body=body))
    assert deleter.delete_batch(entries) == {
        first: Rejection("AccessDenied", "No."),
        third: Rejection("SlowDown", "", Cause.OVERLOADED),
        fourth: Rejection("InternalError", "Oops", Cause.REJECTED),
    }
    assert second not in deleter.delete_batch(entries)


@pytest.mark.parametrize(
    "body",
    [
        f'<DeleteResult xmlns="{NAMESPACE}"><Error xmlns="urn:x">{{}}</Error></DeleteResult>',
        f'<DeleteResult xmlns="{NAMESPACE}"><Error xmlns="">{{}}</Error></DeleteResult>',
        f'<DeleteResult><Error xmlns="{NAMESPACE}">{{}}</Error></DeleteResult>',
        f'<DeleteResult xmlns="urn:x" xmlns:s="{NAMESPACE}"><s:Error>{{}}</s:Error></DeleteResult>',
    ],
)
def test_rejected_keys_are_found_in_whatever_namespace(server: ScriptedServer, deleter: S3Deleter, body: str) -> None:
    error = elements(Key="p/a", Code="AccessDenied", Message="No.")
    server.script(Reply(body=body.format(error).encode()))
    assert deleter.delete_batch([Entry("p/a"), Entry("p/b")]) == {Entry("p/a"): Rejection("AccessDenied", "No.")}


def test_a_message_of_the_store_on_a_key_is_shortened_and_shows_no_signature(
    server: ScriptedServer, deleter: S3Deleter
) -> None:
    server.script(
        Reply(body=rejections(elements(Key="p/a", Code="No", Message=f"Signature={'1' * 64} {'no ' * 9999}")))
    )
    [rejection] = deleter.delete_batch([Entry("p/a")]).values()
    assert "11" not in rejection.message
    assert len(rejection.message) < 310


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("SlowDown", Cause.OVERLOADED),
        ("ServiceUnavailable", Cause.OVERLOADED),
        ("TooManyRequests", Cause.OVERLOADED),
        ("InternalError", Cause.REJECTED),
        ("RequestTimeout", Cause.REJECTED),
        ("OperationAborted", Cause.REJECTED),
        ("AccessDenied", None),
        ("InvalidRequest", None),
        ("", None),
    ],
)
def test_which_rejections_may_pass(server: ScriptedServer, deleter: S3Deleter, code: str, cause: Cause | None) -> None:
    server.script(Reply(body=rejections(elements(Key="p/a", Code=code))))
    [rejection] = deleter.delete_batch([Entry("p/a")]).values()
    assert rejection == Rejection(code, "", cause)


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion"])
def test_a_key_that_is_gone_already_was_removed(server: ScriptedServer, deleter: S3Deleter, code: str) -> None:
    server.script(Reply(body=rejections(elements(Key="p/a", Code=code))))
    assert deleter.delete_batch([Entry("p/a")]) == {}


@pytest.mark.parametrize(
    "error",
    [
        elements(Key="p/other", Code="AccessDenied"),
        elements(Key="p/b", VersionId="v9", Code="AccessDenied"),
        elements(Key="", Code="AccessDenied"),
        elements(Code="AccessDenied"),
        "",
    ],
)
def test_an_error_that_names_none_of_the_batch_refuses_all_of_it(
    server: ScriptedServer, deleter: S3Deleter, error: str
) -> None:
    server.script(Reply(body=rejections(error)))
    with pytest.raises(BatchRefused):
        deleter.delete_batch([Entry("p/a"), Entry("p/b", version_id="v1")])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply(body=b" "),
        Reply(body=rejections()[:-1]),
        Reply(body=rejections(elements(Key="p/a", Code="AccessDenied"))[:-20]),
        Reply(body=b"<html><body>Welcome</body></html>"),
        Reply(body=b"<!doctype html><p>Sorry<br>"),
        Reply(body=b"{}"),
        Reply(body=objects()),
        Reply(body=document("Delete")),
        Reply(body=rejections(elements(Key="p/\x01", Code="AccessDenied"))),
        Reply(status=204),
        Reply(status=202, body=rejections()),
        Reply(body=b"<Error><Code>InternalError</Code></Error>"),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[-40:]!r}",
)
def test_only_a_whole_delete_result_means_that_keys_are_gone(
    server: ScriptedServer, deleter: S3Deleter, reply: Reply
) -> None:
    server.script(reply)
    with pytest.raises(Transient):
        deleter.delete_batch([Entry("p/a")])


def test_an_error_in_place_of_a_delete_result_is_no_success(server: ScriptedServer, deleter: S3Deleter) -> None:
    server.script(Reply(body=DENIED))
    with pytest.raises(EngineError, match="AccessDenied"):
        deleter.delete_batch([Entry("p/a")])


def test_a_batch_carries_what_xml_can(deleter: S3Deleter) -> None:
    def parses(character: str) -> bool:
        try:
            ElementTree.fromstring(f"<Key>{escape(character)}</Key>".encode())
        except (ElementTree.ParseError, UnicodeEncodeError):
            return False
        return True

    for code in [*range(0x10000), 0x10000, 0x1F600, 0x1FFFE, 0x10FFFF]:
        assert deleter.batchable(f"p/{chr(code)}") == parses(chr(code)), hex(code)


@pytest.mark.parametrize("key", ["p/\x01", "p/\ufffe", *AWKWARD], ids=ascii)
@pytest.mark.parametrize("version_id", [None, "null", "v+1"])
def test_one_entry_is_deleted_by_its_exact_key(
    server: ScriptedServer, deleter: S3Deleter, key: str, version_id: str | None
) -> None:
    server.script(Reply(status=204))
    deleter.delete_one(Entry(key, version_id=version_id))
    [request] = server.requests
    assert (request.method, request.path) == ("DELETE", f"/{SPACE}/{key}")
    assert request.query == ({"versionId": version_id} if version_id else {})


@pytest.mark.parametrize("key", ["p/\x01", "p/a+b", "p/"], ids=ascii)
def test_an_upload_is_aborted_by_its_key_and_id(server: ScriptedServer, deleter: S3Deleter, key: str) -> None:
    server.script(Reply(status=204))
    deleter.abort_upload(Upload(key, "2~id+"))
    [request] = server.requests
    assert (request.method, request.path, request.query) == ("DELETE", f"/{SPACE}/{key}", {"uploadId": "2~id+"})


@pytest.mark.parametrize("code", ["NoSuchUpload", "NoSuchKey", "NoSuchVersion"])
def test_a_missing_key_or_upload_is_reported_as_not_found(
    server: ScriptedServer, deleter: S3Deleter, code: str
) -> None:
    server.script(Reply(status=404, body=f"<Error><Code>{code}</Code></Error>".encode()))
    with pytest.raises(NotFound):
        deleter.abort_upload(Upload("p/a", "1"))
    with pytest.raises(NotFound):
        deleter.delete_one(Entry("p/a"))


@pytest.mark.parametrize(
    "send",
    [
        lambda connection, deleter: deleter.delete_one(Entry("")),
        lambda connection, deleter: deleter.delete_one(Entry("", version_id="v1")),
        lambda connection, deleter: deleter.delete_batch([Entry("")]),
        lambda connection, deleter: deleter.delete_batch([Entry("p/a"), Entry("", version_id="v1"), Entry("p/b")]),
        lambda connection, deleter: deleter.abort_upload(Upload("", "1")),
        lambda connection, deleter: deleter.abort_upload(Upload("p/a", "")),
        lambda connection, deleter: connection.markers.size(""),
        lambda connection, deleter: connection.markers.create(""),
    ],
)
def test_an_empty_key_never_leaves(
    server: ScriptedServer, connection: Connection, deleter: S3Deleter, send: Callable[[Connection, S3Deleter], Any]
) -> None:
    server.script(DONE)
    with pytest.raises(ProtocolError):
        send(connection, deleter)
    assert server.requests == []


@pytest.mark.parametrize("size", [0, 7])
def test_a_marker_has_a_size(server: ScriptedServer, connection: Connection, size: int) -> None:
    server.script(Reply(body=b"x" * size, headers=OF_OBJECT))
    assert connection.markers.size("p/ü/") == size
    assert (server.requests[0].method, server.requests[0].path) == ("HEAD", f"/{SPACE}/p/ü/")


def test_a_marker_that_is_not_there_has_none(server: ScriptedServer, connection: Connection) -> None:
    server.script(Reply(status=404))
    assert connection.markers.size("p/") is None


def test_a_marker_that_may_not_be_looked_at_is_looked_for_in_a_listing(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script(Reply(status=403), Reply(body=objects("p/", "p/a")))
    assert connection.markers.size("p/") == 5
    server.script(Reply(status=403), Reply(body=objects("p/a")))
    assert connection.markers.size("p/") is None


def test_a_listing_says_why_a_marker_may_not_be_looked_at(server: ScriptedServer, connection: Connection) -> None:
    denied = b"<Error><Code>AccessDenied</Code></Error>"
    server.script(Reply(status=403), Reply(status=403, body=denied))
    with pytest.raises(Denied, match="needs the permission s3:ListBucket"):
        connection.markers.size("p/")
    server.script(Reply(status=403), Reply(status=403, body=denied.replace(b"AccessDenied", b"SignatureDoesNotMatch")))
    with pytest.raises(RequestFailed, match="as one set"):
        connection.markers.size("p/")


WEB_PAGE = Reply(body=b"<html><body>Welcome</body></html>", headers={"Content-Type": "text/html", "ETag": 'W/"1"'})
NOT_OF_AN_OBJECT = pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply(headers={"ETag": OF_OBJECT["ETag"]}),
        Reply(headers={"x-amz-request-id": "1"}),
        Reply(headers={**OF_OBJECT, "ETag": ""}),
        WEB_PAGE,
    ],
    ids=lambda reply: str(dict(reply.headers)),
)


@NOT_OF_AN_OBJECT
def test_a_marker_is_looked_for_in_a_listing_if_the_reply_does_not_describe_it(
    server: ScriptedServer, connection: Connection, reply: Reply
) -> None:
    server.script(reply, Reply(body=objects("p/", "p/a")))
    assert connection.markers.size("p/") == 5
    server.script(reply, Reply(body=objects("p/a")))
    assert connection.markers.size("p/") is None
    assert [request.method for request in server.requests] == ["HEAD", "GET", "HEAD", "GET"]
    assert server.requests[1].query == {"prefix": "p/", "max-keys": "1", "encoding-type": "url"}


def test_a_size_that_the_reply_leaves_out_is_looked_for_in_a_listing(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script(Reply(headers={**OF_OBJECT, "Transfer-Encoding": "chunked"}), Reply(body=objects("p/")))
    assert connection.markers.size("p/") == 5


@NOT_OF_AN_OBJECT
def test_a_creation_that_is_not_confirmed_is_looked_for_in_a_listing(
    server: ScriptedServer, connection: Connection, reply: Reply
) -> None:
    server.script(reply, Reply(body=objects("p/")))
    connection.markers.create("p/")
    server.script(reply, Reply(body=objects("p/a")))
    with pytest.raises(Transient, match="does not list 'p/'") as caught:
        connection.markers.create("p/")
    assert caught.value.uncertain


def test_a_marker_that_must_be_new_is_created_on_that_condition(server: ScriptedServer, connection: Connection) -> None:
    refused = Reply(status=412, body=b"<Error><Code>PreconditionFailed</Code></Error>")
    server.script(Reply(headers=OF_OBJECT), Reply(headers=OF_OBJECT), refused)
    connection.markers.create("p/")
    connection.markers.create("p/", only_new=True)
    with pytest.raises(RequestFailed) as caught:
        connection.markers.create("p/", only_new=True)
    assert caught.value.code == "PreconditionFailed"
    assert [request.headers.get("if-none-match") for request in server.requests] == [None, "*", "*"]


def test_a_web_server_that_answers_everything_has_no_markers(server: ScriptedServer, connection: Connection) -> None:
    server.script(WEB_PAGE)
    with pytest.raises(Transient, match="not one of S3's") as looked:
        connection.markers.size("p/")
    with pytest.raises(Transient, match="not one of S3's") as created:
        connection.markers.create("p/")
    assert [looked.value.uncertain, created.value.uncertain] == [False, True]


def test_a_marker_is_created_empty(server: ScriptedServer, connection: Connection) -> None:
    connection.markers.create("p/a b/")
    [request] = server.requests
    assert (request.method, request.path, request.body) == ("PUT", f"/{SPACE}/p/a b/", b"")
    assert request.headers["content-length"] == "0"
    assert not {"transfer-encoding", "x-amz-trailer", "expect"} & set(request.headers)
