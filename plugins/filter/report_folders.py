# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``report_folders``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.times import moment
from ansible_collections.tidy.spaces.plugins.plugin_utils._report import Reporter

DOCUMENTATION = r"""
name: report_folders
short_description: Turn results of modules into what a report shows
version_added: 1.0.0
author:
  - The tidy.spaces authors (!UNKNOWN)
description:
  - The templates of the playbooks use this filter. It accepts results of M(tidy.spaces.spaces_folder_info) with
    O(tidy.spaces.spaces_folder_info#module:gather=subfolders), of M(tidy.spaces.spaces_folder) with
    O(tidy.spaces.spaces_folder#module:state=absent) and of M(tidy.spaces.spaces_folder_prune), also from a loop.
  - No text in the result has line breaks or control characters, but it still has to be escaped for HTML or Markdown.
positional: _input
options:
  _input:
    description: The registered results.
    type: list
    elements: dict
    required: true
  now:
    description: The time to which ages refer (ISO 8601, UTC).
    type: str
    required: true
  max_rows:
    description: Maximum number of rows for each folder. The smallest are added up.
    type: int
    default: 5000
  max_tiles:
    description: Maximum number of tiles of a treemap. The smallest are added up.
    type: int
    default: 300
seealso:
  - plugin: tidy.spaces.treemap
    plugin_type: filter
  - plugin: tidy.spaces.markdown_code
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the largest subfolder of a preview
  ansible.builtin.debug:
    msg: "{{ ([preview] | tidy.spaces.report_folders(now='2026-11-24T12:00:00Z')).folders[0].rows[0].name }}"
"""

RETURN = r"""
_value:
  description:
    - C(folders) with C(rows), C(other) and C(tiles), C(totals), C(etags), the C(warnings) of all tasks, and the
      C(problems) of those that failed.
  type: dict
"""


def report_folders(
    results: Sequence[Mapping[str, Any]], now: str, max_rows: int = 5000, max_tiles: int = 300
) -> dict[str, Any]:
    """Describe the folders of all results."""
    return Reporter(now=moment(now), max_rows=max_rows, max_tiles=max_tiles).describe(results)


class FilterModule:
    """Offer the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"report_folders": report_folders}
