# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``query('note', VALUE, FILE)`` writes a value down as JSON, in Ansible's own process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """Keeps what a playbook has found for the next one."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[str]:
        """Write the file; return its name."""
        value, file = terms
        Path(file).write_text(json.dumps(value))
        return [file]
