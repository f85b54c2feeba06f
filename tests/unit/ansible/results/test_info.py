# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task with spaces_folder_info returns."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.info import describe_survey, utc
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.survey import SurveyReport
from ansible_collections.tidy.spaces.plugins.modules import spaces_folder_info
from tests.servers.witness import Witness
from tests.unit.ansible.running import documented

EVERYTHING = ["totals", "subfolders", "old_versions", "objects", "versions", "upload_sizes", "etag"]


@pytest.mark.parametrize("check", [False, True])
def test_all_that_is_gathered_is_documented(info: Any, witness: Witness, check: bool) -> None:
    witness.put(["p/", "p/a/x", "p/b"], b"12345")
    witness.start_uploads(["p/u"])
    result = info(path="p", gather=EVERYTHING, check=check, diff=True)
    assert result["changed"] is False
    assert "diff" not in result
    assert set(result) - {"changed", "invocation"} == documented(spaces_folder_info)
    [folder] = result["folders"]
    assert set(folder) == documented(spaces_folder_info, "folders")
    assert (folder["path"], folder["exists"], folder["marker"]) == ("p/", True, True)
    assert (folder["objects"], folder["bytes"], folder["truncated"]) == (3, 15, False)
    [subfolder] = folder["subfolders"]
    assert (subfolder["path"], subfolder["objects"], subfolder["marker"]) == ("p/a/", 1, False)
    assert [entry["key"] for entry in folder["contents"]] == ["p/", "p/a/x", "p/b"]
    assert [(upload["key"], upload["size"]) for upload in folder["uploads"]] == [("p/u", None)]  # moto
    assert set(folder["old_versions"]) == documented(spaces_folder_info, "folders", "old_versions")


def test_only_the_requested_figures_are_reported(info: Any, witness: Witness) -> None:
    witness.put(["p/a"])
    [folder] = info(path="p")["folders"]
    assert set(folder) == {"path", "exists", "marker", "objects", "bytes", "newest", "oldest"}
    [folder] = info(path="p", gather=["names"])["folders"]
    assert set(folder) == {"path", "exists", "marker", "subfolders"}
    witness.start_uploads(["p/u"])
    [folder] = info(path="p", gather=["uploads"])["folders"]
    assert set(folder["uploads"][0]) == {"key", "upload_id", "initiated"}
    [folder] = info(path="p", gather=["objects"])["folders"]
    assert set(folder) == {"path", "exists", "marker", "contents", "truncated"}


@pytest.mark.parametrize("options", [{}, {"versions": "all"}, {"uploads": False}])
def test_an_etag_is_that_of_check_mode_with_the_same_options(
    info: Any, task: Any, witness: Witness, options: dict[str, Any]
) -> None:
    witness.put(["p/a"])
    witness.start_uploads(["p/u"])
    [folder] = info(path="p", gather=["etag"], **options)["folders"]
    assert folder["etag"] == task(path="p", state="absent", check=True, **options)["etag"]


def test_warnings_are_passed_on() -> None:
    assert describe_survey(SurveyReport(folders=(), warnings=("Beware.",)), {}).warnings == ("Beware.",)


def test_a_missing_folder_exists_not_and_has_no_times(info: Any) -> None:
    [folder] = info(path="p", gather=["subfolders"])["folders"]
    assert folder == {
        "path": "p/",
        "exists": False,
        "marker": False,
        "objects": 0,
        "bytes": 0,
        "newest": None,
        "oldest": None,
        "subfolders": [],
    }


def test_the_whole_space_may_be_looked_at(info: Any, witness: Witness) -> None:
    witness.put(["a/x", "b"])
    [folder] = info(path="/", gather=["names"])["folders"]
    assert (folder["path"], folder["subfolders"]) == ("/", [{"path": "a/"}])


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"path": 1.5}, "Quote it"),
        ({"path": "p", "limit": -1}, "limit: -1 is too small"),
        ({"path": "p", "space": "no-such-space"}, "does not exist"),
        ({"path": "p", "space": "no-such-space", "gather": ["etag"]}, "does not exist"),
    ],
)
def test_a_refusal_has_the_documented_shape(info: Any, options: dict[str, Any], problem: str) -> None:
    result = info(**options)
    assert result["failed"]
    assert problem in result["msg"]
    assert documented(spaces_folder_info) <= set(result)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-22T16:12:03.456Z", "2026-11-22T16:12:03Z"),
        ("2026-11-22T16:12:03+02:00", "2026-11-22T14:12:03Z"),
        ("", None),
        ("yesterday", "yesterday"),
    ],
)
def test_times_are_written_in_utc(text: str, shown: str | None) -> None:
    assert utc(text) == shown
