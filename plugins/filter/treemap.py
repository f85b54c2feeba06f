# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``treemap``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.tidy.spaces.plugins.plugin_utils._treemap import squarified

DOCUMENTATION = r"""
name: treemap
short_description: Lay out a treemap
version_added: 1.0.0
author:
  - The tidy.spaces authors (!UNKNOWN)
description:
  - Returns a rectangle for each size. The areas are in proportion to the sizes, and together they fill the whole area.
    The rectangles are as close to squares as possible.
positional: _input
options:
  _input:
    description: The sizes, such as bytes. A size of 0 gets an empty rectangle.
    type: list
    elements: float
    required: true
  width:
    description: Width of the whole area.
    type: float
    default: 1000
  height:
    description: Height of the whole area.
    type: float
    default: 400
seealso:
  - plugin: tidy.spaces.report_folders
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Lay out the subfolders of a folder by their size
  ansible.builtin.debug:
    msg: "{{ builds.folders[0].subfolders | map(attribute='bytes') | tidy.spaces.treemap(width=800, height=300) }}"
"""

RETURN = r"""
_value:
  description:
    - The rectangles, in the order of the sizes. Each has C(x) and C(y) of its upper left corner, C(width) and
      C(height).
  type: list
  elements: dict
"""


def treemap(sizes: Sequence[float], width: float = 1000, height: float = 400) -> list[dict[str, float]]:
    """Return a rectangle for each size."""
    numbers = list(sizes)
    for number in (*numbers, width, height):
        if isinstance(number, bool) or not isinstance(number, (int, float)) or number < 0:
            raise AnsibleFilterError(f"treemap: {number!r} is not a size. Give numbers that are not negative.")
    return [box._asdict() for box in squarified(numbers, width=width, height=height)]


class FilterModule:
    """Offer the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"treemap": treemap}
