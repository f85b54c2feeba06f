# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports what a module needs, once, in the process from which :mod:`tests.integration.running` forks modules."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import ansible_collections.tidy.spaces.plugins as plugins
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import preload

for part in ("module_utils", "modules"):
    for found in pkgutil.walk_packages([f"{plugins.__path__[0]}/{part}"], f"{plugins.__name__}.{part}."):
        importlib.import_module(found.name)
preload()
gc.freeze()
