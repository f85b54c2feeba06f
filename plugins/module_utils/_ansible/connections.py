# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections and rate limiters that tasks in one process share, such as the items of a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .._engine.bulk.limits import RateLimiter

if TYPE_CHECKING:
    from .._s3.client import Connection
    from .._s3.settings import Settings


class _Secrets:
    """The secrets of one connection, for whoever uses it now: credentials may be renewed while a task runs."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._conceal: Callable[[str], None] | None = None

    def add(self, secret: str) -> None:
        """Take note of a secret; called from any thread."""
        self._found.append(secret)
        if self._conceal:
            self._conceal(secret)

    def pass_to(self, add_secret: Callable[[str], None]) -> None:
        """Call ``add_secret`` with all secrets found so far, and with those to come."""
        self._conceal = add_secret
        for secret in tuple(self._found):
            add_secret(secret)


class Connections:
    """The last connection, for as long as settings and environment are the same; and the pace of all requests.

    The last alone, because each takes some ten megabytes, and a loop may name hundreds of Spaces.
    """

    def __init__(self) -> None:
        self._last: tuple[Any, Connection, _Secrets] | None = None
        self._rate_limiters: dict[float | None, RateLimiter] = {}

    def connect(
        self,
        settings: Settings,
        *,
        environ: Mapping[str, str],
        add_secret: Callable[[str], None],
        check: Callable[[], None],
    ) -> Connection:
        """Return the connection.

        ``add_secret`` is called with each secret that is found for it. ``check`` raises once the task was stopped that
        uses it from now on.
        """
        from .._s3.client import Connection

        key = (settings, frozenset(environ.items()))
        if self._last is None or self._last[0] != key:
            secrets = _Secrets()
            secrets.pass_to(add_secret)
            made = Connection(settings=settings, environ=environ, add_secret=secrets.add, check=check)
            self._last = key, made, secrets
            return made
        _key, connection, secrets = self._last
        connection.check = check
        secrets.pass_to(add_secret)
        return connection

    def rate_limiter(self, rate: float | None) -> RateLimiter:
        """Return the pace of all requests that go by this rate, a second."""
        return self._rate_limiters.setdefault(rate, RateLimiter(rate))

    def forget(self) -> None:
        """Make a new connection next, for what failed may have changed where credentials are found."""
        self._last = None
        for rate_limiter in self._rate_limiters.values():
            rate_limiter.give_back()
