# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``amount``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.wording import amount
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Removal

DOCUMENTATION = r"""
name: amount
short_description: Write how much was removed
version_added: 1.0.0
author:
  - The tidy.spaces authors (!UNKNOWN)
description:
  - Adds up the totals of several results, and writes the sum as a text.
options:
  _input:
    description: The C(totals) of results of M(tidy.spaces.spaces_folder) or M(tidy.spaces.spaces_folder_prune).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Say what was removed
  ansible.builtin.debug:
    msg: "Removed: {{ removal.results | map(attribute='totals') | tidy.spaces.amount }}."
"""

RETURN = r"""
_value:
  description: The numbers and the size, such as C(23,760 objects, 2.4 GiB); C(nothing) if all numbers are zero.
  type: str
"""


def amount_of(totals: Iterable[Mapping[str, int]]) -> str:
    """Write the sum of the totals of several results."""
    return amount(sum((Removal(**each) for each in totals), Removal())) or "nothing"


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filter by its name."""
        return {"amount": amount_of}
