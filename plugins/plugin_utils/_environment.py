# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a task's environment variables while the task runs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any


@contextlib.contextmanager
def applied(environment: Mapping[str, Any]) -> Iterator[None]:
    """Set environment variables, and put back what there was."""
    before = {name: os.environ.get(name) for name in environment}
    try:
        os.environ.update({name: str(value) for name, value in environment.items()})
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
