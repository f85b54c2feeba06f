# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the builders of removals need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..._engine.bulk.deletion import DryRunRemover, Remover, StoreRemover
from ..._engine.operations.remove import Remove

if TYPE_CHECKING:
    from ..._engine.model.path import FolderPath
    from ..._engine.ports import Lister
    from ..context import TaskContext


def everything_in(params: Mapping[str, Any], folders: list[FolderPath], lister: Lister, *, sample_size: int) -> Remove:
    """Return the plan that removes everything in some folders."""
    return Remove(
        folders=folders,
        lister=lister,
        versions=params["versions"] == "all",
        uploads=params["uploads"],
        sample_size=sample_size,
    )


def remover_of(context: TaskContext, *, bypass_governance: bool = False) -> Remover:
    """Return what removes the keys: the only object of a removal that differs in check mode."""
    if context.check_mode:
        return DryRunRemover()
    return StoreRemover(
        deleter=context.connection.deleter(bypass_governance=bypass_governance), retrier=context.retrier
    )
