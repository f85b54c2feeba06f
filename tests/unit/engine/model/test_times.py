# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store's times mean, whatever zone the machine is in."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.times import http_date, in_utc, moment

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


pytestmark = [
    pytest.mark.usefixtures("time_zone"),
    pytest.mark.parametrize("time_zone", ["UTC", "Asia/Tokyo", "America/New_York"], indirect=True),
]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00.999Z",
        "2026-11-22T12:00:00.1Z",
        "2026-11-22T12:00:00.123456789Z",
        "2026-11-22T12:00:00",
        "2026-11-22T12:00:00.500",
        "2026-11-22T12:00:00+00:00",
        "2026-11-22T21:00:00+09:00",
        "2026-11-22T21:00:00+0900",
        "2026-11-22T08:30:00.250-03:30",
    ],
)
def test_a_listed_time_is_in_utc_unless_it_names_an_offset(text: str) -> None:
    assert moment(text) == NOON
    assert moment(text).utcoffset() == NOON.utcoffset()
    assert in_utc(text) == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-22",
        "2026-W47-7",
        "20261122T120000Z",
        "2026-11-22 12:00:00Z",
        "2026-11-22T12:00Z",
        "2026-11-22T12:00:00 JST",
        "2026-11-22T12:00:00ZZ",
        "2026-13-22T12:00:00Z",
        "2026-11-22T25:00:00Z",
        "٢٠٢٦-11-22T12:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+09:00",
        "9999-12-31T23:59:59-09:00",
        "1970-01-01T00:00:00.000Z",
        "99999-01-01T00:00:00Z",
    ],
)
def test_an_impossible_listed_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|range|second|month|hour"):
        moment(text)
    assert in_utc(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 22 Nov 2026 12:00:00 GMT",
        "Sun, 22 Nov 2026 12:00:00 UTC",
        "Sun, 22 Nov 2026 12:00:00 -0000",
        "Sun, 22 Nov 2026 12:00:00",
        "Sun Nov 22 12:00:00 2026",
        "Sunday, 22-Nov-26 12:00:00 GMT",
        "Sun, 22 Nov 2026 21:00:00 +0900",
        "Sun, 22 Nov 2026 07:00:00 EST",
    ],
)
def test_a_date_is_in_utc_unless_it_names_an_offset(text: str) -> None:
    assert http_date(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-22T12:00:00Z",
        "Sun, 22 Nov 2026 12:00:00 JST",
        "Sun, 22 Nov 2026 12:00:00 GMT+0900",
        "Sun, 22 Nov 2026 12:00:00 +9900",
        "Sun, 22 Nov 2026 12:00:00 +99999999999999999999",
        "Sun, 22 Nov 99999 12:00:00 GMT",
        "Sun, 22 Nov 99999999999999999999 12:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0900",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sun, 22 Nov 0100 12:00:00 GMT",
    ],
)
def test_an_impossible_date_header_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        http_date(text)
