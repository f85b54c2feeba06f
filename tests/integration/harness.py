# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations as a module builds them, without Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.cancellation import Cancellation
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.deletion import (
    DryRunRemover,
    Remover,
    StoreRemover,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.limits import ConcurrencyLimiter, RateLimiter
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pool import ThreadPool
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.retry import Retrier
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import ACTIONS, rule_changes
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.create import Create
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.expire import Expire
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.removal_job import RemovalJob
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.removal_plan import RemovalPlan
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.remove import Remove
from ansible_collections.tidy.spaces.plugins.module_utils._engine.ports import Lifecycle
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from ansible_collections.tidy.spaces.plugins.module_utils._s3.listing import S3Lister
from ansible_collections.tidy.spaces.plugins.module_utils._s3.settings import Settings
from tests.servers.store import Store

DEFAULTS: dict[str, Any] = {
    "region": None,
    "endpoint_url": None,
    "access_key": None,
    "secret_key": None,
    "session_token": None,
    "profile": None,
    "validate_certs": True,
    "ca_bundle": None,
    "addressing_style": "auto",
    "connect_timeout": 5.0,
    "read_timeout": 30.0,
    "retries": 2,
    "request_rate": None,
    "workers": 8,
}


class Harness:
    """The real adapter on a real store, with pages as small as a test wants them."""

    def __init__(self, store: Store, space: str, *, page_size: int = 1000, **params: Any) -> None:
        self.settings = Settings.from_params(
            {
                **DEFAULTS,
                "space": space,
                "endpoint_url": store.endpoint,
                "access_key": store.access_key,
                "secret_key": store.secret_key,
                "ca_bundle": str(store.ca_bundle) if store.ca_bundle else None,
                **params,
            }
        )
        self.cancellation = Cancellation()
        limiter = ConcurrencyLimiter(
            most=self.settings.workers,
            rate_limiter=RateLimiter(self.settings.request_rate),
            cancellation=self.cancellation,
        )
        self.retrier = Retrier(limiter=limiter, retries=self.settings.retries, cancellation=self.cancellation)
        self.connection = Connection(
            settings=self.settings, environ={}, add_secret=lambda _secret: None, check=lambda: None
        )
        self.lister = S3Lister(client=self.connection.lister._client, space=space, page_size=page_size)

    def pool(self) -> ThreadPool:
        return ThreadPool(workers=self.settings.workers, cancellation=self.cancellation)

    def remove(
        self, *paths: str, exact: bool = False, dry_run: bool = False, bypass: bool = False, **options: Any
    ) -> Report:
        """Remove folders; return the report of a removal that went well."""
        deleter = self.connection.deleter(bypass_governance=bypass)
        max_objects = options.pop("max_objects", None)
        folders = [FolderPath.parse(path, exact=exact, allow_root=True) for path in paths]
        return self.removed(
            Remove(folders=folders, lister=self.lister, **options),
            DryRunRemover() if dry_run else StoreRemover(deleter=deleter, retrier=self.retrier),
            max_objects=max_objects,
        )

    def removed(self, plan: RemovalPlan, remover: Remover | None = None, **options: Any) -> Report:
        """Carry out a plan; return its report."""
        deleter = self.connection.deleter(bypass_governance=False)
        job = RemovalJob(
            plan=plan,
            lister=self.lister,
            remover=remover or StoreRemover(deleter=deleter, retrier=self.retrier),
            retrier=self.retrier,
            pool=self.pool(),
            **options,
        )
        job.run()
        return job.report()

    def create(self, *paths: str, parents: bool = False) -> Report:
        """Create folders; return the report."""
        create = Create(
            folders=[FolderPath.parse(path) for path in paths],
            markers=self.connection.markers,
            retrier=self.retrier,
            pool=self.pool(),
            parents=parents,
        )
        create.run()
        return create.report()

    def expiration(self, *paths: str, absent: bool = False, lifecycle: Lifecycle | None = None, **days: int) -> Expire:
        """Prepare a change of rules, by way of ``lifecycle`` if a test comes between."""
        return Expire(
            changes=rule_changes(
                [FolderPath.parse(path) for path in paths],
                rule_id=None,
                days=None if absent else {option: days.get(option) for option in ACTIONS},
            ),
            lifecycle=lifecycle or self.connection.lifecycle,
            lister=self.lister,
            retrier=self.retrier,
            pool=self.pool(),
            cancellation=self.cancellation,
        )


def totals(report: Report) -> Mapping[str, int]:
    """Sum up what was removed."""
    names = ("objects", "versions", "delete_markers", "uploads", "bytes")
    return {name: sum(getattr(folder.removed, name) for folder in report.folders) for name in names}
