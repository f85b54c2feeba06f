# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removers: one that sends requests to the store, and one for check mode, which only counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from ..errors import BatchRefused, Denied, EngineError, NotFound, RequestFailed, RetriesExhausted, Unsupported
from ..model.entries import Entry, Item, Upload
from ..model.report import Failure
from ..ports import Deleter
from .batches import Batch, BatchSize, failure
from .retry import Retrier


class Removed(NamedTuple):
    """What became of some items: all were removed but those that are named here.

    ``again``: to be removed one by one; ``asked``: may be gone already, if it is among them. ``untried``: nothing is
    known to have happened to them. ``fatal``: why nothing else should be tried.
    """

    failures: Mapping[Item, Failure] = {}
    again: Sequence[Item] = ()
    asked: Collection[Item] = frozenset()
    untried: Sequence[Item] = ()
    fatal: EngineError | None = None


class Remover(Protocol):
    """Remove items, with as many attempts as it takes."""

    lasting: bool  # what was removed stays so: there is something to look after. A rehearsal's removal is not.

    @property
    def batch_size(self) -> int:
        """How many entries make a batch now."""

    def needs_own_request(self, item: Item) -> bool:
        """Tell whether no batch can carry the item."""

    def remove_one(self, item: Item) -> Removed:
        """Remove an item by itself."""

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        """Remove entries, at most as many as ``batch_size`` was at any time."""


class StoreRemover:
    """Remove at the store, in batches where it takes them, and see every item through to an answer of its own."""

    lasting = True

    def __init__(self, *, deleter: Deleter, retrier: Retrier) -> None:
        self._deleter = deleter
        self._retrier = retrier
        self._size = BatchSize(most=deleter.batch_size)
        self._takes_batches = True

    @property
    def batch_size(self) -> int:
        return self._size.now

    def needs_own_request(self, item: Item) -> bool:
        return isinstance(item, Upload) or not self._deleter.batchable(item.key)

    def remove_one(self, item: Item) -> Removed:
        def attempt() -> None:
            if isinstance(item, Upload):
                self._deleter.abort_upload(item)
            else:
                self._deleter.delete_one(item)

        try:
            self._retrier(attempt)
        except NotFound:
            return Removed()
        except RequestFailed as exc:
            doubtful = [item] if exc.uncertain else []
            failures = _all_failed([item], exc, doubtful=doubtful)
            return Removed(failures=failures, fatal=_fatal(exc) if isinstance(exc, RetriesExhausted) else None)
        except EngineError as exc:
            return _ended([item], exc, {}, doubtful=[item] if exc.uncertain else [])
        return Removed()

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        if not self._takes_batches:
            return Removed(again=entries)
        batch = Batch(entries, deleter=self._deleter, size=self._size)
        while batch.take():
            try:
                self._retrier(batch.attempt)
            except (BatchRefused, Unsupported) as exc:
                self._takes_batches = self._takes_batches and isinstance(exc, BatchRefused)
                return Removed(failures=batch.failures, again=batch.pending, asked=batch.doubtful)
            except Denied as exc:
                return self._ask_singly(batch, exc)
            except RequestFailed as exc:
                if not batch.rejected:
                    failed = _all_failed(batch.pending, exc, doubtful=batch.doubtful)
                    return Removed(failures={**batch.failures, **failed}, fatal=_fatal(exc))
                batch.give_up_rejected()
            except EngineError as exc:
                return _ended(batch.pending, exc, batch.failures, doubtful=batch.doubtful)
        return Removed(failures=batch.failures)

    def _ask_singly(self, batch: Batch, denied: Denied) -> Removed:
        """Try one key of a batch that was denied as a whole.

        Ceph RGW asks for the permission on the whole Space before it looks at a batch, and at the key for a single one.
        """
        first, *others = batch.pending
        probe = self.remove_one(first)
        if probe.failures or probe.fatal:
            unknown = {item: each for item, each in probe.failures.items() if each.uncertain}
            failed = _all_failed(batch.pending, denied, doubtful=batch.doubtful)
            return Removed(failures={**batch.failures, **failed, **unknown}, fatal=probe.fatal or denied)
        self._takes_batches = False
        return Removed(failures=batch.failures, again=others, asked=batch.doubtful)


class DryRunRemover:
    """Remove nothing: the remover of check mode."""

    lasting = False
    batch_size = 1000

    def needs_own_request(self, item: Item) -> bool:
        return False

    def remove_one(self, item: Item) -> Removed:
        return Removed()

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        return Removed()


def _fatal(exc: RequestFailed) -> RequestFailed | None:
    """Tell whether other requests would meet the same."""
    return None if isinstance(exc, RetriesExhausted) and not exc.cause.unavailable else exc


def _all_failed(items: Sequence[Item], exc: RequestFailed, *, doubtful: Collection[Item]) -> dict[Item, Failure]:
    return {item: failure(item, exc.code, str(exc), uncertain=item in doubtful) for item in items}


def _ended(
    items: Sequence[Item], exc: EngineError, failures: Mapping[Item, Failure], *, doubtful: Collection[Item]
) -> Removed:
    """Tell what is known of items when the task was stopped, or the Space is gone: the ``doubtful`` were asked for."""
    unknown = {item: unanswered(item) for item in items if item in doubtful}
    untried = [item for item in items if item not in doubtful]
    return Removed(failures={**failures, **unknown}, untried=untried, fatal=exc)


def unanswered(item: Item) -> Failure:
    """Describe an item that the store was asked about when the task ended."""
    message = "The task ended before the store answered: whether it was done is not known."
    return failure(item, "Unanswered", message, uncertain=True)


def still_listed(item: Item) -> Failure:
    """Describe an item that the store lists although it confirmed its removal."""
    message = "The store confirmed the removal twice, and still lists it unchanged."
    return failure(item, "StillListed", message)
