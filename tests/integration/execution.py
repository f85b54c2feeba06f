# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways in which a task runs: in the controller's own process, and as a module in a process of its own."""

from __future__ import annotations

import re

IN_PROCESS, MODULE = EXECUTIONS = ("in-process", "module")
# What the environment sets for each; in process is the default.
SETTINGS: dict[str, dict[str, str]] = {IN_PROCESS: {}, MODULE: {"TIDY_SPACES_IN_PROCESS": "false"}}
# The plugin prints the first, Ansible itself the second: neither can be taken for the other.
EVIDENCE = {
    IN_PROCESS: re.compile(r"\bin this process\b"),
    MODULE: re.compile(r"\bUsing module file \S*/plugins/modules/spaces_folder\w*\.py\b"),
}
VERBOSITY = 3  # at which both are printed


def executions_in(output: str) -> list[str]:
    """Name the ways in which tasks ran, by what Ansible printed with verbosity :data:`VERBOSITY`."""
    return [execution for execution in EXECUTIONS if EVIDENCE[execution].search(output)]
