# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build results as AnsibleModule does: with the task's options where Ansible shows them, and without secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible import constants
from ansible.errors import AnsibleUndefinedConfigEntry
from ansible.module_utils.common.parameters import remove_values


def censor_result(
    result: Mapping[str, Any],
    *,
    params: Mapping[str, Any],
    variables: Mapping[str, Any],
    secrets: set[str],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Return a result as it reaches the user: censored, and through JSON, as a module's."""
    whole = dict(result)
    if _shows_invocation(variables):
        whole["invocation"] = {"module_args": dict(params)}
    if warnings:
        whole["warnings"] = list(warnings)
    kept = {name: value for name, value in whole.items() if value is None or isinstance(value, bool)}
    censored: dict[str, Any] = json.loads(json.dumps(remove_values(whole, secrets)))
    return {**censored, **kept}


def _shows_invocation(variables: Mapping[str, Any]) -> bool:
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleUndefinedConfigEntry:  # the first versions of ansible-core always show it
        return True
