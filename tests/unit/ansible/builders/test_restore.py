# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that say what is restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders.restore import (
    _require_restorable,
    parse_since,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from tests.unit.engine.model.test_record import HEADER

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("2h", timedelta(hours=2)),
        ("14d", timedelta(days=14)),
        ("2026-11-24T12:00:00Z", NOON),
        ("2026-11-24T13:00:00+01:00", NOON),
        ("2026-11-24 12:00:00+00:00", NOON),  # what becomes of a time that YAML takes for one
        (None, None),
    ],
)
def test_since_is_an_age_or_a_time(text: str | None, parsed: datetime | timedelta | None) -> None:
    assert parse_since(text) == parsed


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("yesterday", "not a time with its zone"),
        ("2026-11-24", "not a time with its zone"),
        ("2026-11-24T12:00:00", "not a time with its zone"),
        ("2026-99-24T12:00:00Z", "not a time"),
        ("5x", "not an age"),
    ],
)
def test_since_refuses_a_text_that_is_neither_an_age_nor_a_time(text: str, problem: str) -> None:
    with pytest.raises(InvalidOption, match=f"since: .*{problem}"):
        parse_since(text)


@pytest.mark.parametrize(("exact", "path", "fits"), [(False, "a/", True), (True, "a/", False), (True, "/a/", True)])
def test_a_record_of_the_whole_space_is_one_of_every_folder(exact: bool, path: str, fits: bool) -> None:
    header = replace(HEADER, folders=["/"], options={"versions": "current", "exact": exact})
    context: Any = SimpleNamespace(
        params={"space": HEADER.space}, connection=SimpleNamespace(endpoint_url=HEADER.endpoint)
    )
    folders = [FolderPath.parse(path, exact=True)]
    if fits:
        _require_restorable(header, context=context, path="r", folders=folders)
    else:
        with pytest.raises(InvalidOption, match="not of 'a/'"):
            _require_restorable(header, context=context, path="r", folders=folders)
