# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a report reads as a result, a diff and a message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import (
    describe_change,
    diff_of,
    failure_message,
    human_size,
    result_of,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import (
    Failure,
    FolderReport,
    Removal,
    Report,
)


def folder(path: str = "p/", **given: Any) -> FolderReport:
    empty: dict[str, Any] = {"changed": False, "removed": Removal(), "sample": (), "failed": ()}
    counted = {"failures_total": len(given.get("failed", ()))}
    return FolderReport(path=path, **{**empty, **counted, **given})


def failure(key: str, code: str = "AccessDenied", message: str = "No.") -> Failure:
    return Failure(key=key, version_id=None, code=code, message=message)


def report(*folders: FolderReport, failures_total: int | None = None) -> Report:
    if failures_total is None:
        return Report(folders=folders)
    first, *others = folders
    more = failures_total - sum(each.failures_total for each in others)
    return Report(folders=(replace(first, failures_total=more), *others))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1024.0 KiB"),
        (1024**2, "1.0 MiB"),
        (51_566_000, "49.2 MiB"),
        (1024**3, "1.0 GiB"),
        (5 * 1024**4, "5.0 TiB"),
        (1024**5, "1.0 PiB"),
        (3000 * 1024**5, "3000.0 PiB"),
    ],
)
def test_sizes_for_people(size: int, text: str) -> None:
    assert human_size(size) == text


def test_totals_are_the_sums_over_folders() -> None:
    first = Removal(objects=1, versions=2, delete_markers=3, uploads=4, bytes=5)
    second = Removal(objects=10, versions=20, delete_markers=30, uploads=40, bytes=50)
    result = result_of(
        report(folder("a/", removed=first, changed=True), folder("b/", removed=second)),
        state="absent",
        sample_size=20,
    )
    assert result["totals"] == {"objects": 11, "versions": 22, "delete_markers": 33, "uploads": 44, "bytes": 55}
    assert [each["removed"]["objects"] for each in result["folders"]] == [1, 10]
    assert result["changed"] is True


def test_failures_are_cut_to_the_sample_and_counted_in_full() -> None:
    folders = (folder("a/", failed=(failure("a/1"), failure("a/2"))), folder("b/", failed=(failure("b/1"),)))
    result = result_of(report(*folders, failures_total=99), state="absent", sample_size=2)
    assert [each["key"] for each in result["failures"]] == ["a/1", "a/2"]
    assert result["failures_total"] == 99
    assert result["changed"] is False


@pytest.mark.parametrize(
    ("shown", "before", "after"),
    [
        (folder(changed=True, removed=Removal(objects=1, bytes=5), sample=(Entry("p/a", 5),)), ["p/a"], []),
        (
            folder(changed=True, removed=Removal(objects=3, bytes=2053), sample=(Entry("p/a", 5),)),
            ["p/a", "… and 2 more objects, 2.0 KiB"],
            [],
        ),
        (
            folder(
                changed=True,
                removed=Removal(versions=1, delete_markers=1235, bytes=7),
                sample=(Entry("p/a", 7, "", "v1"), Entry("p/a", 0, "", "v2", True)),
            ),
            ["p/a (version v1)", "p/a (delete marker v2)", "… and 1,234 more versions and delete markers, 0 B"],
            [],
        ),
        (
            folder(changed=True, removed=Removal(uploads=1200)),
            ["… and 1,200 incomplete multipart uploads"],
            [],
        ),
        (
            folder(failed=(failure("p/locked"),), failures_total=1),
            ["p/locked (AccessDenied)"],
            ["p/locked (AccessDenied)"],
        ),
        (
            folder(failed=(failure("p/locked"),), failures_total=1001),
            ["p/locked (AccessDenied)", "… and 1,000 more that were not, or not certainly, removed"],
            ["p/locked (AccessDenied)", "… and 1,000 more that were not, or not certainly, removed"],
        ),
    ],
)
def test_the_diff_of_a_removal(shown: FolderReport, before: list[str], after: list[str]) -> None:
    [diff] = diff_of(report(shown), state="absent")
    assert (diff["before"].splitlines(), diff["after"].splitlines()) == (before, after)
    assert diff["before_header"] == diff["after_header"] == "p/"


def test_the_diff_of_a_removal_that_was_stopped_says_that_more_is_left() -> None:
    shown = folder(changed=True, removed=Removal(objects=1), sample=(Entry("p/a"),))
    [diff] = diff_of(Report(folders=(shown,), complete=False), state="absent")
    left = "… and what was not looked at, because the task ended before"
    assert (diff["before"].splitlines(), diff["after"].splitlines()) == (["p/a", left], [left])


def test_a_failure_that_is_uncertain_is_not_said_to_be_certain() -> None:
    unsure = Failure(key="p/a", version_id=None, code="Unanswered", message="No answer.", uncertain=True)
    message = failure_message(report(folder(failed=(unsure,), uncertain=True), failures_total=1), verb="removed")
    assert message.startswith("1 key was not removed, or it is not known whether it was.")
    message = failure_message(report(folder(uncertain=True), failures_total=2), verb="removed")
    assert message == "2 keys were not removed, or it is not known whether they were."


HOSTILE = "p/a\n+p/forged\x1b[2J\x9b\u202e\u2028"
SHOWN = r"p/a\n+p/forged\x1b[2J\x9b\u202e\u2028"


@pytest.mark.parametrize(
    ("shown", "state", "lines"),
    [
        ({"sample": (Entry(HOSTILE),)}, "present", [SHOWN]),
        ({"sample": (Entry(HOSTILE),), "removed": Removal(objects=1)}, "absent", [SHOWN]),
        (
            {"sample": (Entry(HOSTILE, 0, "", "1\n2"),), "removed": Removal(versions=1)},
            "absent",
            [rf"{SHOWN} (version 1\n2)"],
        ),
        ({"failed": (failure(HOSTILE, "A\x1bB"),)}, "absent", [rf"{SHOWN} (A\x1bB)"]),
    ],
    ids=["created", "removed", "version", "failed"],
)
def test_a_key_takes_one_line_of_a_diff_and_commands_no_terminal(
    shown: dict[str, Any], state: str, lines: list[str]
) -> None:
    [diff] = diff_of(report(folder(HOSTILE, changed=True, **shown)), state=state)
    assert diff["before"].splitlines() + diff["after"].splitlines() in (lines, lines * 2)
    assert diff["before_header"] == diff["after_header"] == SHOWN


def test_keys_in_a_result_are_as_they_are_and_messages_are_printable() -> None:
    failed = failure(HOSTILE, message="No.\n\x1b[2J")
    result = result_of(report(folder(sample=(Entry(HOSTILE),), failed=(failed,))), state="absent", sample_size=20)
    assert result["folders"][0]["sample"] == [HOSTILE]
    assert result["failures"][0]["key"] == HOSTILE
    assert result["failures"][0]["message"] == r"No.\n\x1b[2J"


def test_the_diff_of_a_creation() -> None:
    [diff] = diff_of(report(folder(changed=True, sample=(Entry("p/"),)), folder("q/")), state="present")
    assert (diff["before"], diff["after"]) == ("", "p/\n")


@pytest.mark.parametrize(
    ("failures", "total", "state", "message"),
    [
        ((failure("p/a"),), 1, "absent", "1 key was not removed. The first is 'p/a': No."),
        ((failure("p/a"), failure("p/b")), 1234, "absent", "1,234 keys were not removed. The first is 'p/a': No."),
        ((failure("p/a", "SlowDown", ""),), 1, "present", "1 key was not created. The first is 'p/a': SlowDown"),
        ((), 2, "absent", "2 keys were not removed."),
    ],
)
def test_the_message_of_a_failure(failures: tuple[Failure, ...], total: int, state: str, message: str) -> None:
    verb = "created" if state == "present" else "removed"
    assert failure_message(report(folder(failed=failures), failures_total=total), verb=verb) == message


@pytest.mark.parametrize("protect", [5, True, "*.lock", None])
def test_a_protect_that_was_refused_is_reported_without_a_look_at_its_globs(protect: object) -> None:
    described = describe_change(
        None, {"state": "absent", "protect": protect, "sample_size": 20, "missing_folder": None}
    )
    assert described.warnings == ()
