# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples Hypothesis draws: few in every run, many in the long one (``--hypothesis-profile=many``)."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("few", max_examples=300, deadline=None, print_blob=True)
settings.register_profile("many", max_examples=5000, deadline=None, print_blob=True)
