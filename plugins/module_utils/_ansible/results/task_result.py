# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one form that a task's result has, on the controller and as a module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class TaskResult:
    """The result of a task.

    ``values`` are those that the module's RETURN documents. ``diff`` is ``None`` if there is nothing to show.
    ``failure`` is the message if the task failed. A ``traceback`` shows that a bug in the module is the reason.
    ``summary`` describes what was changed, in words that follow "has" or "would have"; it is empty without a change.
    ``interrupted``: the operation was stopped from outside before its end.
    """

    values: dict[str, Any]
    diff: list[dict[str, str]] | None = None
    warnings: tuple[str, ...] = ()
    summary: str = ""
    failure: str = ""
    traceback: str | None = None
    interrupted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the result in Ansible's form, without the warnings, because a module reports these separately."""
        shown = dict(self.values)
        if self.diff is not None:
            shown["diff"] = self.diff
        if self.failure:
            shown.update(failed=True, msg=self.failure)
        if self.traceback:
            shown["exception"] = self.traceback
        return shown
