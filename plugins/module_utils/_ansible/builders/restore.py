# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the operation of :mod:`spaces_folder_restore`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..._engine.errors import InvalidOption
from ..._engine.model.record import Header
from ..._engine.model.restoration import RecordedKeys, keys_chosen
from ..._engine.model.retention import parse_age
from ..._engine.operations.removal_job import RemovalJob
from ..._engine.operations.restore import Record, Restore
from ..._s3.settings import at_least
from ..records import open_record, recorder_of, require_same_place
from .common import folders_of, globs_of, limit_of, parse_time
from .markers import markers_of
from .removal import remover_of

if TYPE_CHECKING:
    from ..._engine.model.path import FolderPath
    from ..context import TaskContext
    from ..spec import Operation


def restore_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_restore`."""
    params = context.params
    folders = folders_of(params, allow_root=params["allow_root"])
    globs = globs_of(params, unit="objects")
    since = parse_since(params["since"])
    at_least(params, "sample_size", 0)
    max_objects = limit_of(params, "max_objects", 0)
    if params["from_record"] is None and max_objects is None and not globs.include:
        raise InvalidOption(
            "since",
            params["since"],
            "alone also brings back what others or lifecycle rules deleted",
            advice="Set max_objects or include beside it, or from_record instead of it.",
        )

    accept = keys_chosen(folders, globs)
    lister = context.connection.lister  # one for all, because it notes the store's time
    return RemovalJob(
        plan=Restore(
            folders=folders,
            lister=lister,
            markers=markers_of(context),
            retrier=context.retrier,
            record=_record_to_restore(context, folders=folders, accept=accept),
            since=since,
            accept=accept,
            max_objects=max_objects,
            sample_size=params["sample_size"],
        ),
        lister=lister,
        remover=remover_of(context),
        retrier=context.retrier,
        pool=context.pool,
        recorder=recorder_of(context, operation="restore", folders=folders),
    )


def _record_to_restore(
    context: TaskContext, *, folders: Sequence[FolderPath], accept: Callable[[str], bool]
) -> Record | None:
    """Read the record to restore from, if there is one; refuse a record from which nothing can be restored."""
    path = context.params["from_record"]
    if path is None:
        return None
    reader = open_record("from_record", path)
    _require_restorable(reader.header(), context=context, path=path, folders=folders)
    keys = RecordedKeys(reader.lines(), accept=accept)
    return Record(keys=keys, lines=reader.lines, complete=reader.complete)


def _require_restorable(header: Header, *, context: TaskContext, path: str, folders: Sequence[FolderPath]) -> None:
    def refused(problem: str, advice: str) -> InvalidOption:
        return InvalidOption("from_record", path, problem, advice=advice)

    run = "Name the record of a run that removed objects, with versions set to current."
    if header.operation == "restore":
        raise refused("is the record of a restore", run)
    if header.check_mode:
        raise refused("is the record of a preview in check mode, which removed nothing", run)
    if header.options.get("versions") != "current":
        raise refused("is the record of a removal with versions set to all, which left nothing to restore", run)
    if header.versioning is None or header.options.get("record_versions") is False:
        raise refused("names no versions, because record_versions was false", "Use since instead.")
    if header.versioning == "never":
        raise refused(
            "is the record of a removal in a Space that kept no versions, so nothing of it can be restored",
            "Turn on versioning of the Space, then what is removed from then on can be restored.",
        )
    require_same_place(
        header, context=context, refused=lambda problem: refused(problem, "Name the record of this Space.")
    )
    recorded = ["" if text == "/" and not header.options.get("exact") else text for text in header.folders]
    for folder in folders:
        if not any(folder.prefix.startswith(text) or text.startswith(folder.prefix) for text in recorded):
            raise refused(
                f"is of {', '.join(map(repr, header.folders))}, not of {folder.path!r}",
                "Name a folder of the record, or one inside or above it.",
            )


def parse_since(value: Any) -> datetime | Any:
    """Parse a time with its zone, or an age such as ``2h``, which is returned as a ``timedelta``."""
    if value is not None and re.fullmatch(r"[0-9]+[a-z]", value.strip()):
        return parse_age("since", value.strip())
    return parse_time("since", value, advice="Give an age such as 2h, or a time such as 2026-11-24T12:00:00Z.")
