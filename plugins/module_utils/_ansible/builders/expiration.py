# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the operation of :mod:`spaces_folder_expiration`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._engine.model.lifecycle import ACTIONS, rule_changes
from ..._engine.model.protection import Protection, require_unreached
from ..._engine.operations.expire import DryRunLifecycle, Expire
from .common import folders_of

if TYPE_CHECKING:
    from ..context import TaskContext
    from ..spec import Operation


def change_expiration(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_expiration`."""
    params = context.params
    folders = folders_of(params, allow_root=params["allow_root"], removes=params["state"] == "present")
    if params["state"] == "present":
        require_unreached(folders, Protection(params["protect"]))
    changes = rule_changes(
        folders,
        rule_id=params["rule_id"],
        days={option: params[option] for option in ACTIONS} if params["state"] == "present" else None,
    )
    lifecycle = context.connection.lifecycle
    return Expire(
        changes=changes,
        lifecycle=DryRunLifecycle(lifecycle) if context.check_mode else lifecycle,
        lister=context.connection.lister,
        retrier=context.retrier,
        pool=context.pool,
        cancellation=context.cancellation,
    )
