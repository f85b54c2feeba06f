# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the operation that carries out a task's options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._engine.model.path import FolderPath, parse_paths
from .._s3.settings import at_least, number

if TYPE_CHECKING:
    from .._engine.bulk.deletion import Remover
    from .context import Workshop
    from .spec import Operation


def change_folders(workshop: Workshop) -> Operation:
    """Build what :mod:`spaces_folder` does."""
    params = workshop.params
    state = params["state"]
    folders = _folders(params, allow_root=params["allow_root"] and state == "absent")
    at_least(params, "sample_size", 0)
    return _creation(workshop, folders) if state == "present" else _purge(workshop, folders)


def prune_folders(workshop: Workshop) -> Operation:
    """Build what :mod:`spaces_folder_prune` does."""
    from .._engine.model.retention import Globs, Rule, parse_age, parse_globs
    from .._engine.operations.prune import Prune
    from .._engine.operations.removal_job import RemovalJob

    params = workshop.params
    folders = _folders(params, allow_root=params["allow_root"])
    older_than = params["older_than"]
    rule = Rule(
        older_than=None if older_than is None else parse_age("older_than", older_than),
        keep_newest=_limit(params, "keep_newest", 1),
    )
    globs = Globs(
        **{option: parse_globs(option, params[option], unit=params["unit"]) for option in ("include", "exclude")}
    )
    at_least(params, "sample_size", 0)
    max_objects = _limit(params, "max_objects", 0)
    return RemovalJob(
        plan=Prune(
            folders=folders,
            lister=workshop.connection.lister,
            kind=params["unit"],
            rule=rule,
            globs=globs,
            versions=params["versions"] == "all",
            sample_size=params["sample_size"],
        ),
        lister=workshop.connection.lister,
        remover=_remover(workshop),
        retrier=workshop.retrier,
        pool=workshop.pool,
        max_objects=max_objects,
    )


def change_expiration(workshop: Workshop) -> Operation:
    """Build what :mod:`spaces_folder_expiration` does."""
    from .._engine.model.lifecycle import ACTIONS, rule_changes
    from .._engine.operations.expire import DryRunLifecycle, Expire

    params = workshop.params
    changes = rule_changes(
        _folders(params, allow_root=params["allow_root"]),
        rule_id=params["rule_id"],
        days={option: number(params, option) for option in ACTIONS} if params["state"] == "present" else None,
    )
    lifecycle = workshop.connection.lifecycle
    return Expire(
        changes=changes,
        lifecycle=DryRunLifecycle(lifecycle) if workshop.check_mode else lifecycle,
        lister=workshop.connection.lister,
        retrier=workshop.retrier,
        pool=workshop.pool,
        cancellation=workshop.cancellation,
    )


def survey_folders(workshop: Workshop) -> Operation:
    """Build what :mod:`spaces_folder_info` does."""
    from .._engine.operations.survey import Survey

    params = workshop.params
    return Survey(
        folders=_folders(params, allow_root=True),
        limit=at_least(params, "limit", 0),
        lister=workshop.connection.lister,
        retrier=workshop.retrier,
        pool=workshop.pool,
        gather=frozenset(params["gather"]),
        names_only=params["names_only"],
    )


def _creation(workshop: Workshop, folders: list[FolderPath]) -> Operation:
    from .._engine.operations.create import Create, DryRunMarkers

    connection = workshop.connection
    markers = connection.markers
    return Create(
        folders=folders,
        markers=DryRunMarkers(markers=markers, lister=connection.lister) if workshop.check_mode else markers,
        retrier=workshop.retrier,
        pool=workshop.pool,
        parents=workshop.params["parents"],
    )


def _purge(workshop: Workshop, folders: list[FolderPath]) -> Operation:
    from .._engine.operations.removal_job import RemovalJob
    from .._engine.operations.remove import Remove

    params = workshop.params
    max_objects = _limit(params, "max_objects", 0)
    return RemovalJob(
        plan=Remove(
            folders=folders,
            lister=workshop.connection.lister,
            versions=params["versions"] == "all",
            uploads=params["uploads"],
            sample_size=params["sample_size"],
        ),
        lister=workshop.connection.lister,
        remover=_remover(workshop, bypass_governance=params["bypass_governance"]),
        retrier=workshop.retrier,
        pool=workshop.pool,
        max_objects=max_objects,
        missing_ok=params["missing_space"] == "ok",
    )


def _remover(workshop: Workshop, *, bypass_governance: bool = False) -> Remover:
    """Choose the one object by which check mode differs."""
    from .._engine.bulk.deletion import DryRunRemover, StoreRemover

    if workshop.check_mode:
        return DryRunRemover()
    return StoreRemover(
        deleter=workshop.connection.deleter(bypass_governance=bypass_governance), retrier=workshop.retrier
    )


def _folders(params: Mapping[str, Any], *, allow_root: bool) -> list[FolderPath]:
    return parse_paths(path=params["path"], paths=params["paths"], exact=params["exact"], allow_root=allow_root)


def _limit(params: Mapping[str, Any], option: str, least: int) -> int | None:
    return None if params[option] is None else at_least(params, option, least)
