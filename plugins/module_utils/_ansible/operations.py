# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's options to the operation that carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._engine.prefix import FolderPath, parse_paths
from .._s3.settings import at_least

if TYPE_CHECKING:
    from .runner import Operation, Workshop


def change_folders(workshop: Workshop) -> Operation:
    """Build what :mod:`spaces_folder` does."""
    params = workshop.params
    state = params["state"]
    folders = parse_paths(
        path=params["path"],
        paths=params["paths"],
        exact=params["exact"],
        allow_root=params["allow_root"] and state == "absent",
    )
    at_least(params, "sample_size", 0)
    return _creation(workshop, folders) if state == "present" else _purge(workshop, folders)


def survey_folders(workshop: Workshop) -> Operation:
    """Build what :mod:`spaces_folder_info` does."""
    from .._engine.survey import Survey

    params = workshop.params
    return Survey(
        folders=parse_paths(path=params["path"], paths=params["paths"], exact=params["exact"], allow_root=True),
        lister=workshop.connection.lister,
        caller=workshop.caller,
        pool=workshop.pool,
        gather=frozenset(params["gather"]),
        limit=at_least(params, "limit", 0),
        names_only=params["names_only"],
    )


def _creation(workshop: Workshop, folders: list[FolderPath]) -> Operation:
    from .._engine.creation import Creation, RehearsedMarkers

    connection = workshop.connection
    markers = connection.markers
    return Creation(
        folders=folders,
        markers=RehearsedMarkers(markers=markers, lister=connection.lister) if workshop.check_mode else markers,
        caller=workshop.caller,
        pool=workshop.pool,
        parents=workshop.params["parents"],
    )


def _purge(workshop: Workshop, folders: list[FolderPath]) -> Operation:
    from .._engine.purge import Purge
    from .._engine.removal import Rehearsal, StoreRemover

    params = workshop.params
    if params["max_objects"] is not None:
        at_least(params, "max_objects", 0)
    deleter = workshop.connection.deleter(bypass_governance=params["bypass_governance"])
    return Purge(
        folders=folders,
        lister=workshop.connection.lister,
        remover=Rehearsal() if workshop.check_mode else StoreRemover(deleter=deleter, caller=workshop.caller),
        caller=workshop.caller,
        pool=workshop.pool,
        versions=params["versions"] == "all",
        uploads=params["uploads"],
        max_objects=params["max_objects"],
        missing_ok=params["missing_space"] == "ok",
        sample_size=params["sample_size"],
    )
