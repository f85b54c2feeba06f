# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The context from which operations are built, and the connections that the tasks of one process share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._engine.bulk.cancellation import Cancellation
from .._engine.bulk.limits import ConcurrencyLimiter, RateLimiter
from .._engine.bulk.pool import Pool, ThreadPool, run_job
from .._engine.bulk.retry import Retrier

if TYPE_CHECKING:
    from .._engine.model.report import Progress
    from .._s3.client import Connection
    from .._s3.settings import Settings

URL_OPTIONS = ("endpoint_url", "region", "space")  # users may set these to a URL, even by mistake


def no_progress() -> Progress | None:
    """Report nothing, because there is no operation yet."""
    return None


@dataclass(kw_only=True)
class TaskContext:
    """Everything that an operation is built from: the task's options, and the objects that send requests.

    ``add_secret`` is called with each secret that is found. ``on_progress``, if there is one, is called while the task
    waits for requests, with a function that returns the operation's progress.
    """

    params: Mapping[str, Any]
    check_mode: bool
    diff: bool
    environ: Mapping[str, str]
    add_secret: Callable[[str], None]
    cancellation: Cancellation
    connections: Connections
    on_progress: Callable[[Callable[[], Progress | None]], None] | None = None
    progress: Callable[[], Progress | None] = no_progress

    def check_connection_options(self) -> Settings:
        """Return the connection options; raise :class:`EngineError` if one of them cannot be used."""
        from .._s3.redaction import secrets_in

        for option in URL_OPTIONS:  # even if they are refused, because Ansible shows the options of a refused task
            for secret in secrets_in(self.params[option] or ""):
                self.add_secret(secret)
        return self.settings

    @cached_property
    def settings(self) -> Settings:
        """The connection options, checked."""
        from .._s3.settings import Settings

        return Settings.from_params(self.params)

    @cached_property
    def retrier(self) -> Retrier:
        """The retrier, which sends each request as often and as soon as the options and the store allow."""
        limiter = ConcurrencyLimiter(
            most=self.settings.workers,
            rate_limiter=self.connections.rate_limiter(self.settings.request_rate),
            cancellation=self.cancellation,
        )
        return Retrier(limiter=limiter, retries=self.settings.retries, cancellation=self.cancellation)

    @cached_property
    def pool(self) -> Pool:
        """The threads that wait for replies."""
        return ThreadPool(workers=self.settings.workers, cancellation=self.cancellation, on_tick=self._report_progress)

    @cached_property
    def connection(self) -> Connection:
        """The connection to the Space; it is made at first use, after all other options have been checked."""
        # In a thread, because the configuration may name a program that takes a long time to find credentials.
        with ThreadPool(workers=1, cancellation=self.cancellation) as pool:
            return run_job(
                pool,
                lambda: self.connections.connect(
                    self.settings, environ=self.environ, add_secret=self.add_secret, check=self.cancellation.check
                ),
            )

    def _report_progress(self) -> None:
        if self.on_progress:
            self.on_progress(self._progress_now)

    def _progress_now(self) -> Progress | None:
        found = self.progress()
        return found and replace(found, waiting=self.retrier.waiting)


class _Secrets:
    """The secrets of one connection, for the task that uses it now: credentials may be renewed while a task runs."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._add_secret: Callable[[str], None] | None = None

    def add(self, secret: str) -> None:
        """Record a secret; called from any thread."""
        self._found.append(secret)
        if self._add_secret:
            self._add_secret(secret)

    def pass_to(self, add_secret: Callable[[str], None]) -> None:
        """Call ``add_secret`` with all secrets found so far, and from now on with each new one."""
        self._add_secret = add_secret
        for secret in tuple(self._found):
            add_secret(secret)


class Connections:
    """What the tasks of one process share, such as the items of a loop: the last connection, and the rate limiters.

    The connection is shared as long as the settings and the environment are the same. Only the last one is kept,
    because each takes about ten megabytes, and a loop may name hundreds of Spaces.
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

        ``add_secret`` is called with each secret that is found for it. ``check`` raises if the task that uses it from
        now on was stopped.
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
        """Return the limiter for all tasks with this rate, in requests per second."""
        return self._rate_limiters.setdefault(rate, RateLimiter(rate))

    def forget(self) -> None:
        """Make a new connection next time, because the source of credentials may change after a failure."""
        self._last = None
        for rate_limiter in self._rate_limiters.values():
            rate_limiter.give_back()
