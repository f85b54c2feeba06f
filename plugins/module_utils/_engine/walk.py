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
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from .errors import LimitExceeded, Misbehaved
from .model import Entry, Listed, ListedT, Page, Upload
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
        self._ends: set[tuple[str, str | None]] = set()  # of the pages that ended within the current key
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
        if self._level is not None:
            self._page_keys = [item.key for item in page.items]
        if not page.items:
            if page.truncated:
                raise self._misbehaved("an empty page that promises more")
            self.ended = True
            return
        for item in page.items:
            if not item.key or not item.key.startswith(self._prefix):
                raise self._misbehaved(f"the key {item.key!r}, which is not below it")
        first, last = page.items[0], page.items[-1]
        if self._after is not None:
            if min(first.key, last.key) < self._after.key or _identity(first) == _identity(self._after):
                raise self._misbehaved(f"a page that goes back behind {self._after.key!r}")
            if last.key > self._after.key:
                self._ends.clear()
        if _identity(last) in self._ends:
            raise self._misbehaved(f"a page that ends in {last.key!r} a second time")
        self._ends.add(_identity(last))
        self._after = last
        # At ``until`` itself it goes on: there may be more versions of that key.
        self.ended = not page.truncated or (self._until is not None and last.key > self._until)

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

    def _misbehaved(self, what: str) -> Misbehaved:
        return Misbehaved(
            f"The store's listing of {self._prefix!r} has {what}.",
            advice="Such a listing cannot be trusted, so the task ended here; "
            "look whether a proxy or a cache stands before the store.",
        )


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
        self._claim(items)
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
        tally.count(items)


def _identity(item: Listed) -> tuple[str, str | None]:
    if isinstance(item, Entry):
        return item.key, item.version_id
    return item.key, item.upload_id if isinstance(item, Upload) else None
