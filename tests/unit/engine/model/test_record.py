# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a record."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import CurrentVersion, Entry, Upload
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.etag import canonical
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.record import (
    Closing,
    Header,
    RecordedEntry,
    RecordedException,
    read_header,
    read_line,
    write_document,
    write_entries,
    write_exception,
)

HEADER = Header(
    operation="absent",
    check_mode=False,
    space="my-space",
    endpoint="https://nyc3.digitaloceanspaces.com",
    versioning="enabled",
    folders=["builds/42/"],
    options={"versions": "current", "max_objects": 10},
    started="2026-11-24T12:00:00Z",
)
CLOSING = Closing(totals={"objects": 2, "bytes": 7}, complete=True, ended="2026-11-24T12:00:09Z")
AWKWARD = ["a\nb", "\r\n", "\x01", "\ufffe", "\x00", 'quo"te', "back\\slash", "ü", "\U0001f600", "\u2028", "\x7f", "a/"]


def lines_of(*entries: Any) -> list[Any]:
    return [read_line(line) for line in write_entries(entries).encode("ascii").splitlines()]


@given(st.lists(st.text(min_size=1)))
def test_every_key_can_be_written_and_read_back(keys: list[str]) -> None:
    assert [line.key for line in lines_of(*map(Entry, keys + AWKWARD))] == keys + AWKWARD


def test_the_current_version_of_an_object_keeps_its_version_id_and_whether_it_can_come_back() -> None:
    kept = CurrentVersion("a", 7, "2026-01-01T00:00:00.000Z", "v1", '"e"')
    item = Entry("a", 7, "2026-01-01T00:00:00.000Z", "v1", etag="e")
    assert lines_of(kept, kept._replace(restorable=False)) == [
        RecordedEntry(item, "object"),
        RecordedEntry(item, "object", restorable=False),
    ]


def test_recorded_entries_give_the_same_etag_when_read_back() -> None:
    entries = [
        Entry("o", 1, "2026-01-01T00:00:00Z", etag='"e"'),
        CurrentVersion("c", 2, "2026-01-01T00:00:00Z", "v1", '"e"'),
        Entry("d", 0, "2026-01-01T00:00:00Z", "2", delete_marker=True),
        Upload("u", "x", "2026-01-01T00:00:00Z"),
    ]
    assert [canonical(line.item) for line in lines_of(*entries)] == [canonical(entry) for entry in entries]


def test_each_kind_of_entry_is_named() -> None:
    found = lines_of(
        Entry("o"), Entry("v", version_id="1"), Entry("d", version_id="2", delete_marker=True), Upload("u", "x")
    )
    assert [(line.key, line.version_id, line.kind) for line in found] == [
        ("o", None, "object"),
        ("v", "1", "version"),
        ("d", "2", "delete_marker"),
        ("u", None, "upload"),
    ]


def test_a_line_is_json_with_the_fields_of_the_listing() -> None:
    line = json.loads(write_entries([Entry("k", 3, "2026-01-01T00:00:00Z", etag='"abc"')]))
    assert line == {
        "key": "k",
        "version_id": None,
        "size": 3,
        "etag": "abc",
        "last_modified": "2026-01-01T00:00:00Z",
        "kind": "object",
    }
    assert json.loads(write_entries([Upload("k", "u1", "2026-01-01T00:00:00Z")])) == {
        "key": "k",
        "upload_id": "u1",
        "initiated": "2026-01-01T00:00:00Z",
        "kind": "upload",
    }


def test_lines_that_an_editor_has_saved_are_read() -> None:
    assert read_header(codecs.BOM_UTF8 + write_document(HEADER).rstrip().encode() + b"\r") == HEADER
    assert read_line(write_document(CLOSING).rstrip().encode() + b"\r") == CLOSING


def test_header_exceptions_and_closing_can_be_read_back() -> None:
    assert read_header(write_document(HEADER).encode()) == HEADER
    assert read_line(write_document(CLOSING).encode()) == CLOSING
    exception = write_exception(Entry("a"), outcome="failed", code="AccessDenied")
    assert read_line(exception.encode()) == RecordedException("a", None, "failed", "AccessDenied")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"a: 1", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"{}", "is not a record"),
        (b'{"record": "tidy.spaces", "version": 2}', "of version 2"),
        (b'{"record": "tidy.spaces", "version": 1}', "without 'operation'"),
    ],
)
def test_a_first_line_that_is_no_header_is_refused(line: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_header(line)


@pytest.mark.parametrize(("name", "value"), [("options", []), ("folders", 5), ("folders", [1]), ("space", None)])
def test_a_header_with_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    document = {**json.loads(write_document(HEADER)), name: value}
    with pytest.raises(ValueError, match=f"a line whose '{name}'"):
        read_header(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", 5),
        ("key", None),
        ("version_id", []),
        ("size", "x"),
        ("kind", []),
        ("restorable", 5),
        ("restorable", None),
        ("etag", 5),
        ("last_modified", None),
    ],
)
def test_an_entry_with_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    document = {**json.loads(write_entries([Entry("a", version_id="v1")])), name: value}
    with pytest.raises(ValueError, match=f"a line whose '{name}'"):
        read_line(json.dumps(document).encode())


GOOD = write_entries([Entry("a")]).encode().rstrip()
NO_ENTRIES = [
    b"{}",
    b'{"key": "a"}',
    b'{"ended": 1}',
    b'{"key": "a", "outcome": "failed"}',
    b'{"key": "a", "outcome": null, "code": ""}',
    b'{"key": "a", "kind": "upload", "upload_id": "u"}',
    b"x",
    b"\xff",
    GOOD[:-1],
    GOOD + b"," + GOOD,
]


@pytest.mark.parametrize("line", NO_ENTRIES)
def test_a_line_that_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="has a line"):
        read_line(line)


def test_an_upload_that_was_not_aborted_is_no_object_of_that_name() -> None:
    line = read_line(write_exception(Upload("a", "u1"), outcome="unknown").encode())
    assert line == RecordedException("a", None, "unknown", "", upload=True)
