# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a report into Ansible's result and diff. Both come from one record, so they cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..._engine.model.entries import Entry
from ..._engine.model.protection import only_at_the_top
from ..._engine.model.report import Failure, FolderReport, Removal, Report
from ..printable import printable
from .task_result import TaskResult

NOTHING = Report(folders=())
UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")


def describe_change(report: Report | None, params: Mapping[str, Any]) -> TaskResult:
    """Describe what was created or removed, always with the same keys. A module without states only removes."""
    report = report or NOTHING
    state = params.get("state")
    warned, refused = missing_folders(report, params)
    failure = " ".join(refused)
    if report.failures_total:
        failure = failure_message(report, verb="created" if state == "present" else "removed")
    return TaskResult(
        values=result_of(report, state=state, sample_size=params["sample_size"]),
        diff=diff_of(report, state=state),
        warnings=(*report.warnings, *warned, *_protect_warnings(params)),
        summary=summary_of(report, state=state),
        failure=failure,
    )


def missing_folders(report: Report, params: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the warnings and the failures about folders of a removal that did not exist."""
    warned, refused = [], []
    for folder in report.folders if report.complete else ():
        if not folder.missing:
            continue
        looks_like_glob = bool(set("*?[").intersection(folder.path))
        prunes = "state" not in params
        choice = params["missing_folder"] or ("warn" if looks_like_glob or prunes else "ok")
        advice = " A path is no glob: its '*', '?' and '[' are taken literally." if looks_like_glob else ""
        message = f"There was nothing in {printable(folder.path)!r}.{advice}"
        if choice == "warn":
            warned.append(message)
        elif choice == "error":
            refused.append(f"{message} missing_folder is error.")
    return warned, refused


def _protect_warnings(params: Mapping[str, Any]) -> list[str]:
    globs = params["protect"]
    if params.get("state") == "present" or not isinstance(globs, list):  # what is no list was refused
        return []
    return [
        f"protect: {glob!r} matches keys at the top of the Space only. Write '**/{glob}' for any depth."
        for glob in globs
        if isinstance(glob, str) and only_at_the_top(glob)
    ]


def result_of(report: Report, *, state: str | None, sample_size: int) -> dict[str, Any]:
    """Return the values that all changes have in common."""
    totals = sum((folder.removed for folder in report.folders), Removal())
    return {
        "changed": any(folder.changed for folder in report.folders),
        "folders": [_folder(folder, state) for folder in report.folders],
        "totals": asdict(totals),
        "failures": failures_of(report)[:sample_size],
        "failures_total": report.failures_total,
        **record_of(report),
    }


def failures_of(report: Report) -> list[dict[str, Any]]:
    """Return the first failures of all folders."""
    return [_failure(failure) for folder in report.folders for failure in folder.failed]


def record_of(report: Report) -> dict[str, str]:
    """Return the file that names everything that was removed, if one was written."""
    return {} if report.record is None else {"record": report.record}


def diff_of(report: Report, *, state: str | None) -> list[dict[str, str]]:
    """Return a diff for each folder that changed or could not be changed."""
    return [
        {
            "before_header": printable(folder.path),
            "after_header": printable(folder.path),
            **(_created_sides(folder) if state == "present" else _removed_sides(folder, complete=report.complete)),
        }
        for folder in report.folders
        if folder.changed or folder.failures_total
    ]


def failure_message(report: Report, *, verb: str) -> str:
    """Return how many keys could not be created, removed or restored, and why the first of them could not."""
    total = report.failures_total
    unknown = any(folder.uncertain for folder in report.folders)
    not_known = f", or it is not known whether {'it was' if total == 1 else 'they were'}" if unknown else ""
    message = f"{'1 key was' if total == 1 else f'{total:,} keys were'} not {verb}{not_known}."
    shown = next((failure for folder in report.folders for failure in folder.failed), None)
    return f"{message} The first is {shown.key!r}: {shown.message or shown.code}" if shown else message


def summary_of(report: Report, *, state: str | None) -> str:
    """Say what was created or removed; nothing if nothing was."""
    if state == "present":
        created = sum(len(folder.sample) for folder in report.folders)
        return f"created {counted(created, 'folder')}" if created else ""
    removed = sum((folder.removed for folder in report.folders), Removal())
    parts = [
        counted(number, noun)
        for number, noun in (
            (removed.objects, "object"),
            (removed.versions, "version"),
            (removed.delete_markers, "delete marker"),
            (removed.uploads, "incomplete upload"),
        )
        if number
    ]
    return f"removed {', '.join(parts)}, {human_size(removed.bytes)}" if parts else ""


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def human_size(size: int) -> str:
    """Return a number of bytes with a binary unit."""
    if size < 1024:
        return f"{size} B"
    power = min((size.bit_length() - 1) // 10, len(UNITS))
    return f"{size / 1024**power:.1f} {UNITS[power - 1]}"


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "key": failure.key,
        "version_id": failure.version_id,
        "code": failure.code,
        "message": printable(failure.message),
    }


def _folder(folder: FolderReport, state: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "path": folder.path,
        **({"state": state} if state else {}),
        "changed": folder.changed,
        "removed": asdict(folder.removed),
        "sample": [entry.key for entry in folder.sample],
    }
    if folder.covered_by is not None:
        shown["covered_by"] = folder.covered_by
    if folder.kept is not None:
        shown["kept"] = folder.kept
    return shown


def _created_sides(folder: FolderReport) -> dict[str, str]:
    return {"before": "", "after": _lines([entry.key for entry in folder.sample])}


def _removed_sides(folder: FolderReport, *, complete: bool) -> dict[str, str]:
    """Show what there was and what is left; keys are named as far as the report contains them."""
    left = [f"{failure.key} ({failure.code})" for failure in folder.failed]
    if folder.failures_total > len(left):
        left.append(f"… and {folder.failures_total - len(left):,} more that were not, or not certainly, removed")
    if not complete:
        left.append("… and what was not looked at, because the task ended before")
    return {"before": _lines([*map(_line, folder.sample), *_rest(folder), *left]), "after": _lines(left)}


def _line(entry: Entry) -> str:
    if entry.version_id is None:
        return entry.key
    return f"{entry.key} ({'delete marker' if entry.delete_marker else 'version'} {entry.version_id})"


def _rest(folder: FolderReport) -> list[str]:
    removed, sample = folder.removed, folder.sample
    entries = removed.entries - len(sample)
    size = removed.bytes - sum(entry.size for entry in sample)
    one, several = "object", "objects"
    if removed.versions or removed.delete_markers:
        one, several = "version or delete marker", "versions and delete markers"
    lines = []
    if entries:
        lines.append(f"… and {entries:,} more {one if entries == 1 else several}, {human_size(size)}")
    if removed.uploads:
        lines.append(f"… and {counted(removed.uploads, 'incomplete multipart upload')}")
    return lines


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)
