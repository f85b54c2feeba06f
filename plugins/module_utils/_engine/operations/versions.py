# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Space that keeps versions means for what is removed in it."""

from __future__ import annotations

from ..bulk.pool import Pool, ask
from ..bulk.retry import Caller
from ..errors import RequestFailed
from ..ports import Lister


def keeps_versions(*, lister: Lister, caller: Caller, pool: Pool) -> bool:
    """Ask whether a deleted object leaves an old version behind; a key that may not ask is not told."""

    def request() -> bool:
        try:
            return caller(lister.keeps_versions)
        except RequestFailed:
            return False  # only a warning hangs on it

    return ask(pool, request)
