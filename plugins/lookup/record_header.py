# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look up what a record is about."""

from __future__ import annotations

DOCUMENTATION = r"""
name: record_header
short_description: Read what a record is about
version_added: 1.0.0
author: The tidy.spaces authors (!UNKNOWN)
description:
  - Reads the first line of a record, as the option O(tidy.spaces.spaces_folder#module:record) writes it.
  - The playbook C(tidy.spaces.restore) uses it.
options:
  _terms:
    description:
      - Records on the controller. A relative path begins at the current directory. C(~) is not expanded, so use the
        filter C(expanduser) where it may occur.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show which folders a record is about
  ansible.builtin.debug:
    msg: "{{ lookup('tidy.spaces.record_header', '/var/lib/tidy/build-42.jsonl.gz').folders }}"
"""

RETURN = r"""
_raw:
  description:
    - "The first line of each record: C(operation), C(check_mode), C(space), C(endpoint), C(versioning), C(folders),
      C(options) and C(started), and the record itself as C(file)."
  type: list
  elements: dict
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.record_reader import RecordReader
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError


class LookupModule(LookupBase):
    """Read the first lines of records."""

    def run(self, terms: Sequence[str], variables: Any = None, **_options: Any) -> list[dict[str, Any]]:
        """Return the first line of each record."""
        try:
            return [{"file": path, **asdict(RecordReader(path=path, option="record").header())} for path in terms]
        except EngineError as exc:
            raise AnsibleLookupError(str(exc)) from exc
