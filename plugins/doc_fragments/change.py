# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_root:
    description:
      - Allow the path V(/), the whole Space. Never for creating a folder.
    type: bool
    default: false
  sample_size:
    description:
      - The most keys that the result and the diff name for a folder, and the most failures.
    type: int
    default: 20
"""
