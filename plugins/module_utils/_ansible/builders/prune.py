# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the operation of :mod:`spaces_folder_prune`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._engine.model.protection import Protection
from ..._engine.model.retention import Rule, parse_age
from ..._engine.operations.prune import Prune
from ..._engine.operations.removal_job import RemovalJob
from ..._s3.settings import at_least
from ..records import recorder_of
from ..reviews import review_of
from .common import folders_of, globs_of, limit_of, parse_time
from .removal import remover_of

if TYPE_CHECKING:
    from ..context import TaskContext
    from ..spec import Operation


def prune_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_prune`."""
    params = context.params
    folders = folders_of(params, allow_root=params["allow_root"], removes=True)
    older_than = params["older_than"]
    rule = Rule(
        older_than=None if older_than is None else parse_age("older_than", older_than),
        keep_newest=limit_of(params, "keep_newest", 1),
    )
    globs = globs_of(params, unit=params["unit"])
    at_least(params, "sample_size", 0)
    as_of = parse_time("as_of", params["as_of"], advice="Give the as_of that the preview has returned.")
    max_objects = limit_of(params, "max_objects", 0)
    lister = context.connection.lister  # one for both, because it notes the store's time
    plan = Prune(
        folders=folders,
        lister=lister,
        kind=params["unit"],
        rule=rule,
        globs=globs,
        versions=params["versions"] == "all",
        as_of=as_of,
        sample_size=params["sample_size"],
    )
    return RemovalJob(
        plan=plan,
        lister=lister,
        remover=remover_of(context),
        retrier=context.retrier,
        pool=context.pool,
        max_objects=max_objects,
        protection=Protection(params["protect"]),
        recorder=recorder_of(context, operation="prune", folders=folders),
        record_versions=params["record_versions"] and params["versions"] == "current",
        review=review_of(context, operation="prune", counters=plan.counters),
    )
