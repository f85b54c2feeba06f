# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page is read the same, whether a regular expression reads its rows or ElementTree does."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._s3 import listing_bodies
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing_bodies import parse_versions
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing_rows import plain_rows
from tests.unit.s3.xml_samples import document, elements, versions

KINDS = ("Version", "DeleteMarker")
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


def rows(*inner: str) -> list[str]:
    """Return rows with these elements, first a delete marker, then versions."""
    marker, *others = inner
    return [f"<DeleteMarker>{marker}</DeleteMarker>", *(f"<Version>{other}</Version>" for other in others)]


def read(body: bytes) -> Any:
    """Return the page, or the error."""
    try:
        return parse_versions(body)
    except Exception as exc:  # whatever it is, it must be the same
        return type(exc), str(exc)


def read_by_element_tree(body: bytes) -> Any:
    with patch.object(listing_bodies, "plain_rows", lambda body, _kinds: (body, [])):
        return read(body)


@pytest.mark.parametrize("inner", STORES.values(), ids=STORES)
def test_the_rows_of_stores_are_plain(inner: list[str]) -> None:
    body = versions(*rows(*inner, *inner[1:] * 3))
    shortened, found = plain_rows(body, KINDS)
    assert shortened == versions(*rows(*inner)[:1])
    assert [row.kind for row in found] == ["DeleteMarker", *["Version"] * 4]
    assert read(body) == read_by_element_tree(body)


PLAIN = elements(Key="p/b", VersionId="1", IsLatest="true", LastModified=TIME, ETag="", Size=5)
TWO = "".join(rows(PLAIN, PLAIN))


@pytest.mark.parametrize(
    "parts",
    [
        [f"<!--{TWO}-->"],
        [f"<Key><![CDATA[{TWO}]]></Key>"],
        [f"<Versions>{TWO}</Versions>"],
        [f"<Versions xmlns='urn:x'>{TWO}</Versions>"],
        [TWO, f"<!--{TWO}-->"],
        [TWO, " ", TWO],
        [TWO, f"<Versions>{TWO}</Versions>"],
    ],
)
def test_rows_that_stand_elsewhere_are_no_rows(parts: list[str]) -> None:
    body = versions(*parts)
    assert read(body) == read_by_element_tree(body)


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
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoded", ["", "<EncodingType>url</EncodingType>"], ids=["plain keys", "encoded keys"])
def test_an_odd_row_among_plain_ones_is_read_as_it_stands(encoded: str, kind: str, odd: str) -> None:
    row = f"<{kind}>{odd}</{kind}>"
    body = document("ListVersionsResult", "<IsTruncated>false</IsTruncated>", encoded, TWO, row, TWO)
    assert read(body) == read_by_element_tree(body)


def test_rows_of_another_kind_stay_in_the_document() -> None:
    body = document("ListBucketResult", "<IsTruncated>false</IsTruncated>", TWO)
    assert plain_rows(body, ("Contents",)) == (body, [])


def test_a_row_that_is_not_plain_is_found_out_fast() -> None:
    inner = PLAIN * 9 + "<Other></Other>" * 60
    body = versions(*(f"<Version>{inner}<Odd a='1'/></Version>" for _number in range(1000)))
    assert plain_rows(body, KINDS) == (body, [])


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
    st.sampled_from([*KINDS, "Contents", "CommonPrefixes"]),
    st.sampled_from(["<Key>p/k</Key>", "<Key>p%2Fk</Key>", ""]),
    st.lists(LEAVES, max_size=4) | st.just([PLAIN]),
)
BETWEEN = st.sampled_from(["", "", "", "", " ", "<!---->", "<Prefix>p/</Prefix>", "<CommonPrefixes></CommonPrefixes>"])


@given(st.lists(st.tuples(ROWS, BETWEEN), max_size=4))
@example([("<Version><Key>a</Key></Version>", ""), ("<Version></Version>", "")])
def test_it_makes_no_difference_what_reads_the_rows(pairs: list[tuple[str, str]]) -> None:
    body = versions(*(part for pair in pairs for part in pair))
    assert read(body) == read_by_element_tree(body)
