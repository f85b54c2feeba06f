# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters that the playbooks need for plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.tidy.spaces.plugins.plugin_utils.plans import plan_of, plan_problem, preview_problem


class FilterModule:
    """Filters of plans."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"plan_of": plan_of, "plan_problem": plan_problem, "preview_problem": preview_problem}
