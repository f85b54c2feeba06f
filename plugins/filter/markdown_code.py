# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``markdown_code``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.printable import printable

DOCUMENTATION = r"""
name: markdown_code
short_description: Write any text as code in Markdown
version_added: 1.0.0
author:
  - The tidy.spaces authors (!UNKNOWN)
description:
  - Returns Markdown that shows the text itself, as code on one line. Nothing in the text is taken for Markdown, HTML, a
    mention or a link. The result may stand in a cell of a table.
  - Line breaks, control characters and the like are shown as escape sequences, such as V(\\n).
positional: _input
options:
  _input:
    description: The text, such as the key of an object.
    type: str
    required: true
seealso:
  - plugin: tidy.spaces.report_folders
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show a key in a summary
  ansible.builtin.debug:
    msg: "The largest object is {{ largest.key | tidy.spaces.markdown_code }}."
"""

RETURN = r"""
_value:
  description: The Markdown.
  type: str
"""

_PLAIN = re.compile(r"[^`|<>&\\\s](?: ?[^`|<>&\\\s])*")


def markdown_code(text: str) -> str:
    """Return a code span, or an element of HTML if a code span cannot hold the text."""
    shown = printable(str(text))
    if _PLAIN.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{''.join(map(_escaped, shown))}</code>"


def _escaped(character: str) -> str:
    return character if character.isalnum() or character in "/." else f"&#{ord(character)};"


class FilterModule:
    """Offer the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"markdown_code": markdown_code}
