# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores for pytest's fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import pytest

from tests.servers.store import NotHere, Store

StoreT = TypeVar("StoreT", bound=Store)


def lend(store: StoreT) -> Iterator[StoreT]:
    """Start a store, yield it once and end it; skip the test, by name, if it cannot be run here."""
    try:
        store.require()
    except NotHere as missing:
        pytest.skip(f"{store.name} not run: {missing}")
    with store:
        yield store
