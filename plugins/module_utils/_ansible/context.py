# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operation is built from, made from a task's options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._engine.bulk.cancellation import Cancellation
from .._engine.bulk.limits import ConcurrencyLimiter
from .._engine.bulk.pool import Pool, ThreadPool, run_job
from .._engine.bulk.retry import Retrier
from .connections import Connections

if TYPE_CHECKING:
    from .._s3.client import Connection

Beat = Callable[[Callable[[], Any]], None]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task, as a door hands it in.

    ``add_secret`` is called with each secret that is found. ``beat``, if there is one, is called while the task waits
    for requests, with a function that returns how far the operation has come.
    """

    params: Mapping[str, Any]
    check_mode: bool
    diff: bool
    environ: Mapping[str, str]
    add_secret: Callable[[str], None]
    cancellation: Cancellation
    connections: Connections
    beat: Beat | None = None


class Workshop:
    """What an operation is built from: the store's adapters, and how requests to it are sent."""

    def __init__(self, task: Task, *, on_tick: Callable[[], None]) -> None:
        from .._s3.redaction import secrets_in
        from .._s3.settings import Settings

        for option in ("endpoint_url", "region", "space"):  # refused, but Ansible shows a refused task's options
            for secret in secrets_in(task.params[option] or ""):
                task.add_secret(secret)
        settings = Settings.from_params(task.params)
        self._settings = settings
        self._task = task
        self.params = task.params
        self.check_mode = task.check_mode
        self.cancellation = task.cancellation
        limiter = ConcurrencyLimiter(
            most=settings.workers,
            rate_limiter=task.connections.rate_limiter(settings.request_rate),
            cancellation=self.cancellation,
        )
        self.retrier = Retrier(limiter=limiter, retries=settings.retries, cancellation=self.cancellation)
        self.pool: Pool = ThreadPool(workers=settings.workers, cancellation=self.cancellation, on_tick=on_tick)

    @cached_property
    def connection(self) -> Connection:
        """The Space, resolved when it is first asked for: after every other option has been checked."""
        task = self._task
        # In a thread, because the configuration may name a program that takes its time to find credentials.
        with ThreadPool(workers=1, cancellation=self.cancellation) as pool:
            return run_job(
                pool,
                lambda: task.connections.connect(
                    self._settings, environ=task.environ, add_secret=task.add_secret, check=self.cancellation.check
                ),
            )
