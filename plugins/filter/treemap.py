# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``treemap``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
    description: The sizes, such as bytes. A size that is too small to be seen gets an empty rectangle.
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
    """Return a rectangle for each size; raise ``ValueError`` for what is not one, and Ansible names the filter."""
    if not all(map(_is_size, (*sizes, width, height))) or not (width and height):
        raise ValueError(
            f"treemap: one of {list(sizes)!r} is not a size, or width: {width!r} or height: {height!r} is not. Give"
            " numbers that are not negative, and a width and a height above 0."
        )
    return [box._asdict() for box in squarified(sizes, width=width, height=height)]


def _is_size(number: object) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and number >= 0


class FilterModule:
    """Offer the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"treemap": treemap}
