# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk listings, several at once, page by page.

One coordinator, the thread that calls :meth:`Walk.run`, owns all state. A job in the pool only sends one request (and
its retries) and parses the reply.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import dropwhile, pairwise, takewhile
from typing import Any, Generic, Protocol, TypeVar

from ..errors import LimitExceeded, ProtocolError
from ..model.entries import Listed, ListedT, Page, Upload
from .ordering import Identity, Order, ascends, by_folder, by_key, first_repeat, identities, identity
from .pool import Pool
from .retry import Retrier
from .splitting import Budget, Level, Prospects, Send


class Consumer(Protocol):
    """Receives the items of a listing."""

    @property
    def satisfied(self) -> bool:
        """Return whether the consumer needs no further page."""

    def count(self, items: Sequence[Any]) -> None:
        """Receive items of one listing, in its order."""


ConsumerT = TypeVar("ConsumerT", bound=Consumer)
Select = Callable[[Sequence[ListedT]], Sequence[Any]]
"""Select the items that a scan's consumer gets; called page by page, in their order."""


class Scan(Generic[ListedT, ConsumerT]):
    """One listing, or a range of one, walked page by page.

    The next page is requested after the last item of the previous page. The markers in replies are never used, because
    some stores mangle them. ``select`` makes a function that selects items; each part of a split scan has one of its
    own, and gets all entries of a key. ``level`` lists one level of the same keys. With it, the scan may be split, and
    then its consumer gets the items in no particular order.

    A range ends where the next one begins: at the key ``until``. ``meets`` are the items on the first page of the next
    range. Only if the scan lists one of them is it proven that the two ranges together are the whole listing; otherwise
    the scan is ``unproven`` in the end.
    """

    def __init__(
        self,
        *,
        prefix: str,
        fetch: Callable[[str, ListedT | None], Page[ListedT]],
        consumer: ConsumerT,
        select: Callable[[], Select[ListedT]] | None = None,
        level: Level | None = None,
        prospects: Prospects | None = None,
        until: str | None = None,
        meets: Set[Identity] = frozenset(),
    ) -> None:
        self.consumer = consumer
        self.ended = False
        self.unproven = False
        self._selecting = select
        self._select = select() if select else None
        self._prefix = prefix
        self._fetch: Callable[[str, ListedT | None], Page[ListedT]] = fetch
        self._after: ListedT | None = None
        self._prospects = prospects or (Prospects(list_level=level, budget=Budget()) if level else None)
        self._until = until
        self._meets = meets
        self._orders: Sequence[Order] = (by_key, by_folder)  # the orders that every page so far followed
        self._seen: set[Identity] = set()  # identities seen of the current key, or of all uploads

    def fetch(self) -> Page[ListedT]:
        """Request the next page: one request."""
        return self._fetch(self._prefix, self._after)

    def selected(self, page: Page[ListedT]) -> Sequence[Any]:
        """Return the items of the next page that the consumer gets."""
        items = self._own(page.items)
        return items if self._select is None else self._select(items)

    def advance(self, page: Page[ListedT]) -> None:
        """Move past ``page``; raise :class:`ProtocolError` if it cannot follow the previous page."""
        items = page.items
        keys = [item.key for item in items]
        if not items:
            if page.truncated:
                raise self._protocol_error("an empty page that promises more")
        else:
            if isinstance(items[0], Upload):
                self._check_uploads(items, keys)
            else:
                self._check_order(items, keys)
            self._after = items[-1]
        own = len(self._own(items))
        if self._prospects is not None:
            self._prospects.walked(keys, own=own)
        self.ended = not page.truncated or own < len(items)
        if self.ended and self._until is not None:
            self.unproven = self._meets.isdisjoint(map(identity, items[own:]))

    def _own(self, items: Sequence[ListedT]) -> Sequence[ListedT]:
        """Return the items before the next range; a store may omit versions at the beginning of the next range."""
        until, meets = self._until, self._meets
        if until is None or not items or items[-1].key < until:
            return items
        return list(takewhile(lambda item: item.key <= until and identity(item) not in meets, items))

    def _check_order(self, items: Sequence[ListedT], keys: Sequence[str]) -> None:
        """Check that the keys ascend from page to page, and that each version of a key is listed once."""
        after = self._after
        path = keys if after is None else [after.key, *keys]
        ranged = self._until is not None
        if ranged:
            self._orders = [order for order in self._orders if order is by_key]  # ranges are cut in this order
        self._orders = [order for order in self._orders if ascends(order(path))]
        if by_key not in self._orders:
            self._prospects = None
            self._check_prefix(keys)
        self._check_prefix((keys[0], keys[-1]))  # then all keys between them are below it too
        if not self._orders:
            raise self._out_of_order(path, ranged=ranged)
        goes_on = after is not None and keys[0] == after.key
        self._check_repeats(items, keys, self._seen if goes_on else frozenset())
        if not goes_on or keys[-1] != keys[0]:
            self._seen.clear()
        self._seen.update(identity(item) for item in takewhile(lambda item: item.key == keys[-1], reversed(items)))

    def _check_uploads(self, items: Sequence[ListedT], keys: Sequence[str]) -> None:
        """Check that each upload is listed once; Ceph RGW does not list uploads in the order of their keys."""
        self._check_prefix(keys)
        self._check_repeats(items, keys, self._seen)
        self._seen.update(map(identity, items))

    def _check_prefix(self, keys: Iterable[str]) -> None:
        for key in keys:
            if not key or not key.startswith(self._prefix):
                raise self._protocol_error(f"the key {key!r}, which is not below it")

    def _check_repeats(self, items: Sequence[ListedT], keys: Sequence[str], seen: Set[Identity]) -> None:
        item = first_repeat(items, keys, seen)
        if item is not None:
            raise self._protocol_error(f"the key {item.key!r} a second time")

    @property
    def splittable(self) -> bool:
        """Return whether it is worth looking ahead for a place to split the scan at."""
        return self._prospects is not None and self._prospects.promising

    def look_ahead(self) -> Callable[[Send], Callable[[], tuple[Scan[Any, ConsumerT], Page[Any]] | None]]:
        """Return the job that looks ahead; its result splits the scan, as :meth:`split` does."""
        prospects = self._prospects
        if prospects is None:
            return lambda _retrier: lambda: None
        look = prospects.look(prefix=self._prefix, until=self._until, fetch=self._fetch)

        def job(call: Send) -> Callable[[], tuple[Scan[Any, ConsumerT], Page[Any]] | None]:
            outlook = look(call)

            def apply() -> tuple[Scan[Any, ConsumerT], Page[Any]] | None:
                prospects.learn(outlook, reserved=look.requests)
                return None if outlook.page is None else self.split(outlook.place, outlook.page, prospects)

            return apply

        return job

    def split(self, place: str, page: Page[Any], prospects: Prospects) -> tuple[Scan[Any, ConsumerT], Page[Any]] | None:
        """Give the rest to another scan, whose first page is ``page``, which was listed after ``place``.

        A store may list the key at the place itself again, or its older versions.
        """
        items = list(dropwhile(lambda item: item.key <= place, page.items))
        until = self._until
        if not items or (until is not None and items[0].key >= until):
            prospects.end_at(place)
            return None
        first = items[0].key
        if page.truncated and items[-1].key == first:
            return None  # more versions of that key follow, and both ranges would take those after this page
        sorted_by_key = by_key in self._orders
        if self.ended or not sorted_by_key or self._after is None or first <= self._after.key:
            return None
        rest: Scan[Any, ConsumerT] = Scan(
            prefix=self._prefix,
            fetch=self._fetch,
            consumer=self.consumer,
            select=self._selecting,
            prospects=prospects.behind(first),
            until=until,
            meets=self._meets,
        )
        self._until = first
        self._meets = frozenset(identities(rest._own(items)))
        return rest, Page(items, page.truncated)

    def unproven_error(self) -> ProtocolError:
        """Return the error if the scan is ``unproven``."""
        return ProtocolError(
            f"The store's listing of {self._prefix!r} leaves out {self._until!r}, which it listed before.",
            advice="Either somebody else has removed what was listed there: run the task again when nothing else does. "
            "Or the store sorts folder by folder: set workers to 1, so that the listing is not shared.",
        )

    def _out_of_order(self, keys: Sequence[str], *, ranged: bool) -> ProtocolError:
        one, other = next((a, b) for a, b in pairwise(keys) if a > b)
        what = f"the key {other!r} after {one!r}, which is not S3's order"
        if not ranged or not ascends(by_folder(keys)):
            return self._protocol_error(what)
        return self._protocol_error(
            what, advice="The store sorts folder by folder: set workers to 1, so that it is not shared."
        )

    def _protocol_error(
        self,
        what: str,
        *,
        advice: str = "Such a listing cannot be trusted, so the task ended here; "
        "check whether there is a proxy or a cache in front of the store.",
    ) -> ProtocolError:
        return ProtocolError(f"The store's listing of {self._prefix!r} has {what}.", advice=advice)


class Walk(Generic[ConsumerT]):
    """Walk scans, and pass their items to their consumers.

    ``allowance``: the maximum number of entries; one more raises :class:`LimitExceeded`. ``seen``: the number of items
    in all listings so far.
    """

    def __init__(self, *, pool: Pool, retrier: Retrier, allowance: int | None = None) -> None:
        self.seen = 0
        self._pool = pool
        self._retrier = retrier
        self._allowance = allowance
        self._scans: deque[Scan[Any, ConsumerT]] = deque()
        self._listing: list[Scan[Any, ConsumerT]] = []  # scans whose next page was requested and has not arrived

    def run(self, scans: Sequence[Scan[Any, ConsumerT]]) -> None:
        """Walk every scan to its end."""
        self._scans.extend(scans)
        while True:
            while self._pool.in_flight < self._pool.workers and self._start():
                continue
            if not self._pool.in_flight:
                return
            self._pool.collect()

    def _start(self) -> bool:
        """Start the most urgent job; return whether there was one."""
        if not self._scans:
            return self._start_probe()
        self._start_page()
        return True

    def _start_page(self) -> None:
        scan = self._scans.popleft()
        self._listing.append(scan)
        self._pool.submit(lambda: self._retrier(scan.fetch), lambda page: self._listed(scan, page))

    def _listed(self, scan: Scan[Any, ConsumerT], page: Page[Any]) -> None:
        self._listing.remove(scan)
        self._read(scan, page)

    def _read(self, scan: Scan[Any, ConsumerT], page: Page[Any]) -> None:
        scan.advance(page)
        items = scan.selected(page)
        self.seen += len(items)
        self._consume(scan.consumer, items)
        if scan.unproven:
            self._check(scan)
        if not scan.ended and not scan.consumer.satisfied:
            self._scans.appendleft(scan)

    def _start_probe(self) -> bool:
        """Look for a place to split a listing, so that idle workers can share it."""
        scan = next((scan for scan in self._listing if scan.splittable), None)
        if scan is None or not self._retrier.has_time:
            return False
        look = scan.look_ahead()
        self._pool.submit(lambda: look(self._retrier.once), self._looked)
        return True

    def _looked(self, apply: Callable[[], tuple[Scan[Any, ConsumerT], Page[Any]] | None]) -> None:
        split = apply()
        if split is not None:
            self._read(*split)

    def _check(self, scan: Scan[Any, ConsumerT]) -> None:
        """Refuse the result if the ranges are not proven to be the whole listing."""
        raise scan.unproven_error()

    def _count_against_allowance(self, items: Sequence[Listed]) -> None:
        if self._allowance is None or not items or isinstance(items[0], Upload):
            return
        self._allowance -= len(items)
        if self._allowance < 0:
            raise LimitExceeded("There is more than max_objects allows.")

    def _consume(self, consumer: ConsumerT, items: Sequence[Any]) -> None:
        consumer.count(items)
        self._count_against_allowance(items)
