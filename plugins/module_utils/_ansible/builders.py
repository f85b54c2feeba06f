# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build operations from the options of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._engine.errors import InvalidOption
from .._engine.model.path import FolderPath, parse_paths, require_depth
from .._engine.model.protection import Protection, parse_protect, require_unprotected, require_unreached
from .._s3.settings import at_least
from .records import parse_since, parse_time, record_to_restore, recorder_of

if TYPE_CHECKING:
    from .._engine.bulk.deletion import Remover
    from .._engine.operations.remove import Remove
    from .._engine.ports import Lister
    from .context import TaskContext
    from .spec import Operation


def change_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder`."""
    params = context.params
    state = params["state"]
    if state == "present":
        _require_no_root(params)
    folders = _folders(params, allow_root=params["allow_root"], removes=state == "absent")
    at_least(params, "sample_size", 0)
    return _creation(context, folders) if state == "present" else _removal(context, folders)


def prune_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_prune`."""
    from .._engine.model.globs import Globs, parse_globs
    from .._engine.model.retention import Rule, parse_age
    from .._engine.operations.prune import Prune
    from .._engine.operations.removal_job import RemovalJob
    from .reviews import review_of

    params = context.params
    folders = _folders(params, allow_root=params["allow_root"], removes=True)
    older_than = params["older_than"]
    rule = Rule(
        older_than=None if older_than is None else parse_age("older_than", older_than),
        keep_newest=_limit(params, "keep_newest", 1),
    )
    globs = Globs(
        **{option: parse_globs(option, params[option], unit=params["unit"]) for option in ("include", "exclude")}
    )
    at_least(params, "sample_size", 0)
    as_of = parse_time("as_of", params["as_of"], advice="Give the as_of that the preview has returned.")
    max_objects = _limit(params, "max_objects", 0)
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
        remover=_remover(context),
        retrier=context.retrier,
        pool=context.pool,
        max_objects=max_objects,
        protection=Protection(params["protect"]),
        recorder=recorder_of(context, operation="prune", folders=folders),
        record_versions=params["record_versions"] and params["versions"] == "current",
        review=review_of(context, operation="prune", counters=plan.counters),
    )


def restore_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_restore`."""
    from .._engine.model.globs import Globs, parse_globs
    from .._engine.operations.create import DryRunMarkers
    from .._engine.operations.removal_job import RemovalJob
    from .._engine.operations.restore import Restore

    params = context.params
    folders = _folders(params, allow_root=params["allow_root"])
    globs = Globs(**{option: parse_globs(option, params[option], unit="objects") for option in ("include", "exclude")})
    since = parse_since(params["since"])
    at_least(params, "sample_size", 0)
    max_objects = _limit(params, "max_objects", 0)
    if params["from_record"] is None and max_objects is None and not globs.include:
        raise InvalidOption(
            "since",
            params["since"],
            "alone also brings back what others or lifecycle rules deleted",
            advice="Set max_objects or include beside it, or from_record instead of it.",
        )

    def accept(key: str) -> bool:
        return any(
            key.startswith(folder.prefix) and globs.choose(key[len(folder.prefix) :].rstrip("/")) for folder in folders
        )

    connection = context.connection
    lister = connection.lister  # one for all, because it notes the store's time
    return RemovalJob(
        plan=Restore(
            folders=folders,
            lister=lister,
            markers=DryRunMarkers(markers=connection.markers, lister=lister)
            if context.check_mode
            else connection.markers,
            retrier=context.retrier,
            record=record_to_restore(context, folders=folders, accept=accept),
            since=since,
            globs=globs,
            max_objects=max_objects,
            sample_size=params["sample_size"],
        ),
        lister=lister,
        remover=_remover(context),
        retrier=context.retrier,
        pool=context.pool,
        recorder=recorder_of(context, operation="restore", folders=folders),
    )


def change_expiration(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_expiration`."""
    from .._engine.model.lifecycle import ACTIONS, rule_changes
    from .._engine.operations.expire import DryRunLifecycle, Expire

    params = context.params
    folders = _folders(params, allow_root=params["allow_root"], removes=params["state"] == "present")
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


def survey_folders(context: TaskContext) -> Operation:
    """Build the operation of :mod:`spaces_folder_info`."""
    from .._engine.operations.survey import Survey
    from .reviews import scope_of

    params = context.params
    folders = _folders(params, allow_root=True)
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
        removal=_everything(params, folders, lister, sample_size=0) if "etag" in gather else None,
        scope=scope_of(params, operation="absent"),
    )


def _creation(context: TaskContext, folders: list[FolderPath]) -> Operation:
    from .._engine.operations.create import Create, DryRunMarkers

    connection = context.connection
    markers = connection.markers
    return Create(
        folders=folders,
        markers=DryRunMarkers(markers=markers, lister=connection.lister) if context.check_mode else markers,
        retrier=context.retrier,
        pool=context.pool,
        parents=context.params["parents"],
    )


def _removal(context: TaskContext, folders: list[FolderPath]) -> Operation:
    from .._engine.operations.removal_job import RemovalJob
    from .reviews import review_of

    params = context.params
    max_objects = _limit(params, "max_objects", 0)
    lister = context.connection.lister  # one for both, because it notes the store's time
    plan = _everything(params, folders, lister, sample_size=params["sample_size"])
    return RemovalJob(
        plan=plan,
        lister=lister,
        remover=_remover(context, bypass_governance=params["bypass_governance"]),
        retrier=context.retrier,
        pool=context.pool,
        max_objects=max_objects,
        missing_ok=params["missing_space"] == "ok",
        protection=Protection(params["protect"]),
        recorder=recorder_of(context, operation="absent", folders=folders),
        record_versions=params["record_versions"] and params["versions"] == "current",
        review=review_of(context, operation="absent", counters=plan.counters),
    )


def _everything(params: Mapping[str, Any], folders: list[FolderPath], lister: Lister, *, sample_size: int) -> Remove:
    """Return the plan that removes everything in some folders."""
    from .._engine.operations.remove import Remove

    return Remove(
        folders=folders,
        lister=lister,
        versions=params["versions"] == "all",
        uploads=params["uploads"],
        sample_size=sample_size,
    )


def _remover(context: TaskContext, *, bypass_governance: bool = False) -> Remover:
    """Return what removes the keys: the only object of a removal that differs in check mode."""
    from .._engine.bulk.deletion import DryRunRemover, StoreRemover

    if context.check_mode:
        return DryRunRemover()
    return StoreRemover(
        deleter=context.connection.deleter(bypass_governance=bypass_governance), retrier=context.retrier
    )


def _folders(params: Mapping[str, Any], *, allow_root: bool, removes: bool = False) -> list[FolderPath]:
    """Return the folders of a task; if it ``removes`` something, only those that its guards let it name."""
    folders = parse_paths(path=params["path"], paths=params["paths"], exact=params["exact"], allow_root=allow_root)
    min_depth = at_least(params, "min_depth", 0)
    protection = Protection(parse_protect("protect", params["protect"]))
    if removes:
        require_depth(folders, min_depth)
        require_unprotected(folders, protection)
    return folders


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


def _limit(params: Mapping[str, Any], option: str, least: int) -> int | None:
    return None if params[option] is None else at_least(params, option, least)
