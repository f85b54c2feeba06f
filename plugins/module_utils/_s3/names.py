# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and upload IDs that a request may name."""

from __future__ import annotations

from .._engine.errors import ProtocolError


def filled(name: str) -> str:
    """Return ``name``; without a key, a request would concern the Space itself: a DELETE would remove it."""
    if not name:
        raise ProtocolError("The store listed something without a key.", advice="It was not touched.")
    return name
