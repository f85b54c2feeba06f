# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the switches that users set: a variable, or else an environment variable of the controller."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean

IN_PROCESS = "tidy_spaces_in_process"
PROGRESS = "tidy_spaces_progress"


def is_on(name: str, variables: Mapping[str, Any], templar: Any) -> bool:
    """Tell whether a switch is on, as both are if nobody sets them."""
    where, value = f"The variable {name}", templar.template(variables.get(name))
    if value is None:
        where, value = f"The environment variable {name.upper()}", os.environ.get(name.upper())
    if value is None or value == "":
        return True
    try:
        return boolean(value)
    except TypeError as exc:
        raise AnsibleActionFail(f"{where} is {value!r}. Set it to true or false, or leave it out.") from exc
