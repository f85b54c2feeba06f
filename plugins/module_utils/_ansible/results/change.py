# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a report into Ansible's result and diff. Both come from one record, so they cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..._engine.model.protection import only_at_the_top
from ..._engine.model.report import Failure, FolderReport, Removal, Report
from ..printable import printable
from .parts import removed_lines, subfolders_of, unit_lines, units_of
from .task_result import TaskResult
from .wording import amount, counted

NOTHING = Report(folders=())


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
        "folders": [
            {
                **_folder(folder, state, sample_size),
                **({"etag": folder.etag and str(folder.etag)} if report.etag else {}),
            }
            for folder in report.folders
        ],
        "totals": asdict(totals),
        "failures": failures_of(report)[:sample_size],
        "failures_total": report.failures_total,
        **record_of(report),
        **_etags_of(report),
    }


def _etags_of(report: Report) -> dict[str, str]:
    """Return the etag and the time of a preview, or the etag of what a run has left."""
    shown: dict[str, object] = {"etag_left": report.etag_left}
    if report.etag:
        shown = {"etag": report.etag, "as_of": report.as_of and f"{report.as_of:%Y-%m-%dT%H:%M:%SZ}"}
    return {name: str(value) for name, value in shown.items() if value}


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
    removed = amount(sum((folder.removed for folder in report.folders), Removal()))
    return f"removed {removed}" if removed else ""


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "key": failure.key,
        "version_id": failure.version_id,
        "code": failure.code,
        "message": printable(failure.message),
    }


def _folder(folder: FolderReport, state: str | None, sample_size: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "path": folder.path,
        **({"state": state} if state else {}),
        "changed": folder.changed,
        "removed": asdict(folder.removed),
        "sample": [entry.key for entry in folder.sample[:sample_size]],
        **({} if state == "present" else subfolders_of(folder)),
    }
    if folder.covered_by is not None:
        shown["covered_by"] = folder.covered_by
    if folder.kept is not None:
        shown.update(kept=folder.kept, **units_of(folder))
    return shown


def _created_sides(folder: FolderReport) -> dict[str, str]:
    return {"before": "", "after": _lines([entry.key for entry in folder.sample])}


def _removed_sides(folder: FolderReport, *, complete: bool) -> dict[str, str]:
    """Show what there was and what is left, by direct subfolders or units; the first keys that failed are named."""
    left = [f"{failure.key} ({failure.code})" for failure in folder.failed]
    if folder.failures_total > len(left):
        left.append(f"… and {folder.failures_total - len(left):,} more that were not, or not certainly, removed")
    if not complete:
        left.append("… and what was not looked at, because the task ended before")
    gone, kept = unit_lines(folder)
    if folder.failures_total or not complete or not gone:  # then not all of these units are gone
        gone = removed_lines(folder)
    if folder.removed.uploads:
        gone.append(f"… and {counted(folder.removed.uploads, 'incomplete multipart upload')}")
    return {"before": _lines([*gone, *kept, *left]), "after": _lines([*kept, *left])}


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)
