# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send batches as large as the store can handle, and split a batch until every item has an outcome."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from ..errors import Cause, EngineError, Transient
from ..model.entries import Entry, Item, Rejection
from ..ports import Deleter
from .outcomes import Outcome, State

LEAST = 50  # keys
GROWTH = 50  # removed keys per key of growth: too small a batch costs a round trip, too large a batch a whole timeout


class BatchSize:
    """The current number of keys in a batch, shared by all threads.

    It begins at ``most``, is halved when the store does not answer a batch in time, and grows by a few keys with each
    full batch that succeeds.
    """

    def __init__(self, *, most: int) -> None:
        self.now = most
        self._most = most
        self._least = min(LEAST, most)
        self._lock = threading.Lock()

    def too_many(self, asked: int) -> int:
        """Note that a batch of ``asked`` keys was too large; return how many keys to try instead.

        A batch that was smaller than the current size does not show that this size is too large, so it changes nothing.
        """
        fewer = max(self._least, asked // 2)
        with self._lock:
            if asked >= self.now:
                self.now = min(self.now, fewer)
        return fewer

    def went_well(self, asked: int) -> None:
        """Note that the store removed a batch of ``asked`` keys."""
        with self._lock:
            if asked >= self.now:
                self.now = min(self._most, self.now + max(1, asked // GROWTH))


class Batch:
    """The entries of one batch, and the store's answers about them.

    The batch is sent in parts; the first part is the whole batch.
    """

    def __init__(self, entries: Sequence[Entry], *, deleter: Deleter, size: BatchSize) -> None:
        self.outcomes: dict[Item, Outcome] = {}
        self.rejected: dict[Entry, Rejection] = {}  # keys of the part that the last answer rejected
        self.sent: set[Entry] = set()  # were in a request without an answer; the outcome may still be unknown
        self._part: Sequence[Entry] = ()
        self._rest = entries
        self._most = len(entries)
        self._deleter = deleter
        self._size = size

    @property
    def pending(self) -> list[Entry]:
        """Return the entries whose outcome is open."""
        return [*self._part, *self._rest]

    def next_part(self) -> bool:
        """Turn to the next part; return whether there is one."""
        size = min(self._most, self._size.now)
        self._part, self._rest = self._rest[:size], self._rest[size:]
        return bool(self._part)

    def attempt(self) -> None:
        """Send what is left of the part, once; raise :class:`Transient` if another attempt may succeed."""
        self.rejected.clear()
        asked = len(self._part)
        try:
            rejections = self._deleter.delete_batch(self._part)
        except EngineError as exc:
            if exc.uncertain:
                self.sent.update(self._part)
            # A batch that is refused because of load keeps its size: stores limit requests, and smaller batches need
            # more.
            if isinstance(exc, Transient) and exc.cause.overdue:
                self._put_back(self._size.too_many(asked))
            raise
        for entry, rejection in rejections.items():
            if rejection.cause:
                self.rejected[entry] = rejection
            else:
                self.outcomes[entry] = Outcome(State.FAILED, rejection.code, rejection.message)
        self._part = list(self.rejected)
        if self.rejected:
            raise _transient(self.rejected)
        self._size.went_well(asked)

    def give_up_rejected(self) -> None:
        """Note as failed the keys that the store rejects in each answer."""
        for entry, rejection in self.rejected.items():
            state = State.UNKNOWN if entry in self.sent else State.FAILED
            self.outcomes[entry] = Outcome(state, rejection.code, rejection.message)

    def end(self, outcome: Callable[..., Outcome]) -> dict[Item, Outcome]:
        """Return all outcomes; ``outcome`` makes the open ones, from whether the entry was ``sent``."""
        return {**self.outcomes, **{entry: outcome(sent=entry in self.sent) for entry in self.pending}}

    def _put_back(self, most: int) -> None:
        """Split this part and the following ones, so that no part is larger than ``most``."""
        if most >= len(self._part):
            return
        self._most = most
        self._part, self._rest = self._part[:most], [*self._part[most:], *self._rest]


def _transient(rejected: Mapping[Entry, Rejection]) -> Transient:
    codes = {rejection.code for rejection in rejected.values()}
    causes = {rejection.cause for rejection in rejected.values()}
    return Transient(
        f"{len(rejected)} keys of a batch were rejected: {', '.join(sorted(codes))}.",
        code=min(codes),
        cause=Cause.OVERLOADED if Cause.OVERLOADED in causes else Cause.REJECTED,
    )
