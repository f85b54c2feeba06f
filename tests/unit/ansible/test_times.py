# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times that a store gets wrong, or writes in another zone, on their way through a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder_info, spaces_folder_prune
from tests.unit.ansible.running import Task, documented
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import document, elements

NOON = "Sun, 22 Nov 2026 12:00:00 GMT"
GATHER = ["totals", "subfolders", "objects"]


pytestmark = [
    pytest.mark.usefixtures("time_zone"),
    pytest.mark.parametrize("time_zone", ["Asia/Tokyo", "America/New_York"], indirect=True),
]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(Reply()) as running:
        yield running


def listing(modified: str, *, date: str = NOON) -> Reply:
    """Answer with one object, ``p/1/x``."""
    entry = f"<Contents>{elements(Key='p/1/x', Size=5, LastModified=modified)}</Contents>"
    body = document("ListBucketResult", elements(IsTruncated="false", EncodingType="url"), entry)
    return Reply(body=body, headers={"Date": date})


@pytest.mark.parametrize(
    ("modified", "date", "goes"),
    [
        ("2026-11-22T10:00:00", NOON, False),
        ("2026-11-22T07:59:59", NOON, True),
        ("2026-11-22T19:00:00+09:00", NOON, False),
        ("2026-11-22T16:00:00+09:00", NOON, True),
        ("2026-11-22T10:00:00Z", "Sun, 22 Nov 2026 21:00:00 +0900", False),
        ("2026-11-22T10:00:00Z", "Sun, 22 Nov 2026 12:00:00 -0500", True),
    ],
)
def test_an_age_is_the_same_in_every_zone(
    capsys: pytest.CaptureFixture[str], server: ScriptedServer, modified: str, date: str, goes: bool
) -> None:
    server.script(listing(modified, date=date))
    result = Task(capsys, server.endpoint, spaces_folder_prune)(path="p", older_than="4h", check=True)
    assert result["changed"] is goes
    assert result["totals"]["objects"] == int(goes)


@pytest.mark.parametrize("modified", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59-09:00"])
def test_a_time_that_no_store_can_have_written_is_an_error_and_a_fact(
    capsys: pytest.CaptureFixture[str], server: ScriptedServer, modified: str
) -> None:
    server.script(listing(modified))
    result = Task(capsys, server.endpoint, spaces_folder_prune)(path="p", older_than="4h")
    assert result["failed"]
    assert f"gives {modified!r} as the time of 'p/1/x'" in result["msg"]
    _has_its_shape(result, spaces_folder_prune)
    assert {request.method for request in server.requests} == {"GET"}
    result = Task(capsys, server.endpoint, spaces_folder_info)(path="p", gather=GATHER)
    _has_its_shape(result, spaces_folder_info)
    [folder] = result["folders"]
    assert (folder["newest"], folder["contents"][0]["last_modified"]) == (modified, modified)


@pytest.mark.parametrize(
    "date", ["Sun, 22 Nov 99999 12:00:00 GMT", "Sun, 22 Nov 99999999999999999999 12:00:00 GMT", "yesterday"]
)
def test_a_date_that_cannot_be_read_is_an_error_for_ages_alone(
    capsys: pytest.CaptureFixture[str], server: ScriptedServer, date: str
) -> None:
    server.script(listing("2026-01-01T00:00:00Z", date=date))
    result = Task(capsys, server.endpoint, spaces_folder_prune)(path="p", older_than="4h")
    assert result["failed"]
    assert "no readable date" in result["msg"]
    _has_its_shape(result, spaces_folder_prune)
    result = Task(capsys, server.endpoint, spaces_folder_info)(path="p", gather=GATHER)
    assert result["folders"][0]["objects"] == 1


NOT_ALWAYS = {"record", "etag", "etag_left", "as_of"}


def _has_its_shape(result: dict[str, Any], module: Any) -> None:
    assert documented(module) - NOT_ALWAYS <= set(result)
