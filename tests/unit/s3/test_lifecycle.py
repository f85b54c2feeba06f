# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifecycle rules: the requests that a store gets, and how its replies are read."""

from __future__ import annotations

import base64
import hashlib

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import NotFound, ProtocolError, Transient
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import Rules
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from ansible_collections.tidy.spaces.plugins.module_utils._s3.lifecycle import document_of, parse_rules
from tests.unit.engine.rules import both, element, filtered, prefix, rule, tag
from tests.unit.s3.connecting import SPACE
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import NAMESPACE, document, elements

RULES = (
    rule("a", prefix("p/ ü&<>]]>\"'\r\n\t/"), element("Fancy", element("X", "1"), element("X", " 2 "))),
    rule("b", filtered(both(prefix("q/"), tag("k", ""), tag("k2", "v"))), status="Disabled"),
    rule("c", filtered()),
)
SIMPLE = "<Rule><ID>a</ID><Status>Enabled</Status></Rule>"


@pytest.mark.parametrize("rules", [RULES, RULES[:1], ()])
def test_a_document_reads_as_it_was_written(rules: Rules) -> None:
    assert parse_rules(document_of(rules)) == rules


@pytest.mark.parametrize("namespace", [True, False])
def test_white_space_between_elements_has_no_meaning(namespace: bool) -> None:
    spread = SIMPLE.replace("><", ">\n  <")
    body = document("LifecycleConfiguration", "\n", spread, "\n", namespace=namespace)
    assert parse_rules(body) == (element("Rule", element("ID", "a"), element("Status", "Enabled")),)


@pytest.mark.parametrize(
    "part",
    ['<Rule kind="x"><ID>a</ID></Rule>', "<Rule><Filter>x<Prefix>p/</Prefix></Filter></Rule>", "<Rule><ID/>x</Rule>"],
)
def test_an_element_that_could_not_be_written_again_is_refused(part: str) -> None:
    with pytest.raises(ProtocolError, match="of an unknown form"):
        parse_rules(document("LifecycleConfiguration", part))


def test_elements_of_another_namespace_stay_in_it() -> None:
    [read] = parse_rules(document("LifecycleConfiguration", '<Rule><ID>a</ID><x:Y xmlns:x="urn:x">1</x:Y></Rule>'))
    assert read.children[1].name == "{urn:x}Y"
    assert parse_rules(document_of((read,))) == (read,)


@pytest.mark.parametrize(
    "body", ["<x:Rule><ID>a</ID></x:Rule>", "<Rule><x:ID>a</x:ID></Rule>", "<Rule><x:Filter/></Rule>"]
)
def test_a_rule_whose_meaning_is_in_another_namespace_is_refused(body: str) -> None:
    with pytest.raises(ProtocolError, match="of an unknown form"):
        parse_rules(f'<LifecycleConfiguration xmlns:x="urn:x">{body}</LifecycleConfiguration>'.encode())


@pytest.mark.parametrize("root", ["", f' xmlns="{NAMESPACE}"', ' xmlns="urn:x"'])
@pytest.mark.parametrize("inner", ["", f' xmlns="{NAMESPACE}"'])
def test_the_namespace_of_s3_may_be_left_out_anywhere(root: str, inner: str) -> None:
    body = f"<LifecycleConfiguration{root}>{SIMPLE.replace('<Rule>', f'<Rule{inner}>')}</LifecycleConfiguration>"
    assert parse_rules(body.encode()) == (element("Rule", element("ID", "a"), element("Status", "Enabled")),)


def test_rules_are_read(server: ScriptedServer, connection: Connection) -> None:
    server.script(Reply(body=document_of(RULES)))
    assert connection.lifecycle.read() == RULES
    [request] = server.requests
    assert (request.method, request.path, request.query) == ("GET", f"/{SPACE}", {"lifecycle": ""})


def test_rules_are_written_as_they_are_with_a_digest(server: ScriptedServer, connection: Connection) -> None:
    connection.lifecycle.write(RULES)
    [request] = server.requests
    assert (request.method, request.path, request.query) == ("PUT", f"/{SPACE}", {"lifecycle": ""})
    assert request.body == document_of(RULES)
    assert request.headers["content-md5"] == base64.b64encode(hashlib.md5(request.body).digest()).decode()
    assert request.headers["x-amz-content-sha256"] == hashlib.sha256(request.body).hexdigest()


def test_the_header_that_belongs_to_the_rules_is_written_back(server: ScriptedServer, connection: Connection) -> None:
    name = "x-amz-transition-default-minimum-object-size"
    server.script(Reply(body=document_of(RULES), headers={name: "varies_by_storage_class"}), Reply())
    connection.lifecycle.write(connection.lifecycle.read())
    assert server.requests[1].headers[name] == "varies_by_storage_class"
    server.script(Reply(body=document_of(RULES)), Reply())
    connection.lifecycle.write(connection.lifecycle.read())
    assert name not in server.requests[3].headers


def test_no_rules_are_no_document(server: ScriptedServer, connection: Connection) -> None:
    server.script(Reply(status=204))
    connection.lifecycle.write(())
    [request] = server.requests
    assert (request.method, request.path, request.query) == ("DELETE", f"/{SPACE}", {"lifecycle": ""})


def test_no_document_is_no_rules(server: ScriptedServer, connection: Connection) -> None:
    missing = document("Error", elements(Code="NoSuchLifecycleConfiguration"), namespace=False)
    server.script(Reply(status=404, body=missing))
    assert connection.lifecycle.read() == ()


@pytest.mark.parametrize("body", [b"", b"<html>not here</html>", b"<Error><Code>NoSuchKey</Code></Error>"])
def test_another_404_is_not_taken_for_an_empty_document(
    server: ScriptedServer, connection: Connection, body: bytes
) -> None:
    server.script(Reply(status=404, body=body))
    with pytest.raises(NotFound):
        connection.lifecycle.read()


@pytest.mark.parametrize(
    "body", [b"", b"<html/>", document("LifecycleConfiguration", SIMPLE)[:-5], document("ListBucketResult")]
)
def test_a_body_that_is_not_a_lifecycle_configuration_is_refused(
    server: ScriptedServer, connection: Connection, body: bytes
) -> None:
    server.script(Reply(body=body))
    with pytest.raises(Transient):
        connection.lifecycle.read()
