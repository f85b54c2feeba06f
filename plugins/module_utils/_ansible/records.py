# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records: where a task writes one, and which one a restore reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .._engine.errors import InvalidOption
from .._engine.model.path import CONTROL, FolderPath
from .spec import SELECTING

if TYPE_CHECKING:
    from .._engine.bulk.record_reader import RecordReader
    from .._engine.bulk.recorder import Recorder
    from .._engine.model.record import Header
    from .._engine.operations.restore import Record
    from .context import TaskContext

RECORDED = sorted(
    (
        *SELECTING,
        "allow_root",
        "bypass_governance",
        "exact",
        "from_record",
        "max_objects",
        "record_versions",
        "since",
        "uploads",
    )
)
"""The options that a record names, because they decide what is removed; none of them can hold a secret."""
LONGEST_NAME = 80  # characters of a folder in the name of a file


def recorder_of(context: TaskContext, *, operation: str, folders: Sequence[FolderPath]) -> Recorder | None:
    """Return the recorder of the task, if it has one; refuse a place that cannot be written."""
    from .._engine.bulk.recorder import Recorder
    from .._engine.model.record import Header
    from .._engine.model.times import now_in_utc

    params = context.params
    place = params["record"]
    if place is None:
        return None
    _refuse_control_characters("record", place)
    now = datetime.now(timezone.utc)
    recorder = Recorder(
        place=place,
        name=f"{now:%Y%m%dT%H%M%SZ}-{operation}-{_slug(folders)}.jsonl.gz",
        header=Header(
            operation=operation,
            check_mode=context.check_mode,
            space=params["space"],
            endpoint=context.connection.endpoint_url,
            versioning=None,
            folders=[folder.path for folder in folders],
            options={name: params[name] for name in RECORDED if params.get(name) is not None},
            started=now_in_utc(),
        ),
    )
    recorder.check()
    return recorder


def record_to_restore(
    context: TaskContext, *, folders: Sequence[FolderPath], accept: Callable[[str], bool]
) -> Record | None:
    """Read the record to restore from, if there is one; refuse a record from which nothing can be restored."""
    from .._engine.model.restoration import RecordedKeys
    from .._engine.operations.restore import Record

    path = context.params["from_record"]
    if path is None:
        return None
    reader = open_record("from_record", path)
    _check_header(reader.header(), context=context, path=path, folders=folders)
    keys = RecordedKeys(reader.lines(), accept=accept)
    return Record(keys=keys, lines=reader.lines, complete=reader.complete)


def open_record(option: str, path: str) -> RecordReader:
    """Return the reader of a record that an option names."""
    from .._engine.bulk.record_reader import RecordReader

    _refuse_control_characters(option, path)
    return RecordReader(path=path, option=option)


def require_same_place(header: Header, *, context: TaskContext, refused: Callable[[str], InvalidOption]) -> None:
    """Refuse the record of another Space or endpoint."""
    for name, there, here in (
        ("Space", header.space, context.params["space"]),
        ("endpoint", header.endpoint, context.connection.endpoint_url),
    ):
        if there != here:
            raise refused(f"is of the {name} {there!r}, not {here!r}")


def _check_header(header: Header, *, context: TaskContext, path: str, folders: Sequence[FolderPath]) -> None:
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
    from .._engine.model.retention import parse_age

    if value is not None and re.fullmatch(r"[0-9]+[a-z]", value.strip()):
        return parse_age("since", value.strip())
    return parse_time("since", value, advice="Give an age such as 2h, or a time such as 2026-11-24T12:00:00Z.")


def parse_time(option: str, value: str | None, *, advice: str) -> datetime | None:
    """Parse a time with its zone; raise :class:`InvalidOption` for anything else."""
    from .._engine.model.times import moment

    if value is None:
        return None
    text = value.strip()
    if not re.search(r"(Z|[+-]\d\d:?\d\d)$", text):
        raise InvalidOption(option, value, "is not a time with its zone", advice=advice)
    try:
        return moment(text.replace(" ", "T", 1))
    except ValueError as exc:
        raise InvalidOption(option, value, "is not a time", advice=advice) from exc


def _slug(folders: Sequence[FolderPath]) -> str:
    first = re.sub(r"[^A-Za-z0-9_-]+", "-", folders[0].path).strip("-") or "all"
    return first[:LONGEST_NAME] if len(folders) == 1 else f"{first[:LONGEST_NAME]}-and-{len(folders) - 1}-more"


def _refuse_control_characters(option: str, value: str) -> None:
    control = CONTROL.search(value)
    if control:
        raise InvalidOption(option, value, f"has the control character {control[0]!r}", advice="Remove it.")
