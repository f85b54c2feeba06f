# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the engine, combined as a task does it, on a store in memory and without waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.deletion import DryRunRemover, StoreRemover
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.limits import ConcurrencyLimiter, RateLimiter
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import Pool, ThreadPool
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.retry import Retrier
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Cause, Denied, Transient, Unsupported
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.globs import Globs
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.protection import Protection
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.retention import Rule
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.create import Create, DryRunMarkers
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.prune import Prune
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.removal_job import RemovalJob
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.removal_plan import RemovalPlan
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.remove import Remove
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.review import Review
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.survey import FolderSurvey, Survey
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.unit_selection import Kind
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.serial_pool import SerialPool

DENIED = Denied("You may not do this.", code="AccessDenied")
SLOW_DOWN = Transient("Please reduce your request rate.", code="SlowDown", cause=Cause.OVERLOADED)
BROKEN = Transient("We encountered an internal error.", code="InternalError", cause=Cause.REJECTED)
SILENT = Transient("No answer.", code="ReadTimeoutError", cause=Cause.UNANSWERED)
UNREACHABLE = Transient("Could not connect.", code="EndpointConnectionError", cause=Cause.UNREACHABLE)
UNSUPPORTED = Unsupported("A header you provided implies functionality that is not implemented.", code="NotImplemented")


class Instant(Cancellation):
    """A cancellation whose sleeps take no time, and are noted."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.check()
        if seconds:
            self.slept.append(seconds)


class StopsWhileAsleep(Instant):
    """A cancellation that takes effect during the first wait between attempts."""

    def sleep(self, seconds: float) -> None:
        if seconds:
            self.set("stop")
        super().sleep(seconds)


class Watched(threading.Condition):
    """A condition that notes when a thread waits for it."""

    def __init__(self, blocked: Callable[[], None]) -> None:
        super().__init__()
        self._blocked = blocked

    def wait_for(self, predicate: Callable[[], object], timeout: float | None = None) -> object:
        if not predicate():
            self._blocked()
        return super().wait_for(predicate, timeout)


def must_not_wait() -> None:
    raise AssertionError("the limiter admits no request")


class Workbench:
    """Operations on one store; without ``workers`` everything happens in the caller's thread."""

    def __init__(
        self,
        store: MemoryStore,
        *,
        workers: int | None = None,
        retries: int = 2,
        cancellation: Instant | None = None,
        rate: float | None = None,
    ) -> None:
        self.store = store
        self.cancellation = cancellation or Instant()
        self.limiter = ConcurrencyLimiter(
            most=workers or 1, rate_limiter=RateLimiter(rate), cancellation=self.cancellation
        )
        self.retrier = Retrier(limiter=self.limiter, retries=retries, cancellation=self.cancellation)
        self.on_tick: Callable[[], None] = lambda: None  # a test may put another one here
        self._workers = workers

    def pool(self) -> Pool:
        if self._workers is None:
            return SerialPool()
        return ThreadPool(workers=self._workers, cancellation=self.cancellation, on_tick=self._beat)

    def _beat(self) -> None:
        self.on_tick()

    def remover(self) -> StoreRemover:
        return StoreRemover(deleter=self.store, retrier=self.retrier)

    def remove(
        self,
        *paths: str,
        exact: bool = False,
        dry_run: bool = False,
        protect: Sequence[str] = (),
        max_objects: int | None = None,
        missing_ok: bool = False,
        review: Review | None = None,
        **options: Any,
    ) -> RemovalJob:
        """Prepare a removal."""
        folders = [FolderPath.parse(path, exact=exact, allow_root=True) for path in paths]
        plan = Remove(folders=folders, lister=self.store, **options)
        return self.job(
            plan,
            dry_run=dry_run,
            protection=Protection(protect),
            max_objects=max_objects,
            missing_ok=missing_ok,
            review=review,
        )

    def job(self, plan: RemovalPlan, *, dry_run: bool, **options: Any) -> RemovalJob:
        """Prepare the job that carries out a plan."""
        return RemovalJob(
            plan=plan,
            lister=self.store,
            remover=DryRunRemover() if dry_run else self.remover(),
            retrier=self.retrier,
            pool=self.pool(),
            **options,
        )

    def removed(self, *paths: str, **options: Any) -> Report:
        """Remove folders; return the report of a removal that ended."""
        remove = self.remove(*paths, **options)
        remove.run()
        return remove.report()

    def prune(
        self,
        *paths: str,
        older_than: timedelta | None = None,
        keep_newest: int | None = None,
        dry_run: bool = False,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        kind: Kind = "subfolders",
        protect: Sequence[str] = (),
        max_objects: int | None = None,
        **options: Any,
    ) -> RemovalJob:
        """Prepare a removal of the units that a rule does not keep."""
        plan = Prune(
            folders=[FolderPath.parse(path, allow_root=True) for path in paths],
            lister=self.store,
            kind=kind,
            rule=Rule(older_than=older_than, keep_newest=keep_newest),
            globs=Globs(include=include, exclude=exclude),
            **options,
        )
        return self.job(plan, dry_run=dry_run, protection=Protection(protect), max_objects=max_objects)

    def pruned(self, *paths: str, **options: Any) -> Report:
        """Remove the units that a rule does not keep; return the report of a removal that ended."""
        prune = self.prune(*paths, **options)
        prune.run()
        return prune.report()

    def survey(self, *paths: str, gather: Collection[str] = ("totals",), limit: int = 1000, **removal: Any) -> Survey:
        """Prepare a survey of folders; with ``etag``, that of a removal with these options."""
        folders = [FolderPath.parse(path, allow_root=True) for path in paths]
        return Survey(
            folders=folders,
            lister=self.store,
            retrier=self.retrier,
            pool=self.pool(),
            gather=frozenset(gather),
            limit=limit,
            removal=Remove(folders=folders, lister=self.store, **removal) if "etag" in gather else None,
            scope="absent",
        )

    def surveyed(self, *paths: str, **options: Any) -> Sequence[FolderSurvey]:
        """Survey folders; return what was found."""
        survey = self.survey(*paths, **options)
        survey.run()
        return survey.report().folders

    def create(self, *paths: str, parents: bool = False, dry_run: bool = False) -> Create:
        """Prepare a creation."""
        return Create(
            folders=[FolderPath.parse(path) for path in paths],
            markers=DryRunMarkers(markers=self.store, lister=self.store) if dry_run else self.store,
            retrier=self.retrier,
            pool=self.pool(),
            parents=parents,
        )

    def created(self, *paths: str, **options: Any) -> Report:
        """Create folders; return the report of a creation that ended."""
        create = self.create(*paths, **options)
        create.run()
        return create.report()
