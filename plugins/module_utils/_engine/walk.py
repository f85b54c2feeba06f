# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk listings, several at once, page by page.

One coordinator, the thread that calls :meth:`Walk.run`, owns all state. Jobs in the pool do nothing but send one
request (and its retries) and parse its reply.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import pairwise, takewhile
from typing import Any, Generic, Protocol, TypeVar

from .errors import LimitExceeded, Misbehaved
from .model import Entry, Listed, ListedT, Page, Upload
from .ordering import Identity, Order, ascends, by_folder, by_key, first_repeat, identity
from .requests import Caller
from .splitting import Call, Level, places_ahead
from .workers import Pool


class Sink(Protocol):
    """Where the items of a listing end."""

    @property
    def satisfied(self) -> bool:
        """Tell whether no further page is wanted."""

    def count(self, items: Sequence[Any]) -> None:
        """Take items of one listing, in its order."""


SinkT = TypeVar("SinkT", bound=Sink)

PAGES_TO_GUESS = 4  # a folder that has filled so many is worth requests that may find nothing


class Scan(Generic[ListedT, SinkT]):
    """One listing, or the range of one behind ``after`` and up to ``until``, walked page by page.

    The position is the last item of the page before, and never read from a reply: stores mangle the markers that they
    echo. ``accept`` chooses items. ``level`` lists one level of the same keys: with it, the scan may be split, and its
    tally then gets items in no order.
    """

    def __init__(
        self,
        *,
        prefix: str,
        fetch: Callable[[str, ListedT | None], Page[ListedT]],
        tally: SinkT,
        accept: Callable[[ListedT], bool] | None = None,
        level: Level | None = None,
        after: ListedT | None = None,
        until: str | None = None,
        pages: int = 0,
    ) -> None:
        self.tally = tally
        self.ended = False
        self._accept = accept
        self._prefix = prefix
        self._fetch: Callable[[str, ListedT | None], Page[ListedT]] = fetch
        self._level = level
        self._after = after
        self._start = after.key if after else ""
        self._until = until
        self._orders: Sequence[Order] = (by_key, by_folder)  # those that every page so far was in
        self._seen: set[Identity] = set()  # of the current key, or of all uploads
        self._page_keys: list[str] = []  # of the last page, if the scan may be split
        self._pages = pages  # of the scans that this one was split from, too
        self._pages_to_split = pages + 1

    def fetch(self) -> Page[ListedT]:
        """Ask for the next page: one request."""
        return self._fetch(self._prefix, self._after)

    def accepted(self, page: Page[ListedT]) -> Sequence[ListedT]:
        """Return those items of a page that the scan is about."""
        start, until, items = self._start, self._until, page.items
        if start and items and items[0].key <= start:  # Ceph RGW lists the versions of the marker's own key again
            items = [item for item in items if item.key > start]
        if until is not None and items and items[-1].key > until:
            items = [item for item in items if item.key <= until]
        return items if self._accept is None else [item for item in items if self._accept(item)]

    def advance(self, page: Page[ListedT]) -> None:
        """Move behind ``page``; raise :class:`Misbehaved` if it cannot be what follows the page before."""
        self._pages += 1
        items = page.items
        keys = [item.key for item in items]
        self._page_keys = [] if self._level is None else keys
        if not items:
            if page.truncated:
                raise self._misbehaved("an empty page that promises more")
            self.ended = True
            return
        if isinstance(items[0], Upload):
            self._check_uploads(items, keys)
        else:
            self._check_order(items, keys)
        self._after = items[-1]
        # At ``until`` itself it goes on: there may be more versions of that key.
        self.ended = not page.truncated or (self._until is not None and keys[-1] > self._until)

    def _check_order(self, items: Sequence[ListedT], keys: Sequence[str]) -> None:
        """Check that the keys ascend from page to page, and that each version of a key comes once."""
        after = self._after
        path = keys if after is None else [after.key, *keys]
        ranged = bool(self._start) or self._until is not None
        if ranged:
            self._orders = [order for order in self._orders if order is by_key]  # in which ranges are cut
        self._orders = [order for order in self._orders if ascends(order(path))]
        if by_key not in self._orders:
            self._page_keys = []
            self._check_prefix(keys)
        self._check_prefix((keys[0], keys[-1]))  # so those that are sorted between them are below it, too
        if not self._orders:
            raise self._out_of_order(path, ranged=ranged)
        goes_on = after is not None and keys[0] == after.key
        self._check_repeats(items, keys, self._seen if goes_on else frozenset())
        if not goes_on or keys[-1] != keys[0]:
            self._seen.clear()
        self._seen.update(identity(item) for item in takewhile(lambda item: item.key == keys[-1], reversed(items)))

    def _check_uploads(self, items: Sequence[ListedT], keys: Sequence[str]) -> None:
        """Check that each upload comes once; their order is not that of the keys on Ceph RGW."""
        self._check_prefix(keys)
        self._check_repeats(items, keys, self._seen)
        self._seen.update(map(identity, items))

    def _check_prefix(self, keys: Iterable[str]) -> None:
        for key in keys:
            if not key or not key.startswith(self._prefix):
                raise self._misbehaved(f"the key {key!r}, which is not below it")

    def _check_repeats(self, items: Sequence[ListedT], keys: Sequence[str], seen: Set[Identity]) -> None:
        item = first_repeat(items, keys, seen)
        if item is not None:
            raise self._misbehaved(f"the key {item.key!r} a second time")

    @property
    def splittable(self) -> bool:
        """Tell whether it is worth looking for places to split the scan at."""
        return bool(self._page_keys) and self._pages >= self._pages_to_split

    def probe(self, *, most: int) -> Callable[[Call], list[str]]:
        """Return the job that looks for places; none is begun again before it is known what this one found."""
        level, prefix, keys, until = self._level, self._prefix, self._page_keys, self._until
        self._pages_to_split = sys.maxsize
        if level is None:
            return lambda _call: []
        guess = self._pages >= PAGES_TO_GUESS
        return lambda call: places_ahead(level, call, prefix=prefix, keys=keys, until=until, most=most, guess=guess)

    def split(self, places: Sequence[str]) -> list[Scan[Any, SinkT]]:
        """Leave what is behind the places, as far as they are still ahead, to scans of their own."""
        after, until = self._after, self._until
        ahead = sorted({place for place in places if after and after.key < place and (until is None or place < until)})
        self._pages_to_split = self._pages if ahead else 2 * self._pages
        if self.ended or not ahead:
            return []
        self._until = ahead[0]
        return [
            Scan(
                prefix=self._prefix,
                fetch=self._fetch,
                tally=self.tally,
                accept=self._accept,
                level=self._level,
                after=Entry(start),
                until=end,
                pages=self._pages,
            )
            for start, end in zip(ahead, [*ahead[1:], until], strict=True)
        ]

    def _out_of_order(self, keys: Sequence[str], *, ranged: bool) -> Misbehaved:
        one, other = next((a, b) for a, b in pairwise(keys) if a > b)
        what = f"the key {other!r} after {one!r}, which is not S3's order"
        if not ranged or not ascends(by_folder(keys)):
            return self._misbehaved(what)
        return self._misbehaved(
            what, advice="The store sorts folder by folder: set workers to 1, so that it is not shared."
        )

    def _misbehaved(
        self,
        what: str,
        *,
        advice: str = "Such a listing cannot be trusted, so the task ended here; "
        "look whether a proxy or a cache stands before the store.",
    ) -> Misbehaved:
        return Misbehaved(f"The store's listing of {self._prefix!r} has {what}.", advice=advice)


class Walk(Generic[SinkT]):
    """Walk scans, and give what they list to their tallies.

    ``allowance``: how many entries there may be; one more raises :class:`LimitExceeded`. ``seen``: how many items of
    all listings there were so far.
    """

    def __init__(self, *, pool: Pool, caller: Caller, allowance: int | None = None) -> None:
        self.seen = 0
        self._pool = pool
        self._call = caller
        self._allowance = allowance
        self._scans: deque[Scan[Any, SinkT]] = deque()
        self._listing: list[Scan[Any, SinkT]] = []  # of which a page was asked for and not yet seen

    def run(self, scans: Sequence[Scan[Any, SinkT]]) -> None:
        """Walk every scan to its end."""
        self._scans.extend(scans)
        while True:
            while self._pool.in_flight < self._pool.workers and self._start():
                continue
            if not self._pool.in_flight:
                return
            self._pool.settle()

    def _start(self) -> bool:
        """Start the job that the rest waits for most; tell whether there was one."""
        if not self._scans:
            return self._start_probe()
        self._start_page()
        return True

    def _start_page(self) -> None:
        scan = self._scans.popleft()
        self._listing.append(scan)
        self._pool.submit(lambda: self._call(scan.fetch), lambda page: self._listed(scan, page))

    def _listed(self, scan: Scan[Any, SinkT], page: Page[Any]) -> None:
        self._listing.remove(scan)
        scan.advance(page)
        items = scan.accepted(page)
        self.seen += len(items)
        self._take(scan.tally, items)
        if not scan.ended and not scan.tally.satisfied:
            self._scans.appendleft(scan)

    def _start_probe(self) -> bool:
        """Look for a way to share a listing with workers that have nothing else to do."""
        scan = next((scan for scan in self._listing if scan.splittable), None)
        if scan is None or not self._call.has_time:
            return False
        probe = scan.probe(most=2 * self._pool.workers)
        self._pool.submit(lambda: probe(self._call.once), lambda places: self._scans.extend(scan.split(places)))
        return True

    def _claim(self, items: Sequence[Listed]) -> None:
        if self._allowance is None or not items or isinstance(items[0], Upload):
            return
        self._allowance -= len(items)
        if self._allowance < 0:
            raise LimitExceeded("There is more than max_objects allows.")

    def _take(self, tally: SinkT, items: Sequence[Any]) -> None:
        self._claim(items)
        tally.count(items)
