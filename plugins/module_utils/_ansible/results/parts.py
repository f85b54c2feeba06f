# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a folder, in a result and in a diff: its direct subfolders, or the units of a retention rule."""

from __future__ import annotations

from typing import Any

from ..._engine.model.parts import LISTED, Part, Parts
from ..._engine.model.report import FolderReport
from ..._engine.model.times import in_utc
from .wording import amount, counted

STAYS: dict[str | None, str] = {
    "newest": "one of the newest",
    "younger": "too young",
    "excluded": "excluded",
    "not_included": "not included",
}


def subfolders_of(folder: FolderReport) -> dict[str, Any]:
    """Return what was removed in each direct subfolder."""
    parts = folder.subfolders
    shown: dict[str, Any] = {"subfolders": [_figures(part) for part in parts.listed]}
    if parts.others_total:
        shown["other_subfolders"] = {"subfolders": parts.others_total, **_sums(parts.others)}
    return shown


def units_of(folder: FolderReport) -> dict[str, Any]:
    """Return the units that a rule removes, and then those that it keeps."""
    removed, kept = _units(folder)
    shown: dict[str, Any] = {
        "units": [
            {**_figures(part), "action": "remove" if part.reason == "selected" else "keep", "reason": part.reason}
            for part in (*removed.listed, *kept.listed)
        ]
    }
    total = removed.others_total + kept.others_total
    if total:
        others = _sums(removed.others.plus(kept.others))
        shown["other_units"] = {"units": total, "remove": removed.others_total, **others}
    return shown


def removed_lines(folder: FolderReport) -> list[str]:
    """Return a line for each direct subfolder in which something was removed."""
    return _lines(folder.subfolders, "more subfolder")


def unit_lines(folder: FolderReport) -> tuple[list[str], list[str]]:
    """Return the lines of the units that a rule removes, and of those that it keeps."""
    removed, kept = _units(folder)
    return _lines(removed, "more unit"), _lines(kept, "more kept unit")


def _units(folder: FolderReport) -> tuple[Parts, Parts]:
    """Return the units to list: half of the places are for those to remove, half for the kept ones, if they need it."""
    removed = folder.removed_units.first(max(LISTED // 2, LISTED - len(folder.kept_units.listed)))
    return removed, folder.kept_units.first(LISTED - len(removed.listed))


def _lines(parts: Parts, more: str) -> list[str]:
    lines = [_line(part) for part in sorted(parts.listed)]
    if parts.others_total:
        lines.append(f"… and {counted(parts.others_total, more)} ({amount(parts.others)})")
    return lines


def _figures(part: Part) -> dict[str, Any]:
    return {"path": part.path, **_sums(part)}


def _sums(part: Part) -> dict[str, Any]:
    return {
        "objects": part.objects,
        "versions": part.versions,
        "delete_markers": part.delete_markers,
        "bytes": part.bytes,
        "newest": in_utc(part.newest) or None,
    }


def _line(part: Part) -> str:
    newest = in_utc(part.newest)
    shown = f"{part.path} ({amount(part)}{f', newest {newest}' if newest else ''})"
    return f"{shown} stays: {STAYS[part.reason]}" if part.reason in STAYS else shown
