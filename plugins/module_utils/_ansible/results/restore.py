# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the report of a restore into Ansible's result and diff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.model.report import FolderReport, Report, Restored
from ..printable import printable
from .change import NOTHING, failure_message, failures_of, record_of
from .task_result import TaskResult
from .wording import counted, human_size

STAYS = {
    "newer": "written again since",
    "newer_deleted": "written again and then deleted (the option since restores these)",
    "differs": "written over meanwhile",
    "suspended": "hidden by a delete marker called null",
    "not_restorable": "destroyed by the removal",
}
"""Why an object was not restored, for the reasons that a user has to know."""


def describe_restore(report: Report | None, params: Mapping[str, Any]) -> TaskResult:
    """Describe what was restored, always with the same keys."""
    report = report or NOTHING
    return TaskResult(
        values={
            "changed": any(folder.changed for folder in report.folders),
            "folders": [_folder(folder) for folder in report.folders],
            "totals": {
                name: sum(getattr(_restored(folder), name) for folder in report.folders)
                for name in ("objects", "bytes")
            },
            "failures": failures_of(report)[: params["sample_size"]],
            "failures_total": report.failures_total,
            **record_of(report),
        },
        diff=[_diff(folder) for folder in report.folders if folder.changed],
        warnings=(*report.warnings, *_left_warnings(report)),
        summary=_summary(report),
        failure=failure_message(report, verb="restored") if report.failures_total else "",
    )


def _restored(folder: FolderReport) -> Restored:
    return folder.restored or Restored()


def _summary(report: Report) -> str:
    restored = [_restored(folder) for folder in report.folders]
    objects = sum(each.objects for each in restored)
    return (
        f"restored {counted(objects, 'object')}, {human_size(sum(each.bytes for each in restored))}" if objects else ""
    )


def _left_warnings(report: Report) -> list[str]:
    """Say what a successful task has not restored."""
    left = [_restored(folder).left for folder in report.folders]
    numbers = {name: sum(each.get(name, 0) for each in left) for name in STAYS}
    shown = [f"{counted(number, 'object')} {STAYS[name]}" for name, number in numbers.items() if number]
    return [f"Not restored: {', '.join(shown)}."] if shown else []


def _keys(folder: FolderReport) -> list[str]:
    return list(dict.fromkeys(entry.key for entry in folder.sample))


def _folder(folder: FolderReport) -> dict[str, Any]:
    restored = _restored(folder)
    shown: dict[str, Any] = {
        "path": folder.path,
        "changed": folder.changed,
        "restored": {"objects": restored.objects, "bytes": restored.bytes},
        "left": dict(restored.left),
        "sample": _keys(folder),
    }
    if folder.covered_by is not None:
        shown["covered_by"] = folder.covered_by
    return shown


def _diff(folder: FolderReport) -> dict[str, str]:
    restored, keys = _restored(folder), _keys(folder)
    lines = [printable(key) for key in keys]
    more = restored.objects - len(keys)
    if more > 0:
        size = restored.bytes - sum({entry.key: entry.size for entry in folder.sample}.values())
        lines.append(f"… and {counted(more, 'more object')}, {human_size(max(size, 0))}")
    return {
        "before_header": printable(folder.path),
        "after_header": printable(folder.path),
        "before": "",
        "after": "".join(f"{line}\n" for line in lines),
    }
