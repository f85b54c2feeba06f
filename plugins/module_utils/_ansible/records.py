# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records: where a task writes one, and which one a restore reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .._engine.errors import InvalidOption
from .._engine.model.path import CONTROL, FolderPath
from .spec import SELECTING

if TYPE_CHECKING:
    from .._engine.bulk.record_reader import RecordReader
    from .._engine.bulk.recorder import Recorder
    from .._engine.model.record import Header
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


def _slug(folders: Sequence[FolderPath]) -> str:
    first = re.sub(r"[^A-Za-z0-9_-]+", "-", folders[0].path).strip("-") or "all"
    return first[:LONGEST_NAME] if len(folders) == 1 else f"{first[:LONGEST_NAME]}-and-{len(folders) - 1}-more"


def _refuse_control_characters(option: str, value: str) -> None:
    control = CONTROL.search(value)
    if control:
        raise InvalidOption(option, value, f"has the control character {control[0]!r}", advice="Remove it.")
