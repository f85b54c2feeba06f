# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be installed where a module runs."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from ansible.module_utils.basic import missing_required_lib

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

MINIMUM_BOTOCORE = "1.36.0"  # the first that can be told to leave checksums off where they are not required


def require_botocore(module: AnsibleModule) -> None:
    """End the task if botocore is missing or too old."""
    try:
        import botocore
    except ImportError:
        module.fail_json(
            msg=missing_required_lib("boto3", reason="for the botocore that it brings"),
            exception=traceback.format_exc(),
        )
    if _release(botocore.__version__) < _release(MINIMUM_BOTOCORE):
        module.fail_json(
            msg=missing_required_lib(
                f"botocore >= {MINIMUM_BOTOCORE}", reason=f"and found {botocore.__version__}; upgrade boto3"
            )
        )


def _release(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:3] if part.isdecimal()]
