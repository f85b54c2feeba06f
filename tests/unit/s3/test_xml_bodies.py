# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read out of a listing's document, and which documents are not trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import ProtocolError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Subfolder, Upload
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing_bodies import (
    parse_level,
    parse_objects,
    parse_uploads,
    parse_versions,
)
from ansible_collections.tidy.spaces.plugins.module_utils._s3.xml_bodies import Unreadable
from tests.unit.s3.xml_samples import DENIED, NAMESPACE, document, elements, objects, uploads, versions

PARSERS: list[tuple[Callable[[bytes], Any], bytes]] = [
    (parse_objects, objects("p/a")),
    (parse_versions, versions(f"<Version>{elements(Key='p/a', VersionId='1')}</Version>")),
    (lambda body: parse_uploads(body, encoded=False), uploads(("p/a", "1"))),
]
LAST = elements(IsTruncated="false")
ILLEGAL = [
    "\x01",
    "\x00",
    "\x0b",
    "\x1f",
    "\ufffe",
    "\uffff",
    *(f"&#{reference};" for reference in ("x1", "x01", "x0001", "x0B", "xb", "xE", "x1F")),
    *(f"&#{reference};" for reference in ("0", "1", "01", "8", "11", "12", "14", "19", "20", "31", "65534", "65535")),
    *(f"&#{reference};" for reference in ("xFFFE", "xffff", "xD800", "xdfff", "55296", "57343", "x0")),
]


def keys_of(body: bytes) -> list[str]:
    return [entry.key for entry in parse_objects(body).items]


@pytest.mark.parametrize("namespace", [True, False])
@pytest.mark.parametrize(
    ("encoded", "written", "key"),
    [
        (True, "p/a+b%2Bc%20d", "p/a b+c d"),
        (True, "p/%C3%BC%F0%9F%98%80", "p/ü😀"),
        (True, "p/%01%EF%BF%BE%0A", "p/\x01\ufffe\n"),
        (True, "p/%2541&amp;x", "p/%41&x"),
        (False, "p/a+b%20c", "p/a+b%20c"),
        (False, "p/&amp;&lt;&#233;&#x9;&#10;&quot;ü", 'p/&<é\t\n"ü'),
    ],
)
def test_keys_are_decoded_where_the_document_says_so(encoded: bool, written: str, key: str, namespace: bool) -> None:
    page = parse_objects(objects(written, encoded=encoded, namespace=namespace))
    assert page.items == [Entry(key, 5, "2026-01-01T00:00:00Z")]
    assert not page.truncated


@pytest.mark.parametrize("inner", ["", "urn:x"], ids=["no namespace", "another one"])
@pytest.mark.parametrize("namespace", [True, False])
@pytest.mark.parametrize(("parse", "own"), PARSERS, ids=["objects", "versions", "uploads"])
@pytest.mark.parametrize("element", ["Contents", "Version", "Upload", "Key", "UploadId", "IsTruncated"])
def test_elements_are_read_in_whatever_namespace(
    parse: Callable[[bytes], Any], own: bytes, element: str, namespace: bool, inner: str
) -> None:
    body = own if namespace else own.replace(f' xmlns="{NAMESPACE}"'.encode(), b"")
    other = body.replace(f"<{element}>".encode(), f'<{element} xmlns="{inner}">'.encode())
    assert parse(other) == parse(own)
    assert parse(own).items


@pytest.mark.parametrize("written", ["p/%FF", "p/%ff/x", "p/%C3", "p/%ED%A0%80", "%FE%FF"])
@pytest.mark.parametrize(
    "parse_key",
    [
        lambda key: parse_objects(objects("p/a", key)),
        lambda key: parse_versions(versions(f"<Version>{elements(Key=key, VersionId='1')}</Version>")),
        lambda key: parse_uploads(uploads((key, "1")), encoded=True),
        lambda key: parse_level(
            document(
                "ListBucketResult",
                elements(EncodingType="url", IsTruncated="false"),
                f"<CommonPrefixes><Prefix>{key}/</Prefix></CommonPrefixes>",
            )
        ),
    ],
    ids=["objects", "versions", "uploads", "level"],
)
def test_a_key_that_no_request_can_name_is_not_taken_for_another(parse_key: Callable[[str], Any], written: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_key(written)
    assert f"'{written}" in str(caught.value)
    assert "not UTF-8" in str(caught.value)


@pytest.mark.parametrize("truncated", [True, False])
def test_whether_more_follows(truncated: bool) -> None:
    assert parse_objects(objects("a", truncated=truncated)).truncated == truncated
    assert parse_versions(versions(truncated=truncated)).truncated == truncated
    assert parse_uploads(uploads(truncated=truncated), encoded=False).truncated == truncated


@pytest.mark.parametrize("said", ["", "<IsTruncated/>", "<IsTruncated>maybe</IsTruncated>"])
@pytest.mark.parametrize(("parse", "own"), PARSERS, ids=["objects", "versions", "uploads"])
def test_a_document_that_does_not_say_whether_more_follows_is_not_read(
    parse: Callable[[bytes], Any], own: bytes, said: str
) -> None:
    body = own.replace(b"<IsTruncated>false</IsTruncated>", said.encode())
    assert body != own
    with pytest.raises(Unreadable):
        parse(body)


@pytest.mark.parametrize("namespace", [True, False])
def test_versions_and_delete_markers_stay_in_order(namespace: bool) -> None:
    body = document(
        "ListVersionsResult",
        elements(EncodingType="url", IsTruncated="true"),
        f"<Version>{elements(Key='a+1', VersionId='v3', Size=7, LastModified='m3')}</Version>",
        f"<DeleteMarker>{elements(Key='a+1', VersionId='v2', LastModified='m2')}</DeleteMarker>",
        f"<Version>{elements(Key='a+1', VersionId='null', Size=5)}</Version>",
        f"<DeleteMarker>{elements(Key='b')}</DeleteMarker>",
        f"<Version>{elements(Key='c', VersionId='', Size='')}</Version>",
        namespace=namespace,
    )
    assert parse_versions(body).items == [
        Entry("a 1", 7, "m3", "v3", False),
        Entry("a 1", 0, "m2", "v2", True),
        Entry("a 1", 5, "", "null", False),
        Entry("b", 0, "", "null", True),
        Entry("c", 0, "", "null", False),
    ]


@pytest.mark.parametrize("namespace", [True, False])
@pytest.mark.parametrize(("encoded", "key"), [(True, "a b+"), (False, "a+b%2B")])
def test_keys_of_uploads_are_decoded_when_that_was_asked_for(encoded: bool, key: str, namespace: bool) -> None:
    body = document(
        "ListMultipartUploadsResult",
        elements(IsTruncated="true"),
        f"<Upload><Initiator><ID>x</ID></Initiator>{elements(Key='a+b%2B', UploadId='2~id+%2B')}</Upload>",
        namespace=namespace,
    )
    assert parse_uploads(body, encoded=encoded).items == [Upload(key, "2~id+%2B")]


def test_nothing_listed_is_an_empty_page() -> None:
    assert parse_objects(objects()).items == []
    assert parse_versions(versions()).items == []
    assert parse_uploads(uploads(), encoded=True).items == []


def test_a_missing_size_counts_as_nothing() -> None:
    body = document("ListBucketResult", LAST, f"<Contents>{elements(Key='a')}</Contents>")
    assert parse_objects(body).items == [Entry("a", 0, "")]


def test_common_prefixes_and_other_elements_are_passed_over() -> None:
    body = document(
        "ListBucketResult",
        LAST,
        "<CommonPrefixes><Prefix>p/q/</Prefix></CommonPrefixes>",
        f"<Contents><Owner><ID>x</ID></Owner>{elements(Key='a', Size=1)}</Contents>",
    )
    assert parse_objects(body).items == [Entry("a", 1, "")]


@pytest.mark.parametrize("illegal", ILLEGAL, ids=ascii)
def test_an_echo_that_xml_cannot_carry_is_passed_over_when_keys_are_encoded(illegal: str) -> None:
    assert keys_of(objects("p/%01", "p/b+c", echo=f"p/{illegal}")) == ["p/\x01", "p/b c"]


@pytest.mark.parametrize("illegal", ILLEGAL, ids=ascii)
def test_plain_keys_beside_what_xml_cannot_carry_are_not_guessed(illegal: str) -> None:
    with pytest.raises(Unreadable):
        parse_objects(objects("p/a", echo=f"p/{illegal}", encoded=False))
    with pytest.raises(Unreadable):
        parse_objects(objects(f"p/{illegal}", encoded=False))
    with pytest.raises(Unreadable):
        parse_uploads(uploads((f"p/{illegal}", "1")), encoded=False)


@pytest.mark.parametrize(
    "legal", ["&#x9;", "&#9;", "&#10;", "&#xA;", "&#x00d;", "&#13;", "&#32;", "&#x20;", "&#65533;"]
)
def test_references_that_xml_can_carry_survive_beside_those_that_it_cannot(legal: str) -> None:
    [plain] = keys_of(objects(f"p/{legal}", encoded=False))
    [beside] = keys_of(objects(f"p/{legal}", echo="\x01"))
    assert beside == plain != "p/?"


@pytest.mark.parametrize(("parse", "body"), PARSERS, ids=["objects", "versions", "uploads"])
def test_a_body_that_breaks_off_is_not_read(parse: Callable[[bytes], Any], body: bytes) -> None:
    assert parse(body).items
    for end in range(len(body)):
        with pytest.raises(Unreadable):
            parse(body[:end])


@pytest.mark.parametrize(("parse", "own"), PARSERS, ids=["objects", "versions", "uploads"])
def test_a_document_in_an_unknown_encoding_is_not_read(parse: Callable[[bytes], Any], own: bytes) -> None:
    with pytest.raises(Unreadable, match="encoding"):
        parse(own.replace(b"UTF-8", b"UTF-0"))


@pytest.mark.parametrize(("parse", "own"), PARSERS, ids=["objects", "versions", "uploads"])
def test_another_document_is_not_read(parse: Callable[[bytes], Any], own: bytes) -> None:
    others = [body for _parse, body in PARSERS if body != own]
    for body in (*others, DENIED, b"<html><body>Welcome</body></html>", b"<!doctype html><p>Sorry<br>", b"{}", b""):
        with pytest.raises(Unreadable):
            parse(body)


@pytest.mark.parametrize(
    "body",
    [
        document("ListBucketResult", LAST, f"<Contents>{elements(Size=1)}</Contents>"),
        document("ListBucketResult", LAST, f"<Contents>{elements(Key='a', Size='many')}</Contents>"),
    ],
    ids=["no key", "no number"],
)
def test_an_object_that_makes_no_sense_is_not_read(body: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse_objects(body)


def test_a_level_has_its_objects_and_subfolders_in_key_order() -> None:
    body = document(
        "ListBucketResult",
        "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Prefix>p/</Prefix>",
        "<Contents><Key>p/</Key></Contents><Contents><Key>p/b</Key></Contents>",
        "<CommonPrefixes><Prefix>p/%41/</Prefix></CommonPrefixes>",
        "<CommonPrefixes><Prefix>p/a+b/</Prefix></CommonPrefixes>",
    )
    page = parse_level(body)
    assert [(item.key, item.__class__) for item in page.items] == [
        ("p/", Entry),
        ("p/A/", Subfolder),
        ("p/a b/", Subfolder),
        ("p/b", Entry),
    ]
    assert page.truncated
