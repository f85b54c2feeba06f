# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts at a request: how many, and how long to wait between them."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

from ..errors import EngineError, RequestFailed, RetriesExhausted, Transient
from .cancellation import Cancellation
from .limits import ConcurrencyLimiter

T = TypeVar("T")

FIRST_DELAY = 0.25  # seconds before the second attempt; doubles with each further attempt
LONGEST_DELAY = 20.0  # seconds
LONGEST_RETRY_AFTER = 120.0  # seconds; if a store asks for more, the request is still sent again after this time
ATTEMPTS_TO_REACH = 3  # at a store that has never replied, so that a wrong endpoint does not take a minute to fail


class Retrier:
    """Send a request through the limiter until the store answers, with exponential backoff and jitter."""

    def __init__(self, *, limiter: ConcurrencyLimiter, retries: int, cancellation: Cancellation) -> None:
        self._limiter = limiter
        self._attempts = 1 + retries
        self._cancellation = cancellation
        self._reached = False
        self._repeated: dict[int, tuple[int, str]] = {}  # by thread: the next attempt, and why the last one failed

    def __call__(self, request: Callable[[], T], *, renew: Callable[[], Callable[[], T]] | None = None) -> T:
        """Return the request's result; raise :class:`RetriesExhausted` if the last attempt failed transiently too.

        ``renew`` makes a new request before each further attempt, if the first one may be out of date by then. Its
        exceptions are uncertain if any attempt was uncertain.
        """
        attempt = 0
        uncertain = False
        try:
            while True:
                attempt += 1
                try:
                    with self._limiter:
                        result = request()
                except Transient as exc:
                    uncertain = uncertain or exc.uncertain
                    self._reached = self._reached or exc.cause.replied
                    if exc.cause.unavailable:
                        self._limiter.on_throttled()
                    if attempt >= self._attempts or (attempt >= ATTEMPTS_TO_REACH and not self._reached):
                        raise RetriesExhausted(exc, attempts=attempt) from exc
                    self._repeated[threading.get_ident()] = attempt + 1, exc.code
                    self._cancellation.sleep(_delay(attempt, exc.retry_after))
                    request = renew() if renew else request
                except RequestFailed:
                    self._reached = True
                    raise
                else:
                    self._reached = True
                    self._limiter.on_success()
                    return result
        except EngineError as exc:
            exc.uncertain = exc.uncertain or uncertain
            raise
        finally:
            if attempt > 1:
                self._repeated.pop(threading.get_ident(), None)

    @property
    def waiting(self) -> str:
        """What requests wait for now: another attempt, or the rate limiter; empty if for nothing but replies."""
        repeated = max(tuple(self._repeated.values()), default=None)
        if repeated:
            attempt, code = repeated
            return f"attempt {attempt} of {self._attempts} after {code}"
        return "waiting for request_rate" if self._limiter.held else ""

    def optional(self, request: Callable[[], T]) -> T | None:
        """Return the request's result, or ``None`` if it failed; for requests that the task can do without."""
        try:
            return self(request)
        except RequestFailed:
            return None

    @property
    def has_time(self) -> bool:
        """Return whether an optional request would not delay any other request."""
        return not self._limiter.rate_limiter.taken

    def once(self, request: Callable[[], T]) -> T:
        """Return the result of a request that is not worth a second attempt."""
        with self._limiter:
            return request()


def _delay(attempt: int, retry_after: float | None) -> float:
    exponential: float = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempt - 1, 30))
    jittered: float = exponential * random.uniform(0.5, 1)
    return max(jittered, min(retry_after or 0.0, LONGEST_RETRY_AFTER))
