# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the results of modules into what a report shows: folders, rows of a table, tiles of a treemap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.printable import printable
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.parts import STAYS
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.wording import human_size
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.times import moment

DIRECT = "(directly in the folder)"
AGES = ((1, "day"), (7, "week"), (30, "month"), (365, "year"))
"""Days, and the class of ages up to them; what is older is of class ``older``."""
REASONS = {"selected": "the rule selects it", **STAYS}
COUNTS = ("objects", "versions", "delete_markers", "bytes")
Figures = dict[str, Any]


class Reporter:
    """Describe folders.

    ``now`` is the time to which ages refer, and each list of rows ends after ``max_rows``.
    """

    def __init__(self, *, now: datetime, max_rows: int, max_tiles: int) -> None:
        self._now = now
        self._max_rows = max_rows
        self._max_tiles = max_tiles

    def describe(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Describe the results of tasks, in their order; the items of a loop are results too."""
        folders = [
            self._folder(result, folder)
            for result in results
            for folder in result.get("folders", ())
            if "covered_by" not in folder  # it is counted in the other folder
            and not (result.get("failed") and not _is_known(folder))
        ]
        return {
            "folders": folders,
            "totals": [
                self._totals([each for each in folders if each["removes"] is removes])
                for removes in sorted({each["removes"] for each in folders})
            ],
            "etags": [
                {"space": printable(str(result.get("space", ""))), "etag": printable(result["etag"])}
                for result in results
                if result.get("etag")
            ],
            "problems": [
                {
                    "space": printable(str(result.get("space", ""))),
                    "paths": printable(", ".join(folder["path"] for folder in result.get("folders", ()))),
                    "message": printable(str(result.get("msg", ""))),
                }
                for result in results
                if result.get("failed")
            ],
            "warnings": _warnings(results),
        }

    def _totals(self, folders: Sequence[Figures]) -> Figures:
        old = [each["old_versions"] for each in folders if each["old_versions"]]
        return {
            **self._with_texts(_sum(folders, extra=("uploads",))),
            **_upload_size(
                sum(each["upload_bytes"] for each in folders), unsized=any(each["unsized"] for each in folders)
            ),
            "removes": folders[0]["removes"],
            "more_uploads": any(each["more_uploads"] for each in folders),
            "old_versions": self._with_texts(_sum(old)) if old else None,
        }

    def _folder(self, result: Mapping[str, Any], folder: Mapping[str, Any]) -> dict[str, Any]:
        prefix = folder["path"]
        kind = "prune" if "kept" in folder else "remove" if "removed" in folder else "survey"
        if kind == "survey":
            figures, rows, rest = dict(folder), [*folder["subfolders"], *_direct(folder)], None
        else:
            rows = folder.get("units" if kind == "prune" else "subfolders", ())
            rest = folder.get("other_units" if kind == "prune" else "other_subfolders")
            figures = {**folder["removed"], "newest": _newest_removed(rows, rest)}
        rows = sorted(rows, key=lambda row: (-row["bytes"], -row["objects"], row["path"]))
        cut = rows[self._max_rows :]
        shown = [self._row(row, prefix, kind) for row in rows[: self._max_rows]]
        other = self._other(cut, rest, kind) if rest or cut else None
        old = folder.get("old_versions")
        return {
            "space": printable(str(result.get("space", ""))),
            "path": printable(prefix),
            "removes": kind != "survey",
            "prunes": kind == "prune",
            "etag": printable(folder.get("etag") or ""),
            **self._with_texts(figures),
            "kept": folder.get("kept"),
            "old_versions": self._with_texts(old) if old else None,
            **_uploads(folder.get("uploads", figures.get("uploads")), more=bool(folder.get("truncated"))),
            "rows": shown,
            "other": other,
            "tiles": list(self._tiles(shown, other)),
        }

    def _row(self, row: Mapping[str, Any], prefix: str, kind: str) -> dict[str, Any]:
        action = row.get("action", "remove" if kind == "remove" else "")
        return {
            "name": printable(row["path"].removeprefix(prefix)) or DIRECT,
            "action": action,
            "reason": REASONS.get(row.get("reason", ""), "") or ("in the folder" if kind == "remove" else ""),
            **self._with_texts(row),
        }

    def _other(self, cut: Sequence[Mapping[str, Any]], rest: Mapping[str, Any] | None, kind: str) -> Figures:
        """Add up what has no row: the rows beyond the limit, and what the result itself only adds up."""
        number = len(cut)
        selected = sum(row.get("action") == "remove" for row in cut)
        if rest:
            number += rest["units"] if kind == "prune" else rest["subfolders"]
            selected += rest.get("remove", 0)
        action = "remove" if kind == "remove" or selected == number else "keep" if not selected else ""
        return {
            **self._with_texts(_sum([*cut, *([rest] if rest else [])])),
            "number": number,
            "action": "" if kind == "survey" else action,
            "reason": f"the rule selects {selected:,} of them" if kind == "prune" and not action else "",
        }

    def _tiles(self, rows: Sequence[Figures], other: Figures | None) -> Iterator[Figures]:
        """Yield what the treemap shows: the largest rows, and the rest as one tile."""
        tiles = [{**row, "row": number} for number, row in enumerate(rows) if row["bytes"]]
        yield from tiles[: self._max_tiles]
        rest = [*tiles[self._max_tiles :], *([other] if other else [])]
        if any(each["bytes"] for each in rest):
            number = sum(each.get("number", 1) for each in rest)
            actions = {each.get("action") for each in rest}
            yield {
                **self._with_texts(_sum(rest)),
                "row": None,
                "name": f"{number:,} smaller ones",
                "action": actions.pop() if len(actions) == 1 else "",
            }

    def _with_texts(self, figures: Mapping[str, Any]) -> Figures:
        """Add the size with a unit, and the age; the times of a store are ISO 8601 or anything else."""
        newest = figures.get("newest") or ""
        return {
            **{name: figures.get(name) or 0 for name in COUNTS},
            **{name: figures[name] for name in ("uploads",) if isinstance(figures.get(name), int)},
            "size": human_size(figures.get("bytes") or 0),
            "newest": printable(newest),
            "age": self._age(newest),
        }

    def _age(self, newest: str) -> str:
        try:
            days = (self._now - moment(newest)).total_seconds() / 86400
        except ValueError:
            return "unknown"
        return next((name for limit, name in AGES if days <= limit), "older")


def _uploads(found: Sequence[Mapping[str, Any]] | int | None, *, more: bool) -> Figures:
    """Return the figures of uploads: a survey lists them, a removal only counts them.

    ``more``: the list was cut off.
    """
    if isinstance(found, list):
        sizes = [upload.get("size") for upload in found]
        size = _upload_size(sum(filter(None, sizes)), unsized=more or None in sizes)
        return {"uploads": len(found), "more_uploads": more, **size}
    return {"uploads": found, "more_uploads": more, **_upload_size(0, unsized=more or bool(found))}


def _upload_size(known: int, *, unsized: bool) -> Figures:
    """Return how many bytes of uploads are known, whether there are uploads of unknown size, and a text about both."""
    text = human_size(known)
    if unsized:
        text = f"at least {text}" if known else "size unknown"
    return {"upload_bytes": known, "unsized": unsized, "upload_size": text}


def _warnings(results: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return each warning once, with the Spaces that it is about."""
    spaces: dict[str, dict[str, None]] = {}
    for result in results:
        for message in result.get("warnings", ()):
            spaces.setdefault(printable(str(message)), {})[printable(str(result.get("space", "")))] = None
    return [{"spaces": ", ".join(names), "message": message} for message, names in spaces.items()]


def _is_known(folder: Mapping[str, Any]) -> bool:
    """Return whether a task that failed has come to know anything of a folder."""
    return bool(any(folder.get("removed", {}).values()) or folder.get("units"))


def _newest_removed(rows: Sequence[Mapping[str, Any]], rest: Mapping[str, Any] | None) -> str:
    """Return the newest time of what a removal removes; nothing if the rest also adds up what is kept."""
    if rest and "units" in rest:
        return ""
    gone = [row for row in (*rows, *([rest] if rest else [])) if row.get("action") != "keep"]
    return max((row["newest"] or "" for row in gone), default="")


def _direct(folder: Mapping[str, Any]) -> list[Figures]:
    """Return the figures of the objects directly in a folder, which are what its subfolders do not account for."""
    below = _sum(folder["subfolders"])
    objects = folder["objects"] - below["objects"]
    newest = folder["newest"] if (folder["newest"] or "") > below["newest"] else ""
    size = folder["bytes"] - below["bytes"]
    return [{"path": folder["path"], "objects": objects, "bytes": size, "newest": newest}] if objects else []


def _sum(figures: Sequence[Mapping[str, Any]], *, extra: Sequence[str] = ()) -> Figures:
    """Add up figures; the newest time is the newest of all."""
    return {
        **{name: sum(each.get(name) or 0 for each in figures) for name in (*COUNTS, *extra)},
        "newest": max((each.get("newest") or "" for each in figures), default=""),
    }
