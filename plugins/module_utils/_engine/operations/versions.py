# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What versioning of a Space means for a removal in it."""

from __future__ import annotations

from ..bulk.pool import Pool, run_job
from ..bulk.retry import Retrier
from ..errors import RequestFailed
from ..ports import Lister


def keeps_versions(*, lister: Lister, retrier: Retrier, pool: Pool) -> bool:
    """Ask whether a deleted object leaves an old version behind; a key that may not ask is not told."""

    def request() -> bool:
        try:
            return retrier(lister.keeps_versions)
        except RequestFailed:
            return False  # only a warning hangs on it

    return run_job(pool, request)
