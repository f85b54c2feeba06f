# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a report reads as a result, a diff and a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import (
    describe_change,
    diff_of,
    failure_message,
    result_of,
    summary_of,
)
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.wording import human_size
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.parts import NO_PARTS, NOTHING, Part, Parts
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


def removal(*parts: Part, others: tuple[Part, int] = (NOTHING, 0), uploads: int = 0) -> FolderReport:
    return folder(changed=True, removed=Removal(objects=1, uploads=uploads), subfolders=Parts(parts, *others))


def prune(removed: Sequence[Part], kept: Sequence[Part], *refused: str) -> FolderReport:
    """Return the report of a prune that removed one object in the first unit."""
    first = Parts((Part(removed[0].path, 1, bytes=3),)) if removed else NO_PARTS
    return folder(
        changed=True,
        removed=Removal(objects=1, bytes=3),
        subfolders=first,
        failed=tuple(map(failure, refused)),
        kept=len(kept),
        removed_units=Parts(tuple(removed)),
        kept_units=Parts(tuple(kept)),
    )


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


def test_the_sample_of_a_creation_is_cut_and_its_summary_counts_all() -> None:
    created = report(folder(changed=True, sample=tuple(map(Entry, ("a/", "a/b/", "a/b/c/")))))
    assert result_of(created, state="present", sample_size=2)["folders"][0]["sample"] == ["a/", "a/b/"]
    assert summary_of(created, state="present") == "created 3 folders"


def test_failures_are_cut_to_the_sample_and_counted_in_full() -> None:
    folders = (folder("a/", failed=(failure("a/1"), failure("a/2"))), folder("b/", failed=(failure("b/1"),)))
    result = result_of(report(*folders, failures_total=99), state="absent", sample_size=2)
    assert [each["key"] for each in result["failures"]] == ["a/1", "a/2"]
    assert result["failures_total"] == 99
    assert result["changed"] is False


@pytest.mark.parametrize(
    ("shown", "before", "after"),
    [
        (
            removal(Part("p/b/", 1, bytes=5, newest="2026-11-24T12:00:00.000Z"), Part("p/", 3, bytes=2053)),
            ["p/ (3 objects, 2.0 KiB)", "p/b/ (1 object, 5 B, newest 2026-11-24T12:00:00Z)"],
            [],
        ),
        (
            removal(Part("p/", versions=1, delete_markers=1235, bytes=7), others=(Part(objects=9, bytes=2048), 8)),
            ["p/ (1 version, 1,235 delete markers, 7 B)", "… and 8 more subfolders (9 objects, 2.0 KiB)"],
            [],
        ),
        (
            removal(others=(Part(objects=1, bytes=5), 1), uploads=1),
            ["… and 1 more subfolder (1 object, 5 B)", "… and 1 incomplete multipart upload"],
            [],
        ),
        (
            prune([Part("p/1/", 2, bytes=6, reason="selected")], [Part("p/2/", 1, bytes=5, reason="newest")]),
            ["p/1/ (2 objects, 6 B)", "p/2/ (1 object, 5 B) stays: one of the newest"],
            ["p/2/ (1 object, 5 B) stays: one of the newest"],
        ),
        (
            prune([Part("p/1/", 2, bytes=6, reason="selected")], [Part("p/2/", 1, reason="younger")], "p/1/x"),
            ["p/1/ (1 object, 3 B)", "p/2/ (1 object) stays: too young", "p/1/x (AccessDenied)"],
            ["p/2/ (1 object) stays: too young", "p/1/x (AccessDenied)"],
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
    shown = prune([Part("p/1/", 2, bytes=6, reason="selected")], [])
    [diff] = diff_of(Report(folders=(shown,), complete=False), state=None)
    left = "… and what was not looked at, because the task ended before"
    assert (diff["before"].splitlines(), diff["after"].splitlines()) == (["p/1/ (1 object, 3 B)", left], [left])


@pytest.mark.parametrize(
    ("removed", "kept", "listed"),
    [
        (3, 4, (3, 4)),
        (100, 1, (99, 1)),
        (1, 100, (1, 99)),
        (100, 100, (50, 50)),
        (60, 40, (60, 40)),
        (100, 0, (100, 0)),
    ],
)
def test_units_to_remove_and_kept_units_share_the_places(removed: int, kept: int, listed: tuple[int, int]) -> None:
    units = prune(
        [Part(f"p/r{number:03}/", 1, bytes=1, newest="n", reason="selected") for number in range(removed)],
        [Part(f"p/k{number:03}/", 1, bytes=1, newest="m", reason="newest") for number in range(kept)],
    )
    [result] = result_of(report(units), state=None, sample_size=0)["folders"]
    actions = [unit["action"] for unit in result["units"]]
    assert actions == ["remove"] * listed[0] + ["keep"] * listed[1]
    others = result.get("other_units", {"units": 0, "remove": 0, "objects": 0})
    rest = removed + kept - sum(listed)
    assert (others["units"], others["remove"], others["objects"]) == (rest, removed - listed[0], rest)


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
        ({"subfolders": Parts((Part(HOSTILE, 1),))}, "absent", [f"{SHOWN} (1 object)"]),
        ({"failed": (failure(HOSTILE, "A\x1bB"),)}, "absent", [rf"{SHOWN} (A\x1bB)"]),
    ],
    ids=["created", "removed", "failed"],
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
