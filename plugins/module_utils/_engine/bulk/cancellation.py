# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stopping a task."""

from __future__ import annotations

import threading

from ..errors import Interrupted

TICK = 0.2  # seconds: how soon a waiting thread notices that the task was stopped


class Cancellation:
    """The one switch that stops a task: a signal, a reader that went away, or a failed request sets it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._reason = ""

    def request(self, reason: str) -> None:
        """Request that the task stops; only the first reason is kept.

        Takes no lock, so that a signal handler may call it at any time. It takes effect when the coordinator checks for
        it next.
        """
        self._reason = self._reason or reason

    def set(self, reason: str) -> None:
        """Stop the task now, and wake every thread that sleeps."""
        self.request(reason)
        self._event.set()

    def check(self) -> None:
        """Raise :class:`Interrupted` if the task was stopped, or was requested to stop."""
        if self._reason:
            self._event.set()
            raise Interrupted(self._reason)

    def sleep(self, seconds: float) -> None:
        """Wait; raise :class:`Interrupted` as soon as the task is stopped."""
        if self._event.wait(seconds):
            raise Interrupted(self._reason)
