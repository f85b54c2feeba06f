# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removers: one that asks the store, and one that only rehearses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .errors import BatchRefused, Denied, EngineError, GaveUp, Gone, RequestFailed, Transient, Unsupported
from .model import Entry, Failure, Item, Rejection, Upload
from .ports import Deleter, Removed
from .requests import Caller

OVERLOADED = frozenset({"SlowDown", "ServiceUnavailable", "TooManyRequests"})  # per-key codes that speak of load
ABSENT = frozenset({"NoSuchKey", "NoSuchVersion"})  # per-key codes that say what we want to hear


class StoreRemover:
    """Remove at the store, in batches where it takes them, and see every item through to an answer of its own."""

    lasting = True

    def __init__(self, *, deleter: Deleter, caller: Caller) -> None:
        self._deleter = deleter
        self._call = caller
        self.batch_size = deleter.batch_size
        self._takes_batches = True

    def solitary(self, item: Item) -> bool:
        return isinstance(item, Upload) or not self._deleter.batchable(item.key)

    def remove_one(self, item: Item) -> Removed:
        def attempt() -> None:
            if isinstance(item, Upload):
                self._deleter.abort_upload(item)
            else:
                self._deleter.delete_one(item)

        try:
            self._call(attempt)
        except Gone:
            return Removed()
        except RequestFailed as exc:
            return Removed(failures=_all_failed([item], exc), fatal=_fatal(exc) if isinstance(exc, GaveUp) else None)
        except EngineError as exc:
            return _ended([item], exc, {})
        return Removed()

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        if not self._takes_batches:
            return Removed(again=entries)
        failures: dict[Item, Failure] = {}
        waiting: dict[Entry, Rejection] = {}
        pending = entries

        def attempt() -> None:
            nonlocal pending
            waiting.clear()
            for entry, rejection in self._deleter.delete_batch(pending).items():
                if rejection.transient:
                    waiting[entry] = rejection
                elif rejection.code not in ABSENT:
                    failures[entry] = _failure(entry, rejection.code, rejection.message)
            pending = list(waiting)
            if waiting:
                raise _transient(waiting)

        try:
            self._call(attempt)
        except (BatchRefused, Unsupported) as exc:
            self._takes_batches = self._takes_batches and isinstance(exc, BatchRefused)
            return Removed(failures=failures, again=pending, asked=exc.uncertain)
        except Denied as exc:
            return self._ask_singly(pending, exc, failures)
        except RequestFailed as exc:
            if waiting:  # the store answers, and keeps rejecting these keys alone
                for entry, rejection in waiting.items():
                    failures[entry] = _failure(entry, rejection.code, rejection.message)
                return Removed(failures=failures)
            return Removed(failures={**failures, **_all_failed(pending, exc)}, fatal=_fatal(exc))
        except EngineError as exc:
            return _ended(pending, exc, failures)
        return Removed(failures=failures)

    def _ask_singly(self, pending: Sequence[Entry], denied: Denied, failures: dict[Item, Failure]) -> Removed:
        """Try one key of a batch that was denied as a whole.

        Ceph RGW asks for the permission on the whole Space before it looks at a batch, and at the key for a single one.
        """
        probe = self.remove_one(pending[0])
        if probe.failures or probe.fatal:
            unknown = {item: failure for item, failure in probe.failures.items() if failure.uncertain}
            failed = {**failures, **_all_failed(pending, denied), **unknown}
            return Removed(failures=failed, fatal=probe.fatal or denied)
        self._takes_batches = False
        return Removed(failures=failures, again=pending[1:])


class Rehearsal:
    """Remove nothing: the remover of check mode."""

    lasting = False
    batch_size = 1000

    def solitary(self, item: Item) -> bool:
        return False

    def remove_one(self, item: Item) -> Removed:
        return Removed()

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        return Removed()


def _fatal(exc: RequestFailed) -> RequestFailed | None:
    """Tell whether other requests would meet the same."""
    return None if isinstance(exc, GaveUp) and not exc.unavailable else exc


def _failure(item: Item, code: str, message: str, *, uncertain: bool = False) -> Failure:
    version_id = item.version_id if isinstance(item, Entry) else None
    return Failure(key=item.key, version_id=version_id, code=code, message=message, uncertain=uncertain)


def _all_failed(items: Sequence[Item], exc: RequestFailed) -> dict[Item, Failure]:
    return {item: _failure(item, exc.code, str(exc), uncertain=exc.uncertain) for item in items}


def _ended(items: Sequence[Item], exc: EngineError, failures: Mapping[Item, Failure]) -> Removed:
    """Tell what is known of items when the task was stopped, or the Space is gone: they may have been asked for."""
    if exc.uncertain:
        return Removed(failures={**failures, **{item: unanswered(item) for item in items}}, fatal=exc)
    return Removed(failures=failures, untried=items, fatal=exc)


def unanswered(item: Item) -> Failure:
    """Describe an item that the store was asked about when the task ended."""
    message = "The task ended before the store answered: whether it was done is not known."
    return _failure(item, "Unanswered", message, uncertain=True)


def _transient(waiting: Mapping[Entry, Rejection]) -> Transient:
    codes = {rejection.code for rejection in waiting.values()}
    return Transient(
        f"{len(waiting)} keys of a batch were rejected: {', '.join(sorted(codes))}.",
        code=min(codes),
        unavailable=bool(codes & OVERLOADED),
    )
