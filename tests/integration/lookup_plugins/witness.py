# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``query('witness', COMMAND, SPACE, …)`` runs a command of the witness, in Ansible's own process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

sys.path.append(str(Path(__file__).parents[3]))  # Ansible looks for plugins, not for what they import

from tests.servers.witness import Witness, parse, run


class LookupModule(LookupBase):
    """A client of the store's that knows nothing of the collection, for the playbooks of the scenarios."""

    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[Any]:
        """Run the command; return a list with what it found, if it looks."""
        try:
            asked = parse(terms)
        except SystemExit as exc:
            raise AnsibleError(f"The witness has no such command: {terms}") from exc
        found = run(asked, Witness.from_environment(asked.space))
        return [] if found is None else [found]
