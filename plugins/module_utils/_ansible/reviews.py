# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reviews: which etags a task returns, and which ones it requires."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._engine.errors import InvalidOption
from .._engine.model.etag import EntrySet, Etag, EtagBuilder, parse_etag, total_of
from .._engine.operations.review import Preview, Review
from .records import open_record, require_same_place
from .spec import SELECTING

if TYPE_CHECKING:
    from .._engine.bulk.pipeline import FolderCounter
    from .context import TaskContext


def scope_of(params: Mapping[str, Any], *, operation: str) -> str:
    """Return the scope of an etag: the options that decide what is removed from a folder."""
    options = {name: params.get(name) for name in SELECTING if params.get(name) is not None}
    return f"{operation} {json.dumps(options)} {'without' if params.get('uploads') is False else 'with'} uploads"


def review_of(context: TaskContext, *, operation: str, counters: Sequence[FolderCounter]) -> Review | None:
    """Return the review of a task, if it returns etags or requires some.

    ``counters``: one for each folder. Raise :class:`InvalidOption` for etags that are none, that are not one for each
    folder, or that do not belong to the record of the preview.
    """
    params = context.params
    value, place = params["if_match"], params["if_match_record"]
    if value is None:
        _require_if_match(params, "if_match_record", "as_of")
        if not context.check_mode:
            return None
    task, folders = _parse(value, counters)
    return Review(
        scope=scope_of(params, operation=operation),
        returns_etags=context.check_mode,
        task=task,
        folders=folders,
        preview=None
        if place is None
        else _preview(
            context,
            place,
            operation=operation,
            total=task.total if task else total_of(folders),
            folders=[counter.folder.path for counter in counters],
        ),
    )


def _require_if_match(params: Mapping[str, Any], *options: str) -> None:
    for option in options:
        if params.get(option) is not None:
            raise InvalidOption(
                option,
                params[option],
                "has no effect without if_match",
                advice="Set if_match to the etag that the preview has returned.",
            )


def _parse(value: object, counters: Sequence[FolderCounter]) -> tuple[Etag | None, list[Etag]]:
    """Return the etag of the task, or those of the folders that no other one covers."""
    if value is None:
        return None, []
    if not isinstance(value, (list, tuple)):
        return parse_etag("if_match", value), []
    if len(value) != len(counters):
        raise InvalidOption(
            "if_match",
            value,
            f"is a list of {len(value)}, and the task has {len(counters)} folders",
            advice="Give one etag for each folder, in the same order, or the etag of the whole task as a string.",
        )
    return None, [
        parse_etag(f"if_match[{index}]", etag)
        for index, (etag, counter) in enumerate(zip(value, counters, strict=True))
        if counter.covered_by is None
    ]


def _preview(context: TaskContext, path: str, *, operation: str, total: int, folders: Sequence[str]) -> Preview:
    """Read the record of the preview."""
    option = "if_match_record"

    def refused(problem: str) -> InvalidOption:
        return InvalidOption(
            option, path, problem, advice="Name the record that check mode has written when it returned this if_match."
        )

    reader = open_record(option, path)
    header = reader.header()
    if not header.check_mode or header.operation != operation:
        raise refused(f"is not the record of a preview of {operation} in check mode")
    require_same_place(header, context=context, refused=refused)
    if list(header.folders) != list(folders):
        raise refused(f"is of {', '.join(map(repr, header.folders))}, not of {', '.join(map(repr, folders))}")
    entries, builder, count, size = EntrySet(), EtagBuilder(), 0, 0
    for line in reader.entries():
        entries.add([line.item])
        builder.add([line.item])
        count += 1
        size += line.size
    if not reader.complete:
        raise refused("has no last line, so it may not be whole")
    if builder.total != total:
        raise refused("does not belong to if_match")
    return Preview(entries=entries, count=count, bytes=size)
