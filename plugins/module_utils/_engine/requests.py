# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests are sent: how many at once, how often, and what happens when one fails or the task is stopped."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from .errors import EngineError, GaveUp, Interrupted, RequestFailed, Transient

T = TypeVar("T")

FIRST_DELAY = 0.25  # seconds before the second attempt; doubles with each further one
LONGEST_DELAY = 20.0  # seconds
LONGEST_RETRY_AFTER = 120.0  # seconds; a store that asks for more is asked again after this
ATTEMPTS_TO_REACH = 3  # at a store that has never replied: a wrong endpoint should not take a minute to say so
ROUND = 1.0  # seconds within which refusals count as one: they answer requests that were in flight together
TICK = 0.2  # seconds: how soon whoever waits notices that the task was stopped


class Cancellation:
    """The one switch that stops a task: a signal, a reader that went away, or a failed request sets it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._reason = ""

    def request(self, reason: str) -> None:
        """Ask for the task to be stopped; only the first reason is kept.

        Takes no lock, so that a signal's handler may call it wherever the signal struck. It takes effect when the
        coordinator next looks.
        """
        self._reason = self._reason or reason

    def set(self, reason: str) -> None:
        """Stop the task now, and wake what sleeps."""
        self.request(reason)
        self._event.set()

    def check(self) -> None:
        """Raise :class:`Interrupted` if the task was stopped, or is to be."""
        if self._reason:
            self._event.set()
            raise Interrupted(self._reason)

    def sleep(self, seconds: float) -> None:
        """Wait; raise :class:`Interrupted` as soon as the task is stopped."""
        if self._event.wait(seconds):
            raise Interrupted(self._reason)


class Pace:
    """Space requests out: at most so many a second, over all gates that go by it; ``None`` for as many as come."""

    def __init__(self, rate: float | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._clock = clock
        self._next_slot = clock()
        self._lock = threading.Lock()

    @property
    def taken(self) -> bool:
        """Tell whether a request that came now would have to wait."""
        return self._next_slot > self._clock()

    def give_back(self) -> None:
        """Free the slots of requests that were never sent, all but the next."""
        with self._lock:
            self._next_slot = min(self._next_slot, self._clock() + self._interval)

    def reserve(self) -> float:
        """Take the next slot; return how many seconds it is away."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_slot)
            self._next_slot = slot + self._interval
            return slot - now


class Gate:
    """Let requests through: at most so many at once, no faster than their pace.

    The number at once begins at ``most``, is halved when the store pushes back, and grows by one with each round of
    requests that went well.
    """

    def __init__(
        self,
        *,
        most: int,
        pace: Pace,
        cancellation: Cancellation,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._allowed = float(most)
        self._active = 0
        self.pace = pace
        self._last_cut = float("-inf")
        self._clock = clock
        self._cancellation = cancellation
        self._condition = threading.Condition()

    @property
    def allowed(self) -> int:
        """How many requests may be in flight now."""
        return int(self._allowed)

    def __enter__(self) -> None:
        with self._condition:
            while not self._condition.wait_for(lambda: self._active < self.allowed, TICK):
                self._cancellation.check()
            self._active += 1
        try:
            self._cancellation.sleep(self.pace.reserve())
        except Interrupted:
            self._leave()
            raise

    def __exit__(self, *_exc: object) -> None:
        self._leave()

    def _leave(self) -> None:
        with self._condition:
            self._active -= 1
            self._condition.notify_all()

    def pushed_back(self) -> None:
        """Note that the store refused a request because of load."""
        with self._condition:
            now = self._clock()
            if now - self._last_cut >= ROUND:
                self._last_cut = now
                self._allowed = max(1.0, self._allowed / 2)

    def went_well(self) -> None:
        """Note that the store served a request."""
        with self._condition:
            if self._allowed < self._most:
                self._allowed = min(self._most, self._allowed + 1 / self._allowed)
                self._condition.notify_all()


class Caller:
    """Call the store through the gate until it answers, with exponential backoff and jitter."""

    def __init__(self, *, gate: Gate, retries: int, cancellation: Cancellation) -> None:
        self._gate = gate
        self._attempts = 1 + retries
        self._cancellation = cancellation
        self._reached = False

    def __call__(self, request: Callable[[], T], *, renew: Callable[[], Callable[[], T]] | None = None) -> T:
        """Return the request's result; raise :class:`GaveUp` when the last attempt too failed transiently.

        ``renew`` makes the request anew before another attempt, where the first may be out of date by then. Whatever it
        raises is uncertain if any attempt was.
        """
        attempt = 0
        uncertain = False
        try:
            while True:
                attempt += 1
                try:
                    with self._gate:
                        result = request()
                except Transient as exc:
                    uncertain = uncertain or exc.uncertain
                    self._reached = self._reached or not (exc.unreachable or exc.unanswered)
                    if exc.unavailable:
                        self._gate.pushed_back()
                    if attempt >= self._attempts or (attempt >= ATTEMPTS_TO_REACH and not self._reached):
                        raise GaveUp(exc, attempts=attempt) from exc
                    self._cancellation.sleep(_delay(attempt, exc.retry_after))
                    request = renew() if renew else request
                except RequestFailed:
                    self._reached = True
                    raise
                else:
                    self._reached = True
                    self._gate.went_well()
                    return result
        except EngineError as exc:
            exc.uncertain = exc.uncertain or uncertain
            raise

    @property
    def has_time(self) -> bool:
        """Tell whether a request that could be spared would hold up no other."""
        return not self._gate.pace.taken

    def once(self, request: Callable[[], T]) -> T:
        """Return the result of a request that is not worth a second attempt."""
        with self._gate:
            return request()


def _delay(attempt: int, retry_after: float | None) -> float:
    exponential: float = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempt - 1, 30))
    jittered: float = exponential * random.uniform(0.5, 1)
    return max(jittered, min(retry_after or 0.0, LONGEST_RETRY_AFTER))
