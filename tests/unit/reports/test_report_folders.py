# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report shows of the results of modules."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.filter.report_folders import FilterModule

report_folders = FilterModule().filters()["report_folders"]
NOW = "2026-11-24T12:00:00Z"


def figures(path: str, size: int, newest: str | None = "2026-11-24T11:00:00Z", **others: Any) -> dict[str, Any]:
    return {"path": path, "objects": 1, "bytes": size, "newest": newest, **others}


def surveyed(*subfolders: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Write a result of spaces_folder_info."""
    size = sum(each["bytes"] for each in subfolders)
    newest = max((each["newest"] or "" for each in subfolders), default="") or None
    whole = {"path": "p/", "objects": len(subfolders), "bytes": size, "newest": newest, "subfolders": list(subfolders)}
    return {"space": "one", "folders": [{**whole, **others}]}


def pruned(*units: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Write a result of spaces_folder_prune."""
    gone = [unit for unit in units if unit["action"] == "remove"]
    removed = {"objects": len(gone), "bytes": sum(unit["bytes"] for unit in gone), "uploads": 0}
    folder = {"path": "p/", "removed": removed, "kept": len(units) - len(gone), "units": list(units), **others}
    return {"space": "one", "folders": [folder]}


def folder_of(result: dict[str, Any], **options: int) -> dict[str, Any]:
    [folder] = report_folders([result], now=NOW, **options)["folders"]
    return dict(folder)


def test_the_largest_come_first_and_objects_of_the_folder_itself_have_a_row() -> None:
    newest = "2026-11-24T11:30:00Z"
    result = surveyed(figures("p/a/", 1), figures("p/b/", 2048), objects=5, bytes=2059, newest=newest)
    folder = folder_of(result)
    assert [(row["name"], row["objects"], row["size"]) for row in folder["rows"]] == [
        ("b/", 1, "2.0 KiB"),
        ("(directly in the folder)", 3, "10 B"),
        ("a/", 1, "1 B"),
    ]
    assert folder["rows"][1]["newest"] == newest
    assert folder_of(surveyed(figures("p/a/", 1), objects=2))["rows"][1]["newest"] == ""


def test_ages_have_classes() -> None:
    times = {
        "2026-11-23T12:00:00Z": "day",
        "2026-11-23T11:59:59Z": "week",
        "2026-11-10T12:00:00Z": "month",
        "2026-01-01T12:00:00Z": "year",
        "2020-01-01T12:00:00Z": "older",
        "yesterday": "unknown",
        None: "unknown",
    }
    folder = folder_of(surveyed(*(figures(f"p/{number}/", 9 - number, time) for number, time in enumerate(times))))
    assert [row["age"] for row in folder["rows"]] == list(times.values())


def test_the_page_shows_what_goes_and_what_stays_with_the_reason() -> None:
    folder = folder_of(
        pruned(
            figures("p/new/", 3, action="keep", reason="newest"),
            figures("p/old/", 2, action="remove", reason="selected"),
        )
    )
    assert [(row["name"], row["action"], row["reason"]) for row in folder["rows"]] == [
        ("new/", "keep", "one of the newest"),
        ("old/", "remove", "the rule selects it"),
    ]
    assert (folder["removes"], folder["objects"], folder["bytes"], folder["kept"]) == (True, 1, 2, 1)


def test_everything_in_a_folder_that_is_removed_goes() -> None:
    removed = {"objects": 4, "versions": 0, "delete_markers": 0, "uploads": 2, "bytes": 12}
    rest = {"subfolders": 2, "objects": 3, "bytes": 2, "newest": "2026-11-24T11:45:00Z"}
    result = {
        "folders": [{"path": "p/", "removed": removed, "subfolders": [figures("p/a/", 10)], "other_subfolders": rest}]
    }
    folder = folder_of(result)
    assert [(row["action"], row["reason"]) for row in folder["rows"]] == [("remove", "in the folder")]
    assert (folder["other"]["number"], folder["other"]["size"]) == (2, "2 B")
    assert (folder["newest"], folder["uploads"]) == (rest["newest"], 2)


def test_rows_and_tiles_beyond_the_limits_are_added_up() -> None:
    result = surveyed(*(figures(f"p/{number}/", number) for number in range(1, 10)))
    folder = folder_of(result, max_rows=6, max_tiles=4)
    assert [row["bytes"] for row in folder["rows"]] == [9, 8, 7, 6, 5, 4]
    assert (folder["other"]["number"], folder["other"]["bytes"], folder["other"]["objects"]) == (3, 6, 3)
    assert [(tile["row"], tile["bytes"]) for tile in folder["tiles"]] == [(0, 9), (1, 8), (2, 7), (3, 6), (None, 15)]
    assert folder["tiles"][-1]["name"] == "5 smaller ones"


@pytest.mark.parametrize(
    ("selected", "action", "reason"), [(0, "keep", ""), (2, "", "the rule selects 2 of them"), (3, "remove", "")]
)
def test_units_without_a_row_go_or_stay_or_both(selected: int, action: str, reason: str) -> None:
    rest = {"units": 3, "remove": selected, "objects": 3, "bytes": 3, "newest": None}
    folder = folder_of(pruned(figures("p/a/", 5, action="remove", reason="selected"), other_units=rest))
    assert (folder["other"]["number"], folder["other"]["action"], folder["other"]["reason"]) == (3, action, reason)
    assert folder["tiles"][-1]["action"] == action


def test_the_newest_time_of_a_removal_is_of_what_goes() -> None:
    old = figures("p/old/", 2, "2026-01-01T00:00:00Z", action="remove", reason="selected")
    assert folder_of(pruned(figures("p/new/", 3, action="keep", reason="newest"), old))["newest"] == old["newest"]


def test_an_empty_subfolder_has_no_tile() -> None:
    assert folder_of(surveyed(figures("p/a/", 0)))["tiles"] == []


@pytest.mark.parametrize(
    ("sizes", "truncated", "text"),
    [
        ([], False, "0 B"),
        ([0, None], False, "size unknown"),
        ([4, 6], False, "10 B"),
        ([4, None], False, "at least 4 B"),
        ([4, 6], True, "at least 10 B"),
        ([None, None], False, "size unknown"),
    ],
)
def test_the_sizes_of_uploads_are_added_up(sizes: list[int | None], truncated: bool, text: str) -> None:
    result = surveyed(uploads=[{"size": size} for size in sizes], truncated=truncated)
    assert folder_of(result)["upload_size"] == text
    assert report_folders([result], now=NOW)["totals"][0]["upload_size"] == text


def test_found_and_removed_figures_are_never_added_up() -> None:
    results = [
        surveyed(figures("p/a/", 3), old_versions={"versions": 2, "delete_markers": 1, "bytes": 7}, uploads=[{}, {}]),
        surveyed(figures("p/b/", 4), old_versions={"versions": 1, "delete_markers": 0, "bytes": 1}, truncated=True),
        pruned(figures("p/a/", 3, action="remove", reason="selected")),
    ]
    found, removed = report_folders(results, now=NOW)["totals"]
    assert (found["bytes"], found["uploads"], found["more_uploads"]) == (7, 2, True)
    assert (found["old_versions"]["versions"], found["old_versions"]["bytes"]) == (3, 8)
    assert (removed["removes"], removed["bytes"], removed["old_versions"]) == (True, 3, None)


def test_a_folder_that_is_counted_in_another_one_is_left_out() -> None:
    result = {"folders": [{"path": "p/a/", "covered_by": "p/"}]}
    assert report_folders([result], now=NOW)["folders"] == []


def test_failures_warnings_and_etags_are_shown() -> None:
    described = report_folders(
        [
            {"space": "one", "failed": True, "msg": "a\nb", "warnings": ["old\nversions"]},
            {"space": "two", "etag": "x", "warnings": ["old\nversions", "other"]},
        ],
        now=NOW,
    )
    assert described["problems"] == [{"space": "one", "paths": "", "message": "a\\nb"}]
    assert described["etags"] == [{"space": "two", "etag": "x"}]
    assert described["warnings"] == [
        {"spaces": "one, two", "message": "old\\nversions"},
        {"spaces": "two", "message": "other"},
    ]


def test_a_folder_of_which_a_failed_task_knows_nothing_is_not_shown_as_empty() -> None:
    nothing = {"objects": 0, "bytes": 0, "uploads": 0}
    known = {"path": "q/", "removed": {**nothing, "objects": 1}, "subfolders": []}
    result = {"failed": True, "folders": [{"path": "p/", "removed": nothing, "subfolders": []}, known]}
    assert [folder["path"] for folder in report_folders([result], now=NOW)["folders"]] == ["q/"]


def test_no_text_can_change_a_line() -> None:
    folder = folder_of(surveyed(figures("p/a\n\x1b[2J\ud800\u202e/", 1)))
    assert folder["rows"][0]["name"] == "a\\n\\x1b[2J\\ud800\\u202e/"
