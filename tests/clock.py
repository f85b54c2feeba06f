# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores report the age of an object in whole seconds."""

from __future__ import annotations

import time


def next_second() -> None:
    """Return when the clock of this machine, which its stores share, shows another second."""
    begun = int(time.time())
    while int(time.time()) == begun:
        time.sleep(1 - time.time() % 1)
