# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_root:
    description:
      - Allow the path V(/), which means the whole Space. This is for a task that removes or restores. Nothing can be
        created there.
    type: bool
    default: false
  sample_size:
    description:
      - Maximum number of keys per folder in the result, and of failures in the result and in the diff.
    type: int
    default: 20
"""
