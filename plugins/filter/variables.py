# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters with which the playbooks check their variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.tidy.spaces.plugins.plugin_utils.variables import names_problem, value_problem


class FilterModule:
    """Filters of variables."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"names_problem": names_problem, "value_problem": value_problem}
