# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
requirements:
  - python >= 3.10
  - boto3, for botocore >= 1.36.0
attributes:
  action:
    description:
      - If the target is the controller itself, an action plugin does the work in Ansible's own process, and reports the
        progress of long tasks.
      - To run the task as a module instead, set the variable C(tidy_spaces_in_process), or the controller's environment
        variable E(TIDY_SPACES_IN_PROCESS), to V(false). To hide the progress, set C(tidy_spaces_progress) or
        E(TIDY_SPACES_PROGRESS) to V(false).
    support: full
  action_group:
    description: Use C(group/tidy.spaces.spaces) in C(module_defaults) to set defaults for this module.
    support: full
    membership: [tidy.spaces.spaces]
  check_mode:
    description:
      - Changes nothing in the Space, and returns what would have been done.
      - If the module has the option C(record) and the task sets it, check mode writes the record too.
    support: full
  diff_mode:
    description: Returns what changed, or in check mode, what would change.
    support: full
  platform:
    description: Where the module runs.
    support: full
    platforms: posix
"""
