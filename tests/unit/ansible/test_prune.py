# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task with spaces_folder_prune does and returns."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder_prune
from tests.clock import next_second
from tests.servers.witness import Witness
from tests.unit.ansible.running import documented

OTHERS = {"other_subfolders", "other_units"}
OLD = ["p/", "p/1/x", "p/2/x", "p/notes.txt"]


NOT_IN_A_RUN = {"record", "etag", "etag_left", "as_of"}


@pytest.fixture
def filled(witness: Witness) -> Witness:
    """Fill the Space, so that some builds are older than another, and all are older than this second."""
    witness.put(OLD, b"12345")
    next_second()
    witness.put(["p/3/x"], b"12345")
    next_second()
    return witness


def test_old_units_are_removed_as_check_mode_reported(prune: Any, filled: Witness) -> None:
    preview = prune(path="p", keep_newest=1, check=True, diff=True)
    assert filled.keys() == sorted([*OLD, "p/3/x"])
    result = prune(path="p", keep_newest=1, diff=True)
    assert filled.keys() == ["p/", "p/3/x", "p/notes.txt"]
    assert {**preview["folders"][0], "etag": None} == {**result["folders"][0], "etag": None}
    assert set(preview) - set(result) == {"etag", "as_of"}
    assert preview["diff"] == result["diff"]
    assert result["totals"]["objects"] == 2
    assert result["folders"][0]["kept"] == 1
    assert set(result) - {"changed", "diff", "invocation"} == documented(spaces_folder_prune) - NOT_IN_A_RUN
    assert set(result["folders"][0]) == documented(spaces_folder_prune, "folders") - OTHERS - {"covered_by", "etag"}
    figures = {"path", "objects", "versions", "delete_markers", "bytes", "newest"}
    assert [set(part) for part in result["folders"][0]["subfolders"]] == [figures, figures]
    assert [(unit["path"], unit["action"], unit["reason"]) for unit in result["folders"][0]["units"]] == [
        ("p/1/", "remove", "selected"),
        ("p/2/", "remove", "selected"),
        ("p/3/", "keep", "newest"),
    ]
    assert "p/3/ (1 object, 5 B, newest " in result["diff"][0]["after"]
    again = prune(path="p", keep_newest=1)
    assert not again["changed"]
    assert again["folders"][0]["kept"] == 1


def test_objects_are_chosen_by_globs(prune: Any, filled: Witness) -> None:
    result = prune(path="p", unit="objects", include=["**/x"], exclude=["2/*"], older_than="1s", keep_newest=1)
    assert filled.keys() == ["p/", "p/2/x", "p/3/x", "p/notes.txt"]
    assert result["folders"][0]["sample"] == ["p/1/x"]


def test_a_folder_that_is_listed_again_is_done_once(prune: Any, filled: Witness) -> None:
    result = prune(paths=["p", "p/"], keep_newest=1, max_objects=2)
    assert filled.keys() == ["p/", "p/3/x", "p/notes.txt"]
    assert result["totals"]["objects"] == 2
    assert set(result["folders"][1]) == documented(spaces_folder_prune, "folders") - OTHERS - {"etag"}
    assert result["folders"][1]["covered_by"] == "p/"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "one of the following is required: older_than, keep_newest"),
        ({"older_than": None, "keep_newest": None}, "nothing would be kept"),
        ({"older_than": None}, "nothing would be kept"),
        ({"older_than": "14"}, "older_than: '14' is not an age"),
        ({"keep_newest": 0}, "keep_newest: 0 is too small"),
        ({"keep_newest": 1, "max_objects": 1}, "max_objects allows 1 to be removed, and 2 would be"),
        ({"keep_newest": 1, "path": "/"}, "is the whole Space"),
        ({"keep_newest": 1, "path": 7}, "Quote it"),
    ],
)
def test_options_that_would_keep_nothing_are_refused(
    prune: Any, filled: Witness, options: dict[str, Any], problem: str
) -> None:
    for check in (True, False):
        result = prune(**{"path": "p", **options}, check=check)
        assert result["failed"]
        assert problem in result["msg"]
    assert filled.keys() == sorted([*OLD, "p/3/x"])


def test_a_glob_that_matches_nothing_is_reported(prune: Any, filled: Witness) -> None:
    result = prune(path="p", keep_newest=1, include=["*"], exclude=["relaese-*"], check=True)
    warnings = str(result["warnings"])
    assert "The glob 'relaese-*' matches nothing in 'p/'" in warnings
    assert "'*'" not in warnings
