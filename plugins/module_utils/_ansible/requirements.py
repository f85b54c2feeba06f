# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be installed where a module runs."""

from __future__ import annotations

from ansible.module_utils.basic import missing_required_lib

from .._engine.errors import EngineError

MINIMUM_BOTOCORE = "1.36.0"  # the first that can be told to leave checksums off where they are not required


def require_botocore() -> None:
    """Raise :class:`EngineError` if botocore is missing or too old."""
    try:
        import botocore
    except ImportError as exc:
        raise EngineError(missing_required_lib("boto3", reason="for the botocore that it brings")) from exc
    if _release(botocore.__version__) < _release(MINIMUM_BOTOCORE):
        wanted = f"botocore >= {MINIMUM_BOTOCORE}"
        raise EngineError(missing_required_lib(wanted, reason=f"(it has {botocore.__version__}; boto3 brings it)"))


def _release(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:3] if part.isdecimal()]
