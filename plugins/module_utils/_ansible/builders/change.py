# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the operation of :mod:`spaces_folder`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..._engine.errors import InvalidOption
from ..._engine.model.path import FolderPath
from ..._engine.model.protection import Protection
from ..._s3.settings import at_least
from ..records import recorder_of
from .common import folders_of, limit_of

if TYPE_CHECKING:
    from ..context import TaskContext
    from ..spec import Operation


def change_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder`."""
    params = context.params
    state = params["state"]
    if state == "present":
        _require_no_root(params)
    folders = folders_of(params, allow_root=params["allow_root"], removes=state == "absent")
    at_least(params, "sample_size", 0)
    return _creation(context, folders) if state == "present" else _removal(context, folders)


def _creation(context: TaskContext, folders: list[FolderPath]) -> Operation:
    from ..._engine.operations.create import Create
    from .markers import markers_of

    return Create(
        folders=folders,
        markers=markers_of(context),
        retrier=context.retrier,
        pool=context.pool,
        parents=context.params["parents"],
    )


def _removal(context: TaskContext, folders: list[FolderPath]) -> Operation:
    from ..._engine.operations.removal_job import RemovalJob
    from ..reviews import review_of
    from .removal import everything_in, remover_of

    params = context.params
    max_objects = limit_of(params, "max_objects", 0)
    lister = context.connection.lister  # one for both, because it notes the store's time
    plan = everything_in(params, folders, lister, sample_size=params["sample_size"])
    return RemovalJob(
        plan=plan,
        lister=lister,
        remover=remover_of(context, bypass_governance=params["bypass_governance"]),
        retrier=context.retrier,
        pool=context.pool,
        max_objects=max_objects,
        missing_ok=params["missing_space"] == "ok",
        protection=Protection(params["protect"]),
        recorder=recorder_of(context, operation="absent", folders=folders),
        record_versions=params["record_versions"] and params["versions"] == "current",
        review=review_of(context, operation="absent", counters=plan.counters),
    )


def _require_no_root(params: Mapping[str, Any]) -> None:
    """Raise :class:`InvalidOption` if a task is to create the whole Space."""
    paths = params["paths"] if isinstance(params["paths"], list) else []
    if not params["exact"] and "/" in (params["path"], *paths):
        raise InvalidOption(
            "path",
            "/",
            "is the whole Space, which has no folder marker to create",
            advice="Name a folder in it. For a folder that is itself named '/', set exact to true.",
        )
