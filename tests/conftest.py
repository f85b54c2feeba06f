# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples Hypothesis draws, and signals that do what they do in a terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# ``few`` in every run, ``many`` in the long one, and a ``brief`` run where only the lines that run are counted.
settings.register_profile("brief", max_examples=10, deadline=None, print_blob=True)
settings.register_profile("few", max_examples=100, deadline=None, print_blob=True)
settings.register_profile("many", max_examples=1000, deadline=None, print_blob=True)


@pytest.fixture
def default_signals() -> Iterator[None]:
    """Let signals end what a test starts: under nohup, or in the background of a script, programs inherit that SIGHUP
    or SIGINT is ignored.
    """
    ignored = [each for each in (signal.SIGHUP, signal.SIGINT) if signal.getsignal(each) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
