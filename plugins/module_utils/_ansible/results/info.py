# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a survey into Ansible's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..._engine.model.entries import Entry, Upload
from ..._engine.model.times import in_utc
from ..._engine.operations.survey import Figures, FirstItems, FolderSurvey, SurveyReport
from .task_result import TaskResult


def describe_survey(report: SurveyReport | None, _params: Mapping[str, Any]) -> TaskResult:
    """Describe what was found."""
    if report is None:
        return TaskResult(values={"folders": []})
    return TaskResult(values={"folders": list(map(_folder, report.folders))}, warnings=tuple(report.warnings))


def _folder(survey: FolderSurvey) -> dict[str, Any]:
    shown: dict[str, Any] = {"path": survey.folder.path, "exists": survey.exists, "marker": survey.marker}
    if survey.totals:
        shown.update(_figures(survey.totals.figures))
        if survey.totals.by_subfolder:
            shown["subfolders"] = [
                {"path": name, "marker": figures.marker, **_figures(figures)}
                for name, figures in survey.totals.subfolders.items()
            ]
    if survey.subfolders:
        shown["subfolders"] = [{"path": name} for name in survey.subfolders.names]
    if survey.contents:
        shown["contents"] = [_object(entry) for entry in survey.contents.items]
    if survey.versions:
        shown["versions"] = [_version(entry) for entry in survey.versions.items]
    if survey.old_versions:
        shown["old_versions"] = asdict(survey.old_versions)
    if survey.uploads:
        shown["uploads"] = [_upload(upload, survey.upload_sizes) for upload in survey.uploads.items]
    if survey.etag:
        shown["etag"] = str(survey.etag)
    lists: list[FirstItems[Any]] = [each for each in (survey.contents, survey.versions, survey.uploads) if each]
    if lists:
        shown["truncated"] = any(each.more for each in lists)
    return shown


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "objects": figures.objects,
        "bytes": figures.bytes,
        "newest": utc(figures.newest),
        "oldest": utc(figures.oldest),
    }


def _object(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "size": entry.size,
        "last_modified": utc(entry.modified),
        "etag": entry.etag.strip('"'),
        "storage_class": entry.storage_class,
    }


def _version(entry: Entry) -> dict[str, Any]:
    return {
        **_object(entry),
        "version_id": entry.version_id,
        "delete_marker": entry.delete_marker,
        "latest": entry.latest,
    }


def _upload(upload: Upload, sizes: Mapping[Upload, int | None] | None) -> dict[str, Any]:
    return {
        "key": upload.key,
        "upload_id": upload.upload_id,
        "initiated": utc(upload.initiated),
        **({} if sizes is None else {"size": sizes[upload]}),
    }


def utc(text: str) -> str | None:
    """Return a store's time as ISO 8601 in UTC, to the second; return any other text unchanged."""
    return in_utc(text) or None
