# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store's time, because this machine's clock may be wrong."""

from __future__ import annotations

from datetime import datetime

from ..errors import EngineError, InvalidOption
from ..ports import Lister


def store_time(lister: Lister, *, use: str) -> datetime:
    """Return the store's time, which ``use`` needs; raise :class:`EngineError` if its replies do not tell it."""
    now = lister.now()
    if now is None:
        raise EngineError(
            f"The store's replies carry no readable date, so {use}.",
            advice="Check whether a proxy in front of the store removes or changes the Date header.",
        )
    return now


def require_past(option: str, time: datetime, *, now: datetime, advice: str) -> None:
    """Raise :class:`InvalidOption` for a time in the future."""
    if time > now:
        raise InvalidOption(
            option,
            f"{time:%Y-%m-%dT%H:%M:%SZ}",
            f"is in the future: it is {now:%Y-%m-%dT%H:%M:%SZ} by the store's clock",
            advice=advice,
        )
