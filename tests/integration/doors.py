# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways a task reaches the engine: in the controller's own process, and as a module in one of its own."""

from __future__ import annotations

import re

IN_PROCESS, MODULE = DOORS = ("in-process", "module")
# What the environment says for each; in process is the default.
SETTINGS: dict[str, dict[str, str]] = {IN_PROCESS: {}, MODULE: {"TIDY_SPACES_IN_PROCESS": "false"}}
# The plugin says the one, Ansible itself the other: neither can be taken for a run by the other door.
TOLD = {
    IN_PROCESS: re.compile(r"\bin this process\b"),
    MODULE: re.compile(r"\bUsing module file \S*/plugins/modules/spaces_folder\w*\.py\b"),
}
TELL = 3  # the verbosity at which both do


def doors_in(output: str) -> list[str]:
    """Name the doors that tasks went through, in what Ansible told with verbosity :data:`TELL`."""
    return [door for door in DOORS if TOLD[door].search(output)]
