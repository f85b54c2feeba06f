# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page is read the same, whether a regular expression reads its rows or ElementTree does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._s3 import listing_bodies
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing_bodies import (
    OBJECTS,
    VERSIONS,
    parse_level,
    parse_objects,
    parse_version_level,
    parse_versions,
)
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing_rows import plain_rows
from tests.unit.s3.xml_samples import document, elements, versions

OWNER = "<Owner><ID>me</ID><DisplayName>me</DisplayName></Owner>"
TIME = "2026-01-01T00:00:00.000Z"
HASH = "c4ca4238a0b923820dcc509a6f75849b"
STORES = {
    "Ceph RGW": [
        elements(Key="p/a", VersionId="2", IsLatest="true", LastModified=TIME) + OWNER,
        elements(Key="p/a", VersionId="1", IsLatest="false", LastModified=TIME, ETag=f"&quot;{HASH}&quot;", Size=5)
        + elements(StorageClass="STANDARD")
        + f"{OWNER}<Type>Normal</Type>",
    ],
    "MinIO": [
        elements(Key="p/a", LastModified=TIME, ETag="", Size=0)
        + OWNER
        + elements(StorageClass="STANDARD", IsLatest="true", VersionId="2"),
        elements(Key="p/a", LastModified=TIME, ETag=f"&#34;{HASH}&#34;", Size=5)
        + OWNER
        + elements(StorageClass="STANDARD", IsLatest="false", VersionId="1"),
    ],
    "AWS": [
        elements(Key="p/a", VersionId="2", IsLatest="true", LastModified=TIME) + OWNER,
        elements(Key="p/a", VersionId="1", IsLatest="false", LastModified=TIME, ETag=f"&quot;{HASH}&quot;")
        + elements(ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT", Size=5)
        + f"{OWNER}<StorageClass>STANDARD</StorageClass>",
    ],
}
PARSERS: dict[str, tuple[Callable[[bytes], Any], str, tuple[str, ...]]] = {
    "versions": (parse_versions, "ListVersionsResult", VERSIONS),
    "level of versions": (parse_version_level, "ListVersionsResult", VERSIONS),
    "objects": (parse_objects, "ListBucketResult", OBJECTS),
    "level": (parse_level, "ListBucketResult", OBJECTS),
}
EVERY_PARSER = pytest.mark.parametrize("listing", PARSERS)


def rows(*inner: str) -> list[str]:
    """Return rows with these elements, first a delete marker, then versions."""
    marker, *others = inner
    return [f"<DeleteMarker>{marker}</DeleteMarker>", *(f"<Version>{other}</Version>" for other in others)]


def read(parse: Callable[[bytes], Any], body: bytes) -> Any:
    """Return the page, or the error."""
    try:
        return parse(body)
    except Exception as exc:  # whatever it is, it must be the same
        return type(exc), str(exc)


def require_the_same(listing: str, *parts: str) -> None:
    """Require that ElementTree reads the same in a document with these parts; rows are written as versions."""
    parse, root, kinds = PARSERS[listing]
    text = "".join(parts)
    if kinds == OBJECTS:
        text = re.sub("(</?)(Version|DeleteMarker)([ >])", r"\1Contents\3", text)
    body = document(root, "<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>", text)
    with patch.object(listing_bodies, "plain_rows", lambda _body, _kinds: None):
        expected = read(parse, body)
    assert read(parse, body) == expected


@pytest.mark.parametrize("inner", STORES.values(), ids=STORES)
def test_the_rows_of_stores_are_plain(inner: list[str]) -> None:
    plain = plain_rows(versions(*rows(*inner, *inner[1:] * 3)), VERSIONS)
    assert plain
    shortened, placeholder, found = plain
    assert shortened == versions(f"<Version><Key>{placeholder.key}</Key></Version>")
    assert [row.kind for row in found] == ["DeleteMarker", *["Version"] * 4]
    require_the_same("versions", *rows(*inner, *inner[1:] * 3))


PLAIN = elements(Key="p/b", VersionId="1", IsLatest="true", LastModified=TIME, ETag="", Size=5)
TWO = "".join(rows(PLAIN, PLAIN))
FIRST, SECOND = (f"<Version>{elements(Key=key, LastModified='Z')}</Version>" for key in ("p/a", "p/b"))
LIKE_FIRST = f"<Version >{elements(Key='p/a', LastModified='Z')}</Version>"


@EVERY_PARSER
@pytest.mark.parametrize(
    "around",
    [
        "<!--{}-->",
        "<?a {}?>",
        "<Prefix><![CDATA[{}]]></Prefix>",
        "<Versions>{}</Versions>",
        "<Versions xmlns='urn:x'>{}</Versions>",
        "<Version ><Key>p/a</Key><LastModified>Z</LastModified>{}</Version>",
        "<Version><Key>p/a</Key><Owner><ID><![CDATA[{}]]></ID></Owner></Version>",
    ],
)
@pytest.mark.parametrize("rest", ["", LIKE_FIRST, FIRST, f" {FIRST}"], ids=["nothing", "odd", "plain", "apart"])
def test_what_stands_elsewhere_is_no_row(listing: str, around: str, rest: str) -> None:
    require_the_same(listing, around.format(FIRST + SECOND), rest)
    require_the_same(listing, rest, around.format(FIRST + SECOND))


@EVERY_PARSER
def test_rows_that_something_separates_are_all_read(listing: str) -> None:
    for between in (" ", "<!---->", "<Prefix>p/</Prefix>", "<CommonPrefixes><Prefix>s/</Prefix></CommonPrefixes>"):
        require_the_same(listing, FIRST, between, SECOND)


@pytest.mark.parametrize("listing", ["level", "level of versions"])
def test_only_the_document_itself_has_subfolders(listing: str) -> None:
    inside = SECOND.replace("</Key>", "</Key><CommonPrefixes><Prefix>s/</Prefix></CommonPrefixes>")
    require_the_same(listing, FIRST, inside, "<CommonPrefixes><Prefix>t/</Prefix></CommonPrefixes>")


def test_rows_that_an_entity_stands_for_are_read_by_element_tree() -> None:
    root = "<ListVersionsResult><IsTruncated>false</IsTruncated>&e;</ListVersionsResult>"
    body = f"<!DOCTYPE a [<!ENTITY e '{FIRST}{SECOND}'>]>{root}".encode()
    assert plain_rows(body, VERSIONS) is None
    assert [entry.key for entry in parse_versions(body).items] == ["p/a", "p/b"]


ODD = [
    "",
    "<Key/>",
    "<Key> a</Key>",
    " <Key>a</Key>",
    "<Key>\x01</Key>",
    "<Key>\r</Key>",
    "<Key>ü</Key>",
    "<Key>]]></Key>",
    "<Key>a&amp;b</Key>",
    "<Key>a&#x1;</Key>",
    "<Key>a<!--b--></Key>",
    "<Key a='b'>c</Key>",
    "<Key>a</Key><Key>b</Key>",
    "<Key>a</Key><Size>x</Size>",
    "<Key>a</Key><ETag>&amp;</ETag>",
    "<a:Key xmlns:a='urn:x'>c</a:Key>",
    "<Owner><ID><Key>b</Key></ID></Owner>",
]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
@EVERY_PARSER
def test_an_odd_row_among_plain_ones_is_read_as_it_stands(listing: str, odd: str) -> None:
    row = f"<Version>{odd}</Version>"
    require_the_same(listing, TWO, row, TWO)
    require_the_same(listing, TWO, row)
    require_the_same(listing, row, TWO)


@pytest.mark.parametrize(
    "end",
    ["<Odd a='1'/>", "<a></a>" * 100, f"<Owner>{'<ID></ID>' * 20}</Owner>"],
    ids=["an attribute", "many elements", "many elements in one"],
)
def test_a_row_with_too_much_in_it_is_not_plain(end: str) -> None:
    """With a choice between two ways to match an element, this would not end."""
    row = f"<Version>{PLAIN * 3}{'<Other></Other>' * 20}{end}</Version>"
    assert plain_rows(versions(*[row] * 1000), VERSIONS) is None


def test_rows_of_another_kind_stay_in_the_document() -> None:
    assert plain_rows(document("ListBucketResult", "<IsTruncated>false</IsTruncated>", TWO), OBJECTS) is None


MARKUP = ["&quot;", "&#34;", "&amp;", "&#x1;", "]]>", "<b>c</b>", "<Key>k</Key>", "<!--c-->", "<![CDATA[d]]>"]
PIECES = st.sampled_from([*"a5+%>ü\t\x01 '", "p/", "true", "%2B", *MARKUP])
TEXTS = st.lists(PIECES, max_size=3).map("".join)
NAMES = st.sampled_from(
    ["Key", "Size", "LastModified", "VersionId", "ETag", "StorageClass", "IsLatest", "Owner", "Version", "a:Key"]
)
LEAVES = st.one_of(
    st.builds(lambda name, text: f"<{name}>{text}</{name}>", NAMES, TEXTS),
    st.sampled_from(["<Key/>", "<Key a='1'>k</Key>", "<Size>5</Size>", f"<LastModified>{TIME}</LastModified>", OWNER]),
)
ROWS = st.builds(
    lambda kind, key, leaves: f"<{kind}>{key}{''.join(leaves)}</{kind}>",
    st.sampled_from([*VERSIONS, "Contents", "CommonPrefixes"]),
    st.sampled_from(["<Key>p/k</Key>", "<Key>p%2Fk</Key>", ""]),
    st.lists(LEAVES, max_size=4) | st.just([PLAIN]),
)
BETWEEN = st.sampled_from(["", "", "", "", " ", "<!---->", "<Prefix>p/</Prefix>", "<CommonPrefixes></CommonPrefixes>"])


@given(st.sampled_from([*PARSERS]), st.lists(st.tuples(ROWS, BETWEEN), max_size=4))
def test_it_makes_no_difference_what_reads_the_rows(listing: str, pairs: list[tuple[str, str]]) -> None:
    require_the_same(listing, *(part for pair in pairs for part in pair))
