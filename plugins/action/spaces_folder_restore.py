# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run spaces_folder_restore on the controller, or hand it over to the module."""

from __future__ import annotations

from ansible_collections.tidy.spaces.plugins.modules.spaces_folder_restore import SPEC
from ansible_collections.tidy.spaces.plugins.plugin_utils._action_base import ActionBase


class ActionModule(ActionBase):
    spec = SPEC
