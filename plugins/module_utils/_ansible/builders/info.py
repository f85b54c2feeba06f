# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the operation of :mod:`spaces_folder_info`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._engine.operations.survey import Survey
from ..._s3.settings import at_least
from ..reviews import scope_of
from .common import folders_of
from .removal import everything_in

if TYPE_CHECKING:
    from ..context import TaskContext
    from ..spec import Operation


def survey_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_info`."""
    params = context.params
    folders = folders_of(params, allow_root=True)
    gather = frozenset(params["gather"])
    limit = at_least(params, "limit", 0)
    lister = context.connection.lister  # one for both, because it notes missed uploads
    return Survey(
        folders=folders,
        limit=limit,
        lister=lister,
        retrier=context.retrier,
        pool=context.pool,
        gather=gather,
        removal=everything_in(params, folders, lister, sample_size=0) if "etag" in gather else None,
        scope=scope_of(params, operation="absent"),
    )
