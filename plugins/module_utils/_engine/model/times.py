# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the times that a store writes: UTC unless they give an offset, whatever this machine's time zone is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_LISTED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|([+-]\d\d):?(\d\d))?", re.ASCII)
_WITHOUT_ZONE = re.compile(r".*:\d\d(?: +-0000| +\d{4})?\s*", re.ASCII)  # the last is C's asctime
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # together with year 1, what software writes for "not known"


def moment(text: str) -> datetime:
    """Parse a time in a listing (ISO 8601), to the second; raise ``ValueError`` if it is not one."""
    match = _LISTED.fullmatch(text)
    if not match:
        raise ValueError(f"not a time: {text!r}")
    parsed = datetime.fromisoformat(match[1] + "+00:00")
    if match[2]:
        offset = timedelta(hours=int(match[2]), minutes=int(match[2][0] + match[3]))
        parsed = _shifted(parsed, offset)
    return _after_epoch(parsed)


def http_date(text: str) -> datetime:
    """Parse a Date header; raise ``ValueError`` if it is not valid, or names an unknown time zone."""
    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, OverflowError) as exc:
        raise ValueError(f"not a date: {text!r}") from exc
    if parsed.tzinfo is None and not _WITHOUT_ZONE.fullmatch(text):
        raise ValueError(f"a zone that is not known: {text!r}")
    offset = parsed.utcoffset() or timedelta()
    return _after_epoch(_shifted(parsed.replace(tzinfo=timezone.utc), offset))


def in_utc(text: str) -> str:
    """Write a time of a listing as ISO 8601 in UTC, to the second; return any other text unchanged."""
    try:
        return f"{moment(text):%Y-%m-%dT%H:%M:%SZ}"
    except ValueError:
        return text


def now_in_utc() -> str:
    """Write this machine's time as ISO 8601 in UTC, to the second."""
    return f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def _shifted(parsed: datetime, offset: timedelta) -> datetime:
    try:
        return parsed - offset
    except OverflowError as exc:
        raise ValueError(f"out of range: {parsed}") from exc


def _after_epoch(parsed: datetime) -> datetime:
    if parsed <= _EPOCH:
        raise ValueError(f"not a time that a store can have written: {parsed}")
    return parsed
