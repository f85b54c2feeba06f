# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removers: one that sends requests to the store, and one for check mode, which sends none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from ..errors import BatchRefused, Denied, EngineError, NotFound, RequestFailed, RetriesExhausted, Unsupported
from ..model.entries import Entry, Item, Upload
from ..ports import Deleter
from .batches import Batch, BatchSize
from .outcomes import Removed, State, alone, failed, stopped
from .retry import Retrier


class Remover(Protocol):
    """Remove items, with retries.

    ``confirms``: whether a store confirms the removals, so that a later pass has to check them. ``prefix`` precedes the
    verb when progress is reported.
    """

    confirms: bool
    prefix: str

    @property
    def batch_size(self) -> int:
        """The current number of entries in a batch."""

    def needs_own_request(self, item: Item) -> bool:
        """Return whether no batch can contain the item."""

    def remove_one(self, item: Item) -> Removed:
        """Remove one item with a request of its own."""

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        """Remove entries with a batch; there are never more of them than the largest ``batch_size`` so far."""


class StoreRemover:
    """Remove at the store, in batches if it accepts them, until every item has an outcome of its own."""

    confirms = True
    prefix = ""

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
            return Removed({item: failed(exc, sent=exc.uncertain)}, fatal=exc if exc.store_unavailable else None)
        except EngineError as exc:
            return Removed({item: stopped(sent=exc.uncertain)}, fatal=exc)
        return Removed()

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        if not self._takes_batches:
            return Removed(dict.fromkeys(entries, alone(sent=False)))
        batch = Batch(entries, deleter=self._deleter, size=self._size)
        while batch.next_part():
            try:
                self._retrier(batch.attempt)
            except (BatchRefused, Unsupported) as exc:
                self._takes_batches = self._takes_batches and isinstance(exc, BatchRefused)
                return Removed(batch.end(alone))
            except Denied as exc:
                return self._try_alone(batch, exc)
            except RequestFailed as exc:
                if not batch.rejected:
                    others_may_succeed = isinstance(exc, RetriesExhausted) and not exc.store_unavailable
                    return Removed(batch.end(partial(failed, exc)), fatal=None if others_may_succeed else exc)
                batch.give_up_rejected()
            except EngineError as exc:
                return Removed(batch.end(stopped), fatal=exc)
        return Removed(batch.outcomes)

    def _try_alone(self, batch: Batch, denied: Denied) -> Removed:
        """Try one key of a batch that was denied as a whole.

        For a batch, Ceph RGW requires the permission on the whole Space; for a single key, only the permission on the
        key.
        """
        first, *_others = batch.pending
        probe = self.remove_one(first)
        if probe.outcomes or probe.fatal:
            outcomes = batch.end(partial(failed, denied))
            unknown = {item: each for item, each in probe.outcomes.items() if each.state is State.UNKNOWN}
            return Removed({**outcomes, **unknown}, fatal=probe.fatal or denied)
        self._takes_batches = False
        outcomes = batch.end(alone)
        del outcomes[first]
        return Removed(outcomes)


class DryRunRemover:
    """Remove nothing, and report everything as removed: the remover of check mode."""

    confirms = False
    prefix = "would be "
    batch_size = 1000

    def needs_own_request(self, item: Item) -> bool:
        return False

    def remove_one(self, item: Item) -> Removed:
        return Removed()

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        return Removed()
