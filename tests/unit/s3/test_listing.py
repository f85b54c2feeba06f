# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of a listing, and how the replies are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Denied,
    RequestFailed,
    Transient,
    Unsupported,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import (
    Entry,
    Page,
    PartsPage,
    Subfolder,
    Upload,
)
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing import S3Lister
from tests.unit.s3.connecting import SPACE
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import DENIED, document, elements, level, objects, uploads, versions

NOT_IMPLEMENTED = document("Error", elements(Code="NotImplemented"))
PREFIXES = ["", "p/", "p/a+b c/", "p/%41/", "p/ü😀/", "p/&<>\"'/", "p/?q=1#frag/", "p/\x01\ufffe\n/", "//logs/", "../"]
LISTINGS = {
    "objects": (S3Lister.list_objects, objects("p/a"), "", "max-keys"),
    "versions": (
        S3Lister.list_versions,
        versions(f"<Version>{elements(Key='p/a', VersionId='1')}</Version>"),
        "versions",
        "max-keys",
    ),
    "uploads": (S3Lister.list_uploads, uploads(("p/a", "1")), "uploads", "max-uploads"),
}
EVERY_LISTING = pytest.mark.parametrize(
    ("fetch", "body", "subresource", "limit"), list(LISTINGS.values()), ids=list(LISTINGS)
)


def test_a_level_goes_on_behind_an_object_or_at_the_end_of_a_subfolder(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script(*[Reply(body=level(["p/b"], []))] * 3)
    for after in (None, Entry("p/a"), Subfolder("p/a/")):
        assert connection.lister.list_level("p/", after).items == [Entry("p/b")]
    assert [request.query.get("marker") for request in server.requests] == [None, "p/a", "p/a/\U0010ffff"]
    assert {request.query["delimiter"] for request in server.requests} == {"/"}


def test_a_subfolder_that_is_listed_again_is_left_out(server: ScriptedServer, connection: Connection) -> None:
    body = level(["p/a", "p/a0"], ["p/a/", "p/a0/"])
    server.script(*[Reply(body=body)] * 2)
    page = connection.lister.list_level("p/", Subfolder("p/a/"))
    assert [item.key for item in page.items] == ["p/a", "p/a0", "p/a0/"]
    assert Entry("p/a") in connection.lister.list_level("p/", Entry("p/a")).items  # for the scan to find out


@EVERY_LISTING
@pytest.mark.parametrize("prefix", PREFIXES, ids=ascii)
def test_a_first_page_is_asked_for_by_prefix(
    server: ScriptedServer,
    connection: Connection,
    fetch: Callable[..., Page[Any]],
    body: bytes,
    subresource: str,
    limit: str,
    prefix: str,
) -> None:
    server.script(Reply(body=body))
    page = fetch(connection.lister, prefix, None)
    assert [item.key for item in page.items] == ["p/a"]
    [request] = server.requests
    assert (request.method, request.path) == ("GET", f"/{SPACE}")
    expected = {"prefix": prefix, limit: "1000"}
    if subresource != "uploads":
        expected["encoding-type"] = "url"
    if subresource:
        expected[subresource] = ""
    assert request.query == expected


@pytest.mark.parametrize("key", ["p/a", "p/a+b c", "p/%41", "p/\x01", "p/\ufffe", "p/ü", "p/&"], ids=ascii)
def test_the_next_page_begins_after_the_last_item(server: ScriptedServer, connection: Connection, key: str) -> None:
    lister = connection.lister
    server.script(Reply(body=objects()), *[Reply(body=versions())] * 3, Reply(body=uploads()))
    lister.list_objects("p/", Entry(key))
    lister.list_versions("p/", Entry(key, version_id="v+1"))
    lister.list_versions("p/", Entry(key, version_id="null"))
    lister.list_versions("p/", Entry(key))
    lister.list_uploads("p/", Upload(key, "2~id"))
    markers = [
        {name: value for name, value in request.query.items() if "marker" in name} for request in server.requests
    ]
    assert markers == [
        {"marker": key},
        {"key-marker": key, "version-id-marker": "v+1"},
        {"key-marker": key, "version-id-marker": "null"},
        {"key-marker": key},
        {"key-marker": key, "upload-id-marker": "2~id"},
    ]


def test_a_smaller_page_is_asked_for_when_a_test_wants_it(server: ScriptedServer, connection: Connection) -> None:
    lister = S3Lister(client=connection.lister._client, space=SPACE, page_size=2)
    server.script(Reply(body=objects()), Reply(body=versions()), Reply(body=uploads()))
    lister.list_objects("", None)
    lister.list_versions("", None)
    lister.list_uploads("", None)
    assert [request.query.get("max-keys") or request.query["max-uploads"] for request in server.requests] == ["2"] * 3


@EVERY_LISTING
@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply(body=b" "),
        Reply(body=b"<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"}),
        Reply(body=b"<!doctype html><p>Sorry<br>"),
        Reply(body=b'{"message": "ok"}'),
        Reply(body=document("DeleteResult")),
        Reply(body=document("ListAllMyBucketsResult")),
        Reply(status=204),
        Reply(status=206, body=b"<html><p>"),
        Reply(body=b"<ListBucketResult><Contents>"),
        Reply(body=b"<ListVersionsResult><Version>"),
        Reply(body=b"<ListMultipartUploadsResult><Upload>"),
        Reply(body=document("ListBucketResult", "<Contents/>")),
        Reply(body=document("ListVersionsResult", "<Version/>")),
        Reply(body=document("ListMultipartUploadsResult", "<Upload/>")),
        Reply(body=b"<Error><Code>InternalError</Code></Error>"),
        Reply(status=500, body=b"<Error><Code>InternalError</Code></Error>"),
        Reply(status=500, body=b"<html>"),
    ],
    ids=lambda value: f"{value.status} {value.body[:40]!r}" if isinstance(value, Reply) else "",
)
def test_a_reply_that_is_no_listing_is_transient_and_never_an_empty_folder(
    server: ScriptedServer,
    connection: Connection,
    fetch: Callable[..., Page[Any]],
    body: bytes,
    subresource: str,
    limit: str,
    reply: Reply,
) -> None:
    server.script(reply)
    with pytest.raises(Transient):
        fetch(connection.lister, "p/", None)
    server.script(Reply(body=body))
    assert fetch(connection.lister, "p/", None).items


@EVERY_LISTING
@pytest.mark.parametrize("status", [200, 403])
def test_an_error_is_never_an_empty_folder(
    server: ScriptedServer,
    connection: Connection,
    fetch: Callable[..., Page[Any]],
    body: bytes,
    subresource: str,
    limit: str,
    status: int,
) -> None:
    server.script(Reply(status=status, body=DENIED))
    with pytest.raises(RequestFailed) as caught:
        fetch(connection.lister, "p/", None)
    assert caught.value.code == "AccessDenied"
    assert isinstance(caught.value, Denied) == (status == 403)


@pytest.mark.parametrize("echo", ["\x01", "\ufffe", "&#x1;"], ids=ascii)
def test_an_echo_that_xml_cannot_carry_does_not_hide_encoded_keys(
    server: ScriptedServer, connection: Connection, echo: str
) -> None:
    server.script(Reply(body=objects("p/%01", "p/b+c", echo=echo, truncated=True)))
    page = connection.lister.list_objects("p/", Entry("p/\x01"))
    assert ([entry.key for entry in page.items], page.truncated) == (["p/\x01", "p/b c"], True)
    assert len(server.requests) == 1


@pytest.mark.parametrize("echo", ["\x01", "\ufffe", "&#x1;"], ids=ascii)
def test_plain_keys_beside_such_an_echo_are_a_transient_failure(
    server: ScriptedServer, connection: Connection, echo: str
) -> None:
    server.script(Reply(body=objects("p/a", echo=echo, encoded=False)))
    with pytest.raises(Transient, match="cannot be read"):
        connection.lister.list_objects("p/", None)


def test_uploads_are_taken_as_they_stand_where_they_can_be_read(server: ScriptedServer, connection: Connection) -> None:
    server.script(Reply(body=uploads(("p/a+b%41", "1"), truncated=True)))
    assert connection.lister.list_uploads("p/", None) == Page([Upload("p/a+b%41", "1")], True)
    assert len(server.requests) == 1


@pytest.mark.parametrize("plain", [uploads(("p/\x01", "1")), uploads(("p/a", "1"), echo="\ufffe")], ids=ascii)
@pytest.mark.parametrize("says_so", [True, False])
def test_uploads_are_asked_for_encoded_where_they_cannot_be_read(
    server: ScriptedServer, connection: Connection, plain: bytes, says_so: bool
) -> None:
    encoded = uploads(("p/%01+%2B", "1"), echo="\x01")
    if says_so:
        encoded = encoded.replace(b"<KeyMarker>", b"<EncodingType>url</EncodingType><KeyMarker>")
    server.script(Reply(body=plain), Reply(body=encoded))
    assert connection.lister.list_uploads("p/", Upload("p/", "0")).items == [Upload("p/\x01 +", "1")]
    first, second = (request.query for request in server.requests)
    assert second == {**first, "encoding-type": "url"}


def parts(*numbers: int, truncated: bool = False, echo: str = "") -> bytes:
    """Write a listing of parts; each has ten times as many bytes as its number."""
    said = elements(Key=f"p/u{echo}", IsTruncated=str(truncated).lower())
    return document(
        "ListPartsResult",
        said,
        *(f"<Part>{elements(PartNumber=number, Size=number * 10)}</Part>" for number in numbers),
    )


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (parts(), PartsPage(0, None)),
        (parts(3, 9), PartsPage(120, None)),
        (parts(3, 9, truncated=True), PartsPage(120, 9)),
        (parts(1, 2, 9), PartsPage(90, None)),  # the first two were on the page before
        (parts(3, echo="\x01"), PartsPage(30, None)),
    ],
)
def test_parts_are_added_up(server: ScriptedServer, connection: Connection, body: bytes, page: PartsPage) -> None:
    server.script(Reply(body=body))
    assert connection.lister.list_parts(Upload("p/a b", "2~id"), 2) == page
    [request] = server.requests
    assert (request.query["uploadId"], request.query["part-number-marker"]) == ("2~id", "2")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (parts(1, truncated=True), "parts follow, and shows none"),
        (document("ListPartsResult"), "whether more follows"),
        (parts(3).replace(b"Size", b"size"), "Size"),
    ],
)
def test_a_listing_of_parts_that_is_not_whole_is_refused(
    server: ScriptedServer, connection: Connection, body: bytes, reason: str
) -> None:
    server.script(Reply(body=body))
    with pytest.raises(Transient, match=reason):
        connection.lister.list_parts(Upload("p/u", "1"), 2)


def test_parts_that_a_store_lists_in_another_form_cannot_be_listed(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script(Reply(body=parts(3).replace(b"ListPartsResult", b"ListPartsResponse")))
    with pytest.raises(Unsupported):
        connection.lister.list_parts(Upload("p/u", "1"), 2)


def version(kind: str, key: str, number: int, *, latest: bool = False, second: int = 0) -> str:
    """Write one version or delete marker."""
    modified = f"2026-01-01T00:00:{second:02}.000Z"
    fields = elements(Key=key, VersionId=number, IsLatest=str(latest).lower(), LastModified=modified)
    return f"<{kind}>{fields}</{kind}>"


@pytest.mark.parametrize(
    ("listed", "order"),
    [
        ([("Version", "a", 2), ("DeleteMarker", "a", 1), ("Version", "b", 3)], [2, 1, 3]),
        ([("DeleteMarker", "a", 2), ("Version", "a", 9), ("DeleteMarker", "b", 1)], [2, 9, 1]),
        ([("Version", "a", 1), ("Version", "b", 2), ("DeleteMarker", "a", 3)], [3, 1, 2]),
        ([("DeleteMarker", "b", 3), ("Version", "a", 1), ("Version", "b", 4)], [1, 4, 3]),
        ([("Version", "a", 5), ("Version", "a", 1), ("DeleteMarker", "a", 3)], [5, 3, 1]),
        ([("Version", "b", 1), ("Version", "a", 2), ("DeleteMarker", "c", 3)], [1, 2, 3]),
        ([("Version", "b", 1), ("Version", "a", 2), ("Version", "c", 3)], [1, 2, 3]),
    ],
)
def test_versions_and_delete_markers_come_in_one_order(
    server: ScriptedServer, connection: Connection, listed: list[tuple[str, str, int]], order: list[int]
) -> None:
    server.script(Reply(body=versions(*(version(kind, key, number, second=number) for kind, key, number in listed))))
    page = connection.lister.list_versions("", None)
    assert [int(entry.version_id or 0) for entry in page.items] == order


def test_the_latest_of_a_key_comes_first_whatever_its_time(server: ScriptedServer, connection: Connection) -> None:
    listed = [version("Version", "a", 1, second=9), version("DeleteMarker", "a", 2, latest=True, second=3)]
    server.script(Reply(body=versions(*listed)))
    assert [entry.version_id for entry in connection.lister.list_versions("", None).items] == ["2", "1"]


@pytest.mark.parametrize(
    ("keys", "prefixes", "order"),
    [
        (["a", "c"], ["a/", "b/"], ["a", "a/", "b/", "c"]),
        (["a", "b"], ["a-b/", "a/"], ["a", "a-b/", "a/", "b"]),
        (["a", "a.b"], ["a/", "a-b/"], ["a", "a/", "a-b/", "a.b"]),
        (["c", "a"], ["b/"], ["c", "a", "b/"]),
        (["a"], ["d/", "b/", "c/"], ["a", "d/", "b/", "c/"]),
    ],
)
def test_a_level_is_put_in_order_only_where_the_store_kept_one(
    server: ScriptedServer, connection: Connection, keys: list[str], prefixes: list[str], order: list[str]
) -> None:
    names = "".join(f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>" for name in prefixes)
    body = objects(*keys).replace(b"</ListBucketResult>", names.encode() + b"</ListBucketResult>")
    server.script(Reply(body=body))
    assert [item.key for item in connection.lister.list_level("", None).items] == order


@pytest.mark.parametrize(
    ("listed", "read"),
    [
        ("2026-01-01T00:00:00.123Z", "2026-01-01T00:00:00.123Z"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00Z"),
        ("2026-01-01T09:00:00.500+09:00", "2026-01-01T00:00:00Z"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_times_are_read_in_utc(server: ScriptedServer, connection: Connection, listed: str, read: str) -> None:
    def date_element(name: str) -> str:
        return elements(Key="p/a", VersionId="1", UploadId="1", **{name: listed})

    server.script(
        Reply(body=objects("p/a").replace(b"2026-01-01T00:00:00Z", listed.encode())),
        Reply(body=versions(f"<Version>{date_element('LastModified')}</Version>")),
        Reply(
            body=document(
                "ListMultipartUploadsResult",
                elements(IsTruncated="false"),
                f"<Upload>{date_element('Initiated')}</Upload>",
            )
        ),
    )
    assert connection.lister.list_objects("p/", None).items[0].modified == read
    assert connection.lister.list_versions("p/", None).items[0].modified == read
    assert connection.lister.list_uploads("p/", None).items[0].initiated == read


@pytest.mark.parametrize(
    ("body", "versioning"),
    [
        (document("VersioningConfiguration"), "never"),
        (document("VersioningConfiguration", elements(Status="Enabled")), "enabled"),
        (document("VersioningConfiguration", elements(Status="Suspended")), "suspended"),
    ],
)
def test_whether_the_space_keeps_versions(
    server: ScriptedServer, connection: Connection, body: bytes, versioning: str
) -> None:
    server.script(Reply(body=body))
    assert connection.lister.versioning() == versioning
    assert server.requests[0].query == {"versioning": ""}


@pytest.mark.parametrize(
    ("dates", "earliest"),
    [
        (["Sun, 22 Nov 2026 12:00:05 GMT", "Sun, 22 Nov 2026 12:00:03 GMT", "Sun, 22 Nov 2026 12:00:09 GMT"], 3),
        (["", "yesterday", "Sun, 22 Nov 2026 12:00:07 GMT", ""], 7),
        (["Sun, 22 Nov 2026 12:00:04 -0000", "Sun, 22 Nov 2026 12:00:02 GMT"], 2),
        (["Sun, 22 Nov 2026 12:00:04 GMT", "Sun, 22 Nov 2026 21:00:02 +0900"], 2),
        (["Sun, 22 Nov 2026 11:00:02 JST", "Sun, 22 Nov 2026 12:00:04 GMT"], 4),
        (["Sun, 22 Nov 99999 12:00:00 GMT", "Sun, 22 Nov 99999999999999999999 12:00:00 GMT"], None),
        (["", "yesterday"], None),
    ],
)
def test_the_stores_time_is_that_of_its_earliest_listing(
    server: ScriptedServer, connection: Connection, dates: list[str], earliest: int | None
) -> None:
    lister = connection.lister
    assert lister.now() is None
    for date in dates:
        server.script(Reply(body=objects("p/a"), headers={"Date": date}))
        lister.list_objects("p/", None)
    expected = None if earliest is None else datetime(2026, 11, 22, 12, 0, earliest, tzinfo=timezone.utc)
    assert lister.now() == expected


MORE = uploads(("q/a", "1"), ("p/b", "3"), ("p/a", "2"), ("p", "4"))


def test_uploads_below_a_folder_are_chosen_from_all_where_the_store_takes_the_folder_for_a_key(
    server: ScriptedServer, connection: Connection
) -> None:
    lister = S3Lister(client=connection.lister._client, space=SPACE)
    server.script(Reply(body=uploads()), Reply(status=501, body=NOT_IMPLEMENTED), Reply(body=MORE))
    assert lister.list_uploads("p/", None) == Page([Upload("p/a", "2"), Upload("p/b", "3")], False)
    assert lister.misses_uploads()
    asked = [(request.query["prefix"], request.query.get("key-marker")) for request in server.requests]
    assert asked == [("p/", None), ("p/", "p/"), ("", None)]
    server.script(Reply(body=uploads()), Reply(body=MORE))
    assert lister.list_uploads("q/", None) == Page([Upload("q/a", "1")], False)


@pytest.mark.parametrize("reply", [Reply(body=uploads()), Reply(status=400, body=DENIED)], ids=["answered", "refused"])
def test_a_store_that_lists_uploads_below_a_folder_is_asked_for_that_once(
    server: ScriptedServer, connection: Connection, reply: Reply
) -> None:
    lister = S3Lister(client=connection.lister._client, space=SPACE)
    server.script(Reply(body=uploads()), reply, Reply(body=uploads()))
    assert lister.list_uploads("p/", None) == lister.list_uploads("q/", None) == Page([], False)
    assert not lister.misses_uploads()
    assert [request.query["prefix"] for request in server.requests] == ["p/", "p/", "q/"]


def test_a_transient_failure_does_not_show_how_a_store_lists_uploads(
    server: ScriptedServer, connection: Connection
) -> None:
    lister = S3Lister(client=connection.lister._client, space=SPACE)
    server.script(Reply(body=uploads()), Reply(status=503), Reply(body=uploads()), Reply(status=501), Reply(body=MORE))
    with pytest.raises(Transient):
        lister.list_uploads("p/", None)
    assert len(lister.list_uploads("p/", None).items) == 2


@pytest.mark.parametrize("after", [None, Upload("p/a", "1")])
def test_uploads_of_a_whole_space_and_later_pages_need_no_second_look(
    server: ScriptedServer, connection: Connection, after: Upload | None
) -> None:
    lister = S3Lister(client=connection.lister._client, space=SPACE)
    server.script(Reply(body=uploads()))
    assert lister.list_uploads("p/" if after else "", after) == Page([], False)
    assert len(server.requests) == 1


def test_a_level_of_versions_shows_subfolders_that_have_nothing_else(
    server: ScriptedServer, connection: Connection
) -> None:
    body = versions(
        f"<DeleteMarker>{elements(Key='p/b', VersionId='2', IsLatest='true')}</DeleteMarker>",
        f"<CommonPrefixes>{elements(Prefix='p/a/')}</CommonPrefixes>",
    )
    server.script(*[Reply(body=body)] * 2)
    assert [item.key for item in connection.lister.list_version_level("p/", None).items] == ["p/a/", "p/b"]
    assert [item.key for item in connection.lister.list_version_level("p/", Subfolder("p/a/")).items] == ["p/b"]
    assert [request.query.get("key-marker") for request in server.requests] == [None, "p/a/\U0010ffff"]
    assert {request.query["delimiter"] for request in server.requests} == {"/"}
