# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the builders of operations that create folder markers need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._engine.operations.create import DryRunMarkers

if TYPE_CHECKING:
    from ..._engine.ports import FolderMarkers
    from ..context import TaskContext


def markers_of(context: TaskContext) -> FolderMarkers:
    """Return what creates folder markers, or in check mode only looks which are missing."""
    connection = context.connection
    markers = connection.markers
    return DryRunMarkers(markers=markers, lister=connection.lister) if context.check_mode else markers
