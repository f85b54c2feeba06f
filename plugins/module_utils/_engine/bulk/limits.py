# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many operations may be in flight, and how many may start in a second; nearly all of them are one request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ..errors import Interrupted
from .cancellation import TICK, Cancellation

ROUND = 1.0  # seconds; refusals within this time count as one, because their requests were in flight together


class RateLimiter:
    """Limit the requests per second of all limiters that share it; ``None`` for no limit."""

    def __init__(self, rate: float | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._clock = clock
        self._next_slot = clock()
        self._lock = threading.Lock()

    @property
    def taken(self) -> bool:
        """Return whether a new request would have to wait."""
        return self._next_slot > self._clock()

    def give_back(self) -> None:
        """Free the slots of requests that were never sent, except the next slot."""
        with self._lock:
            self._next_slot = min(self._next_slot, self._clock() + self._interval)

    def reserve(self) -> float:
        """Take the next slot; return how many seconds it is away."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_slot)
            self._next_slot = slot + self._interval
            return slot - now


class ConcurrencyLimiter:
    """Limit the number of concurrent requests; start them no faster than the rate limiter allows.

    The limit begins at ``most``. It is halved when the store asks for fewer requests, does not answer or is not
    reached, and grows by one with each round of requests that succeed.
    """

    def __init__(
        self,
        *,
        most: int,
        rate_limiter: RateLimiter,
        cancellation: Cancellation,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._allowed = float(most)
        self._active = 0
        self._held = 0
        self.rate_limiter = rate_limiter
        self._last_cut = float("-inf")
        self._clock = clock
        self._cancellation = cancellation
        self._condition = threading.Condition()

    @property
    def allowed(self) -> int:
        """How many requests may be in flight now."""
        return int(self._allowed)

    @property
    def held(self) -> bool:
        """Return whether the rate limiter delays a request now."""
        return self._held > 0

    def __enter__(self) -> None:
        with self._condition:
            while not self._condition.wait_for(lambda: self._active < self.allowed, TICK):
                self._cancellation.check()
            self._active += 1
        wait = self.rate_limiter.reserve()
        held = wait > 0
        self._hold(held)
        try:
            self._cancellation.sleep(wait)
        except Interrupted:
            self._leave()
            raise
        finally:
            self._hold(-held)

    def __exit__(self, *_exc: object) -> None:
        self._leave()

    def _hold(self, requests: int) -> None:
        if requests:
            with self._condition:
                self._held += requests

    def _leave(self) -> None:
        with self._condition:
            self._active -= 1
            self._condition.notify_all()

    def on_throttled(self) -> None:
        """Note that the store asked for fewer requests, did not answer or was not reached."""
        with self._condition:
            now = self._clock()
            if now - self._last_cut >= ROUND:
                self._last_cut = now
                self._allowed = max(1.0, self._allowed / 2)

    def on_success(self) -> None:
        """Note that the store served a request."""
        with self._condition:
            if self._allowed < self._most:
                self._allowed = min(self._most, self._allowed + 1 / self._allowed)
                self._condition.notify_all()
